"""Status, capabilities, user, small services: exactly what clients parse."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.urls import Resolver404, resolve

from collab.accounts.actions import devices, people
from tests.accounts.people import PASSWORD, basic, make_person, sign_in

pytestmark = pytest.mark.django_db

MIRALL = re.compile(r'"statuscode":(\d+)')
"""How the desktop client finds the code in the raw text."""


@pytest.fixture
def mia():
    return make_person("mia", display_name="Mia", email="mia@example.org")


@pytest.fixture
def credentials(mia):
    return basic("mia", PASSWORD)


def test_status_is_compact_and_open_to_everyone(client):
    answer = client.get("/status.php")
    assert answer["Content-Type"].startswith("application/json")
    text = answer.content.decode()
    assert '": ' not in text
    found = json.loads(text)
    assert found["installed"] is True
    assert found["maintenance"] is False
    assert len(found["version"].split(".")) == 4
    assert int(found["version"].split(".")[0]) >= 16
    assert set(found) == {
        "installed", "maintenance", "needsDbUpgrade", "version", "versionstring", "edition", "productname",
        "extendedSupport",
    }  # fmt: skip


@pytest.mark.parametrize(("version", "code"), [(1, 100), (2, 200)])
def test_both_envelopes_say_ok_where_clients_look(client, credentials, version, code):
    answer = client.get(f"/ocs/v{version}.php/cloud/capabilities?format=json", **credentials)
    assert answer.status_code == 200
    assert MIRALL.search(answer.content.decode())[1] == str(code)
    meta = answer.json()["ocs"]["meta"]
    assert meta["status"] == "ok"
    assert ("totalitems" in meta) is (version == 1)


def test_somebody_unknown_gets_a_subset_of_the_capabilities(client, credentials):
    public = client.get("/ocs/v1.php/cloud/capabilities?format=json").json()["ocs"]["data"]
    known = client.get("/ocs/v1.php/cloud/capabilities?format=json", **credentials).json()["ocs"]["data"]
    assert public["version"] == known["version"]
    assert set(public["capabilities"]) < set(known["capabilities"])


def test_what_android_insists_on_is_there(client, credentials):
    data = client.get("/ocs/v2.php/cloud/capabilities?format=json", **credentials).json()["ocs"]["data"]
    assert set(data["version"]) >= {"major", "minor", "micro", "string", "edition", "extendedSupport"}
    found = data["capabilities"]
    assert isinstance(found["core"]["pollinterval"], int)
    sharing = found["files_sharing"]
    for value in (
        sharing["resharing"],
        sharing["public"]["enabled"],
        sharing["user"]["send_mail"],
        sharing["federation"]["outgoing"],
        sharing["federation"]["incoming"],
        found["files"]["bigfilechunking"],
    ):
        assert isinstance(value, bool)
    assert all(found["theming"][name] is not None for name in ("name", "slogan", "color"))
    assert found["dav"]["chunking"] == "1.0"
    assert found["files"]["undelete"]
    assert found["files"]["versioning"]


def _is_page(address):
    """Whether a link's address leads somewhere: only then may dialogs offer links."""
    try:
        return bool(resolve(address))
    except Resolver404:
        return False


def test_nothing_is_advertised_that_is_not_built(client, credentials):
    found = client.get("/ocs/v2.php/cloud/capabilities?format=json", **credentials).json()["ocs"]["data"][
        "capabilities"
    ]
    assert "bulkupload" not in found["dav"]
    sharing = found["files_sharing"]
    assert sharing["api_enabled"] is sharing["resharing"] is sharing["group_sharing"] is True
    assert sharing["public"]["enabled"] is (_is_page("/s/token") or _is_page("/s/token/"))
    assert found["files_sharing"]["federation"] == {"outgoing": False, "incoming": False}
    assert "end-to-end-encryption" not in found
    assert "locking" not in found["files"]


def test_capabilities_have_an_etag_and_answer_304(client, credentials):
    first = client.get("/ocs/v1.php/cloud/capabilities?format=json", **credentials)
    again = client.get(
        "/ocs/v1.php/cloud/capabilities?format=json", headers={"If-None-Match": first["ETag"]}, **credentials
    )
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == first["ETag"]
    other = client.get("/ocs/v1.php/cloud/capabilities?format=json", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_without_a_format_the_answer_is_xml_with_elements(client, mia, credentials):
    from collab.groups.models import Group

    for name in ("CA", "Bureau <&>"):
        Group.objects.create(name=name).memberships.create(user=mia)
    root = ElementTree.fromstring(client.get("/ocs/v1.php/cloud/user", **credentials).content)
    assert root.findtext("meta/statuscode") == "100"
    assert sorted(item.text for item in root.findall("data/groups/element")) == ["Bureau <&>", "CA"]
    assert root.findtext("data/enabled") == "1"
    assert root.findtext("data/backendCapabilities/setPassword") == ""


def test_accept_asks_for_json_too(client, credentials):
    answer = client.get("/ocs/v2.php/cloud/user", headers={"Accept": "application/json"}, **credentials)
    assert answer.json()["ocs"]["data"]["id"] == "mia"


def test_the_user_record_has_numbers_and_the_id_of_dav_addresses(client, credentials):
    data = client.get("/ocs/v1.php/cloud/user?format=json", **basic("mia@example.org", PASSWORD)).json()["ocs"]["data"]
    assert (data["id"], data["display-name"], data["displayname"]) == ("mia", "Mia", "Mia")
    assert data["email"] == "mia@example.org"
    assert data["quota"]["quota"] == -3
    assert all(isinstance(value, int | float) for value in data["quota"].values())


def test_a_quota_is_told_with_what_is_left(client, mia, credentials):
    from collab.spaces.actions import personal_space

    space = personal_space(mia)
    space.quota, space.used = 1000, 250
    space.save()
    quota = client.get("/ocs/v2.php/cloud/user?format=json", **credentials).json()["ocs"]["data"]["quota"]
    assert quota == {"free": 750, "used": 250, "total": 1000, "relative": 25.0, "quota": 1000}


@pytest.mark.parametrize(("version", "code"), [(1, 997), (2, 401)])
def test_no_credentials_and_wrong_ones_are_401_in_both_versions(client, mia, version, code):
    for extra in ({}, basic("mia", "wrong"), {"HTTP_AUTHORIZATION": "Basic !!"}, {"HTTP_AUTHORIZATION": "Bearer x"}):
        answer = client.get(f"/ocs/v{version}.php/cloud/user?format=json", **extra)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic ")
        assert MIRALL.search(answer.content.decode())[1] == str(code)


def test_a_session_needs_the_header_that_other_sites_cannot_send(client, mia):
    sign_in(client, "mia")
    assert client.get("/ocs/v2.php/cloud/user?format=json").status_code == 412
    with_header = client.get("/ocs/v2.php/cloud/user?format=json", headers={"OCS-APIRequest": "true"})
    assert with_header.json()["ocs"]["data"]["id"] == "mia"


@pytest.mark.parametrize(("version", "http", "code"), [(1, 200, 404), (2, 404, 404)])
def test_errors_are_inside_in_version_1_and_outside_in_version_2(client, credentials, version, http, code):
    for path in ("apps/user_status/api/v1/user_status", "apps/nothing/at/all", "cloud/user/"):
        answer = client.get(f"/ocs/v{version}.php/{path}?format=json", **credentials)
        assert answer.status_code == http
        assert MIRALL.search(answer.content.decode())[1] == str(code)
        assert answer.json()["ocs"]["meta"]["status"] == "failure"


def test_a_wrong_method_is_405(client, credentials):
    assert client.post("/ocs/v2.php/cloud/user?format=json", **credentials).status_code == 405


def test_nobody_was_told_anything_and_there_are_no_apps(client, credentials):
    # never 204: the desktop would then ask once an hour only
    answer = client.get("/ocs/v2.php/apps/notifications/api/v2/notifications?format=json", **credentials)
    assert (answer.status_code, answer.json()["ocs"]["data"]) == (200, [])
    answer = client.get("/ocs/v2.php/core/navigation/apps?absolute=true&format=json", **credentials)
    assert answer.json()["ocs"]["data"] == []


def test_what_clients_ask_in_passing_is_a_plain_404(client, mia):
    assert client.post("/index.php/core/wipe/check", {"token": "x"}).status_code == 404
    assert client.post("/index.php/core/wipe/success", {"token": "x"}).status_code == 404


def test_the_front_page_never_asks_for_basic_credentials(client):
    answer = client.get("/")
    assert answer.status_code in {200, 302}
    assert "WWW-Authenticate" not in answer


def test_older_clients_send_latin_1(client):
    import base64

    make_person("zoe", password="quatre pâtés gourmands")
    encoded = base64.b64encode("zoe:quatre pâtés gourmands".encode("latin-1")).decode()
    assert client.get("/ocs/v2.php/cloud/user", HTTP_AUTHORIZATION=f"Basic {encoded}").status_code == 200


def test_a_password_is_turned_into_an_app_password_and_given_back(client, mia, credentials):
    path = "/ocs/v2.php/core/getapppassword?format=json"
    answer = client.get(path, headers={"User-Agent": "Mozilla/5.0 (Android) Nextcloud-android/3.33"}, **credentials)
    secret = answer.json()["ocs"]["data"]["apppassword"]
    row = mia.app_passwords.get()
    assert len(secret) == 72
    assert "Android" in row.name
    with_it = basic("mia", secret)
    assert client.get(path, **with_it).status_code == 403
    assert client.delete("/ocs/v2.php/core/apppassword?format=json", **credentials).status_code == 403
    assert client.delete("/ocs/v2.php/core/apppassword?format=json", **with_it).json()["ocs"]["data"] == []
    assert client.get("/ocs/v2.php/cloud/user", **with_it).status_code == 401


def test_a_disabled_person_is_401(client, mia):
    _row, secret = devices.create(mia, "laptop")
    people.deactivate(None, mia)
    assert client.get("/ocs/v1.php/cloud/user", **basic("mia", secret)).status_code == 401
