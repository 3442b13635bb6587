"""The description of the calls, for programs and for people."""

import re

from tests.api.program import BASE
from tests.files.web import signed_in, text


def test_the_description_names_every_call_and_says_how_to_sign_in(client, db):
    told = client.get(f"{BASE}openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert f"{BASE}spaces/{{space_id}}/changes" in told["paths"]
    assert set(told["components"]["securitySchemes"]) == {"appPassword", "session"}
    named = set(re.findall(r"#/components/schemas/(\w+)", str(told)))
    assert named <= set(told["components"]["schemas"])
    for methods in told["paths"].values():
        for call in methods.values():
            assert call["summary"]
            assert "default" in call["responses"]


def test_the_page_for_people_needs_no_script_and_nothing_from_elsewhere(town):
    browser = signed_in(town.alice)
    answer = browser.get(f"{BASE}docs")
    page = text(answer)
    assert answer.status_code == 200
    assert "/api/v1/spaces/{space_id}/changes" in page
    assert "list of Share" in page
    assert not re.findall(r'(?:src|href)="https?://', page)
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_page_is_for_people_of_the_house(client, db):
    assert client.get(f"{BASE}docs").status_code in {302, 401}
