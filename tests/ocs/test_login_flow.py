"""Login flow v2, from the first request of a device to its revocation."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from collab.accounts import recent
from collab.accounts.actions import people
from collab.accounts.models import AppPassword, LoginFlow
from tests.accounts.people import PASSWORD, basic, make_person, sign_in

pytestmark = pytest.mark.django_db

AGENT = "Mozilla/5.0 (Linux) mirall/3.7.3git (build 1) (Nextcloud, debian-6.1 ClientArchitecture: x86_64)"
NAME = "Nextcloud 3.7.3 (Linux)"


@pytest.fixture
def mia():
    return make_person("mia")


@pytest.fixture
def device():
    return Client(headers={"user-agent": AGENT})


@pytest.fixture
def browser(mia):
    client = Client()
    sign_in(client, "mia")
    return client


def begin(device, path="/index.php/login/v2"):
    answer = device.post(path, b"", content_type="application/octet-stream")
    assert answer.status_code == 200
    assert b'": ' not in answer.content
    return answer.json()


def poll(device, started):
    return device.post(urlsplit(started["poll"]["endpoint"]).path, {"token": started["poll"]["token"]})


def page(started):
    return urlsplit(started["login"]).path


def test_the_whole_flow(device, mia):
    started = begin(device)
    assert len(started["poll"]["token"]) == 128
    assert len(page(started).rsplit("/", 1)[1]) == 128
    assert poll(device, started).status_code == 404
    # in the browser: sign in first, come back, agree
    browser = Client()
    to_sign_in = browser.get(page(started))
    assert to_sign_in.status_code == 302
    assert to_sign_in["Location"].startswith("/accounts/login/?next=")
    back = browser.post(to_sign_in["Location"], {"login": "mia", "password": PASSWORD})
    assert back["Location"] == page(started)
    asked = browser.get(page(started)).content.decode()
    assert NAME in asked
    assert "csrfmiddlewaretoken" in asked
    assert poll(device, started).status_code == 404
    assert browser.post(page(started), {"answer": "yes"}).status_code == 200
    # on the device: once
    got = poll(device, started)
    assert got.status_code == 200
    assert got["Cache-Control"] == "no-store"
    assert set(got.json()) == {"server", "loginName", "appPassword"}
    assert got.json()["server"] == "http://testserver"
    assert got.json()["loginName"] == "mia"
    secret = got.json()["appPassword"]
    assert len(secret) == 72
    assert secret.isalnum()
    assert poll(device, started).status_code == 404
    assert device.get("/ocs/v1.php/cloud/user", **basic("mia", secret)).status_code == 200
    row = AppPassword.objects.get()
    assert row.name == NAME
    assert secret.encode() not in bytes(row.digest)
    # and in the settings: revoked
    browser.post(f"/settings/devices/{row.pk}/revoke/")
    assert device.get("/ocs/v1.php/cloud/user", **basic("mia", secret)).status_code == 401


def test_both_addresses_begin_a_flow(device):
    assert begin(device, "/login/v2")["poll"]["endpoint"].endswith("/login/v2/poll")


def test_the_secrets_of_a_flow_are_stored_hashed(device):
    started = begin(device)
    row = LoginFlow.objects.get()
    assert started["poll"]["token"].encode() not in bytes(row.poll_digest)
    assert started["poll"]["token"] != page(started).rsplit("/", 1)[1]


def test_behind_https_all_addresses_are_https(device):
    answer = device.post("/index.php/login/v2", secure=True).json()
    assert answer["login"].startswith("https://")
    assert answer["poll"]["endpoint"].startswith("https://")


def test_it_is_over_after_twenty_minutes(device, browser):
    started = begin(device)
    LoginFlow.objects.update(created_at=timezone.now() - timedelta(minutes=21))
    assert browser.get(page(started)).status_code == 404
    assert browser.post(page(started), {"answer": "yes"}).status_code == 404
    begin(device)
    assert LoginFlow.objects.count() == 1


def test_saying_no_ends_it(device, browser):
    started = begin(device)
    assert browser.post(page(started), {"answer": "no"}).status_code == 200
    assert poll(device, started).status_code == 404
    assert browser.get(page(started)).status_code == 404
    assert not AppPassword.objects.exists()


def test_nobody_agrees_twice_or_for_another(device, browser):
    started = begin(device)
    browser.post(page(started), {"answer": "yes"})
    make_person("eve")
    eve = Client()
    sign_in(eve, "eve")
    assert eve.get(page(started)).status_code == 404
    assert eve.post(page(started), {"answer": "yes"}).status_code == 404
    assert poll(device, started).json()["loginName"] == "mia"


def test_agreeing_by_a_form_of_another_site_is_refused(device, mia):
    started = begin(device)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mia)
    assert browser.post(page(started), {"answer": "yes"}).status_code == 403
    assert poll(device, started).status_code == 404


def test_agreeing_needs_a_password_typed_lately(device, browser, monkeypatch):
    started = begin(device)
    now = recent.time.time()
    monkeypatch.setattr(recent.time, "time", lambda: now + 601)
    answer = browser.post(page(started), {"answer": "yes"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert poll(device, started).status_code == 404


def test_a_person_disabled_meanwhile_gives_nothing(device, browser, mia):
    started = begin(device)
    browser.post(page(started), {"answer": "yes"})
    people.deactivate(None, mia)
    assert poll(device, started).status_code == 404
    assert not AppPassword.objects.exists()


def test_waiting_is_not_guessing_and_guessing_is_slowed_down(device):
    started = begin(device)
    assert {poll(device, started).status_code for _try in range(80)} == {404}
    codes = [device.post("/login/v2/poll", {"token": f"guess{number}"}).status_code for number in range(70)]
    assert codes[:60] == [404] * 60
    assert codes[-1] == 429


def test_beginning_flows_without_end_is_slowed_down(device):
    codes = {device.post("/login/v2").status_code for _try in range(70)}
    assert codes == {200, 429}


def test_a_name_full_of_control_characters_is_cleaned(device, browser):
    answer = device.post("/login/v2", headers={"user-agent": "evil\x07<script>" + "x" * 500}).json()
    asked = browser.get(page(answer)).content.decode()
    assert "<script>x" not in asked
    assert len(LoginFlow.objects.get().name) <= 200
