"""App passwords: shown once, stored hashed, limited, revocable, and nobody else's."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from collab.accounts.actions import devices, people
from collab.accounts.models import AppPassword
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights.actor import Actor
from tests.accounts.people import PASSWORD, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return make_person("bob")


def test_the_secret_has_the_bits_it_promises_and_is_stored_hashed(bob):
    row, secret = devices.create(bob, "laptop")
    assert len(secret) * 5.83 >= 128
    assert secret.encode() not in bytes(row.digest)
    assert Actor.of_basic("bob", secret, "203.0.113.7").strength == "app-password"


def test_scopes_are_carried_by_the_actor(bob):
    _row, secret = devices.create(bob, "calendar", scopes=["calendars", "read-only"])
    actor = Actor.of_basic("bob", secret, "")
    assert actor.allows_scope("calendars")
    assert not actor.allows_scope("calendars", write=True)
    assert not actor.allows_scope("files")


def test_an_unknown_scope_is_refused(bob):
    with pytest.raises(BadInput):
        devices.create(bob, "x", scopes=["everything"])


def test_an_app_password_makes_no_other(bob):
    with pytest.raises(Forbidden):
        devices.create(bob, "x", strength="app-password")


def test_the_last_use_is_written_at_most_every_few_minutes(bob):
    row, secret = devices.create(bob, "laptop")
    Actor.of_basic("bob", secret, "203.0.113.7")
    first = AppPassword.objects.get(pk=row.pk)
    assert first.last_address == "203.0.113.7"
    Actor.of_basic("bob", secret, "203.0.113.8")
    assert AppPassword.objects.get(pk=row.pk).last_used_at == first.last_used_at
    AppPassword.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    Actor.of_basic("bob", secret, "203.0.113.8")
    assert AppPassword.objects.get(pk=row.pk).last_address == "203.0.113.8"


def test_a_revoked_one_is_refused_and_undo_brings_it_back_for_a_minute(bob, monkeypatch):
    row, secret = devices.create(bob, "laptop", scopes=["files"])
    _gone, undo = devices.revoke(bob, row.pk)
    with pytest.raises(Forbidden):
        Actor.of_basic("bob", secret, "")
    devices.restore(bob, undo)
    assert Actor.of_basic("bob", secret, "").scopes == {"files"}
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 61)
    with pytest.raises(NotFound):
        devices.restore(bob, undo)


def test_somebody_elses_device_does_not_exist(bob):
    eve = make_person("eve")
    row, _secret = devices.create(bob, "laptop")
    with pytest.raises(NotFound):
        devices.revoke(eve, row.pk)
    _gone, undo = devices.revoke(bob, row.pk)
    with pytest.raises(NotFound):
        devices.restore(eve, undo)


def test_a_disabled_persons_devices_are_refused(bob):
    _row, secret = devices.create(bob, "laptop")
    people.deactivate(None, bob)
    with pytest.raises(Forbidden):
        Actor.of_basic("bob", secret, "")
    people.reactivate(None, bob)
    assert Actor.of_basic("bob", secret, "").user == bob


def test_an_app_password_opens_no_session(client, bob):
    _row, secret = devices.create(bob, "laptop")
    sign_in(client, "bob", secret)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows) mirall/3.16.1 (Nextcloud, windows-10)", "Nextcloud 3.16.1 (Windows)"),
        ("Mozilla/5.0 (Linux) mirall/2.11.0.8354 (ownCloud, debian)", "ownCloud 2.11.0.8354 (Linux)"),
        ("Mozilla/5.0 (Android) Nextcloud-android/3.33.0", "Nextcloud 3.33.0 (Android)"),
        ("Mozilla/5.0 (iOS) Nextcloud-iOS/6.2.1", "Nextcloud 6.2.1 (iOS)"),
        ("DAVx5/4.4.3", "DAVx5/4.4.3"),
        ("x\x07" * 300, "x" * 200),
    ],
)
def test_clients_get_a_name_that_people_recognise(agent, name):
    assert devices.device_name(agent) == name


# the page


def test_the_page_shows_the_secret_once(client, bob):
    sign_in(client)
    answer = client.post("/settings/devices/new/", {"name": "My phone", "scopes": ["files"]})
    row = AppPassword.objects.get()
    secret = answer.context["secret"]
    assert answer.status_code == 200
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (row.name, row.scopes) == ("My phone", ["files"])
    again = client.get("/settings/devices/").content.decode()
    assert secret not in again
    assert "My phone" in again
    assert Actor.of_basic("bob", secret, "").user == bob


def test_the_page_revokes_with_undo(client, bob):
    sign_in(client)
    row, secret = devices.create(bob, "My phone")
    answer = client.post(f"/settings/devices/{row.pk}/revoke/", follow=True)
    assert "/settings/devices/undo/" in answer.content.decode()
    assert not AppPassword.objects.exists()
    page = answer.content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/settings/devices/undo/", {"token": token})
    assert Actor.of_basic("bob", secret, "").user == bob


def test_the_page_is_for_its_person_alone(client, bob):
    row, _secret = devices.create(bob, "laptop")
    assert client.get("/settings/devices/").status_code == 302
    make_person("eve")
    sign_in(client, "eve")
    assert client.post(f"/settings/devices/{row.pk}/revoke/").status_code == 404
    assert AppPassword.objects.filter(pk=row.pk).exists()


def test_a_device_needs_a_name(client, bob):
    sign_in(client)
    assert client.post("/settings/devices/new/", {"name": ""}).status_code == 400
    assert client.post("/settings/devices/new/", {"name": "x", "scopes": ["root"]}).status_code == 400
    assert not AppPassword.objects.exists()


def test_the_login_password_still_works_beside_app_passwords(bob):
    devices.create(bob, "laptop")
    assert Actor.of_basic("bob", PASSWORD, "").strength == "password"
