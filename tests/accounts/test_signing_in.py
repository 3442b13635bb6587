"""Signing in, out, and what ends a session."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collab.accounts import recent
from collab.accounts.actions import passwords, people
from collab.accounts.hashers import Argon2id
from collab.accounts.models import User
from collab.lib.errors import Forbidden
from tests.accounts.people import OTHER, PASSWORD, make_person, sign_in, wrong
from tests.conftest import HASHING

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return make_person("bob", email="Bob@Example.org", display_name="Bob B.")


def is_in(client):
    return client.get("/settings/devices/").status_code == 200


@pytest.mark.parametrize("name", ["bob", "BOB", " bob ", "bob@example.org", "Bob@Example.ORG"])
def test_the_user_name_or_the_address_open_a_session(client, bob, name):
    response = sign_in(client, name)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == "/"
    assert is_in(client)


def test_a_right_sign_in_is_stored_as_argon2id_at_the_cost_of_the_house(client, bob, monkeypatch):
    for name, cost in HASHING.items():
        monkeypatch.setattr(Argon2id, name, cost)
    assert sign_in(client, "bob").status_code == 302
    bob.refresh_from_db()
    assert bob.password.startswith("argon2$argon2id$v=19$m=32768,t=2,p=1$")


@pytest.mark.parametrize(("name", "password"), [("bob", OTHER), ("nobody", PASSWORD), ("b\0b", PASSWORD), ("bob", "")])
def test_whatever_is_wrong_the_answer_is_the_same_sentence(client, bob, name, password):
    client.cookies["django_language"] = "en"
    response = sign_in(client, name, password)
    assert response.status_code == 200
    assert not is_in(client)
    if password and "\0" not in name:
        assert "The address or the password is not right." in response.content.decode()


def test_a_disabled_person_reads_the_same_as_a_wrong_password(client, bob):
    people.deactivate(None, bob)
    response = sign_in(client)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_megabyte_of_password_is_refused_without_hashing(client, bob):
    assert sign_in(client, "bob", "x" * 1_000_000).status_code == 200
    assert not is_in(client)


def test_the_session_gets_a_new_id_when_one_signs_in(client, bob):
    client.get("/accounts/login/")
    client.cookies["sessionid"] = "a" * 32  # fixation: an attacker's choice
    sign_in(client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_the_sign_in_page_refuses_a_form_of_another_site(bob):
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_there_is_no_sign_up(client, db):
    data = {"username": "mallory", "password1": PASSWORD, "email": "m@example.org"}
    client.post("/accounts/signup/", data)
    assert not User.objects.exists()


def test_signing_out_takes_a_post(client, bob):
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_disabling_ends_every_session_at_once_and_for_good(client, bob):
    sign_in(client)
    people.deactivate(None, bob)
    assert not is_in(client)
    people.reactivate(None, bob)
    assert not is_in(client)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client, bob):
    other = Client()
    sign_in(client)
    sign_in(other)
    epoch = bob.epoch
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert response.status_code == 302, response.content.decode()
    assert is_in(client)
    assert not is_in(other)
    bob.refresh_from_db()
    assert bob.check_password(OTHER)
    assert bob.epoch > epoch


def test_changing_the_password_needs_the_present_one_under_the_same_delay(client, bob):
    sign_in(client)
    for _try in range(8):
        data = {"oldpassword": wrong(), "password1": OTHER}
        assert client.post("/accounts/password/change/", data).status_code == 200
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 10


def test_a_weak_new_password_is_refused_with_reasons(client, bob):
    client.cookies["django_language"] = "en"
    bob.language = "en"
    bob.save()
    sign_in(client)
    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "azertyuiop"})
    assert response.status_code == 200
    assert "close to a common word" in response.content.decode()
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_by_mail_once(client, bob, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    assert client.post("/accounts/password/reset/", {"email": "bob@example.org"}).status_code == 302
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    path = client.get(link[link.index("/accounts") :]).headers["Location"]
    assert client.post(path, {"password1": OTHER}).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(OTHER)
    assert client.get(link[link.index("/accounts") :]).status_code == 200  # used: no form to set another
    bob.refresh_from_db()
    assert bob.check_password(OTHER)


def test_without_mail_the_page_says_whom_to_ask(client, db, settings):
    for address, said, hidden in (
        ("", "Ask an administrator", "Send the link"),
        ("smtp://m", "Send the link", "reset-password"),
    ):
        settings.MAIL_URL = address
        html = client.get("/accounts/password/reset/", headers={"accept-language": "en"}).content.decode()
        assert said in html
        assert hidden not in html


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, bob):
    known = client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "eve@example.org"})
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert "eve@example.org" not in [to for message in mail.outbox for to in message.to]


def test_asking_again_and_again_for_a_reset_is_slowed_down(client, bob):
    codes = [client.post("/accounts/password/reset/", {"email": "bob@example.org"}).status_code for _try in range(5)]
    assert codes == [302, 302, 302, 429, 429]


def test_the_sessions_page_lists_them_and_ends_the_others(client, bob):
    other = Client(headers={"user-agent": "Firefox on the old laptop"})
    sign_in(client)
    sign_in(other)
    assert "Firefox on the old laptop" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")
    assert is_in(client)
    assert not is_in(other)


def test_a_session_is_noted_rarely(client, bob):
    sign_in(client)
    client.get("/settings/devices/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/devices/")
    assert not [query for query in queries if "usersessions" in (query["sql"] or "")]


def test_the_console_sets_a_password_and_ends_all(client, bob):
    sign_in(client)
    passwords.set_password(None, bob, OTHER, devices=True)
    assert passwords.end_sessions(bob) == 1
    assert not is_in(client)


def test_only_those_who_may_edit_a_person_set_their_password(bob):
    carol = make_person("carol")
    with pytest.raises(Forbidden):
        passwords.set_password(carol, bob, OTHER)


def test_sensitive_pages_ask_the_password_again_after_ten_minutes(client, bob, monkeypatch):
    sign_in(client)
    now = recent.time.time()
    monkeypatch.setattr(recent.time, "time", lambda: now + 601)
    response = client.post("/settings/devices/new/", {"name": "phone"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_django_admin_has_no_door_of_its_own(client, bob):
    answer = client.post("/django-admin/login/", {"username": "bob", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session
    sign_in(client)
    assert client.get("/django-admin/").status_code in {302, 403}
    people.change_rank(None, bob, "owner")
    assert client.get("/django-admin/").status_code == 200
