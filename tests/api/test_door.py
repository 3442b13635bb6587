"""Who gets in to /api/v1/, and how it says no."""

import json

import pytest
from django.test import Client

from collab.accounts.models import AppPassword, Attempt
from collab.accounts.throttle import DOORS
from tests import town as make
from tests.api.program import BASE, PROBLEM, Program
from tests.files.web import signed_in


def test_an_app_password_says_who_asks(town, programs):
    told = programs.alice.get("me")
    assert (told["username"], told["name"], told["rank"], told["scopes"]) == ("alice", "Alice", "member", [])
    assert told["id"] == town.alice.principal.pk
    assert AppPassword.objects.get(user=town.alice).last_used_at


def test_a_stranger_is_asked_for_a_password_and_told_how(town):
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"{BASE}spaces")
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"] == 'Bearer realm="Collab"'
    assert "Bearer" in answer.json()["detail"]


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer\tx y", "Token x", "", "Bearer é"])
def test_credentials_that_are_none_are_401_and_never_the_session(town, header):
    browser = signed_in(town.alice)
    answer = browser.get(f"{BASE}spaces", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401, answer.content


def test_a_login_password_is_no_token(town):
    town.alice.set_password("four paper kites rise")
    town.alice.save()
    assert Program(token="four paper kites rise").refused("GET", "spaces")[0] == 401


def test_the_password_of_a_disabled_account_opens_nothing(town, programs):
    make.change(town.alice, is_active=False)
    assert programs.alice.refused("GET", "me")[0] == 401
    assert 'error="invalid_token"' in programs.alice.last["WWW-Authenticate"]


def test_a_session_reads_and_changes_only_with_its_token(town):
    browser = signed_in(town.alice)
    assert browser.get(f"{BASE}me").json()["username"] == "alice"
    strict = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    strict.force_login(town.alice)
    where, fields = f"{BASE}spaces/{town.space.pk}", json.dumps({"name": "Other"})
    assert strict.get(where).status_code == 200
    answer = strict.patch(where, fields, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:collab:csrf")
    strict.get("/")
    token = strict.cookies["csrftoken"].value
    answer = strict.patch(where, fields, content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert (answer.status_code, answer.json()["name"]) == (200, "Other")


def test_wrong_tokens_are_slowed_down_and_right_ones_never(town, programs):
    for number in range(DOORS["token"].crowd.free):
        assert Program(token=f"guess {number}").refused("GET", "me")[0] == 401
    status, sentence = Program(token="one more").refused("GET", "me")
    assert status == 429
    assert "Wait" in sentence
    assert programs.alice.get("me")["username"] == "alice"
    assert Attempt.objects.filter(key__startswith="token").count() == 1


def test_a_wrong_token_again_counts_once(town):
    for _ in range(DOORS["token"].crowd.free + 5):
        assert Program(token="of last year").refused("GET", "me")[0] == 401


@pytest.mark.parametrize(
    ("scopes", "reads_spaces", "reads_files", "writes_files"),
    [
        ((), True, True, True),
        (("read-only",), True, True, False),
        (("files",), False, True, True),
        (("files", "read-only"), False, True, False),
        (("calendars",), False, False, False),
    ],
)
def test_limits_of_an_app_password_hold(town, scopes, reads_spaces, reads_files, writes_files):
    make.change(town.alice, language="en")
    folder = make.make_folder(town.alice, town.root)
    program = Program(town.alice, scopes)
    shares = f"shares/node/{folder.pk}"
    for method, path, told, allowed in (
        ("GET", "spaces", None, reads_spaces),
        ("GET", f"spaces/{town.space.pk}", None, reads_spaces),
        ("GET", f"spaces/{town.space.pk}/members", None, reads_spaces),
        ("GET", f"spaces/{town.space.pk}/changes", None, reads_spaces),
        ("GET", shares, None, reads_files),
        ("GET", f"links/node/{folder.pk}", None, reads_files),
        ("POST", shares, {"username": "eve", "role": "reader"}, writes_files),
        ("POST", f"links/node/{folder.pk}", {}, writes_files),
        ("PATCH", f"spaces/{town.space.pk}", {"name": "X"}, not scopes),
    ):
        if allowed:
            assert program(method, path, told)[0] < 300, path
        else:
            assert program.refused(method, path, told)[0] == 403, path
    assert program.get("me")["scopes"] == sorted(scopes)


def test_unknown_addresses_and_methods_are_problems_too(programs):
    assert programs.alice.refused("GET", "nothing")[0] == 404
    assert programs.alice.refused("GET", "spaces/999999999999999999999999")[0] == 404
    assert programs.alice.refused("DELETE", "spaces")[0] == 405
    assert set(programs.alice.last["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"name": 5}', b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}',
     b'{"name": "x", "colour": "red"}', b"[" * 10_000, b'{"name": ""}', b'{"name": "%s"}' % (b"x" * 200)],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_400(town, programs, body):
    make.change(town.alice, rank="admin")
    assert programs.alice.refused("POST", "spaces", body)[0] == 400


def test_a_body_too_long_is_refused_unread(programs):
    assert programs.alice.refused("POST", "spaces", b" " * (2**16 + 1))[0] == 413


def test_each_mistake_is_told_with_its_place(programs):
    status, sentence = programs.alice.refused("GET", "spaces?limit=0&cursor=x")
    assert (status, sentence) == (400, "This cannot be used: query.limit.")
    assert programs.alice.last.json()["errors"][0]["at"] == "query.limit"
    for cursor in ("x", "W10", "WyJhIl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "W3RydWVd", "Wy0xXQ"):
        assert programs.alice.refused("GET", f"spaces?cursor={cursor}")[0] == 400, cursor


def test_refusals_speak_the_language_of_the_person(town, programs):
    make.change(town.alice, language="fr")
    assert programs.alice.refused("GET", "spaces/1234567")[1].startswith("Cet espace")
    assert programs.alice.last["Content-Language"] == "fr"
