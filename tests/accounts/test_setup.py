"""The first start: one link, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from collab.accounts.actions import setup
from collab.accounts.models import Rank, SetupLink, User
from tests.accounts.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

FORM = {"display_name": "Alice A.", "username": "Alice", "email": "alice@example.org", "password": PASSWORD}


def printed(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def test_the_link_makes_the_owner_signs_in_and_is_gone(client):
    token = setup.renew_link()
    assert client.get(f"/setup/{token}/").status_code == 200
    response = client.post(f"/setup/{token}/", FORM)
    assert response.status_code == 302, response.content.decode()
    owner = User.objects.get()
    assert (owner.username, owner.rank, owner.email) == ("alice", Rank.OWNER, "alice@example.org")
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert client.post("/settings/devices/new/", {"name": "phone"}).status_code == 200
    assert client.get(f"/setup/{token}/").status_code == 404
    assert client.post(f"/setup/{token}/", {**FORM, "username": "mallory"}).status_code == 404
    assert User.objects.count() == 1


def test_the_token_is_stored_hashed():
    token = setup.renew_link()
    assert token.encode() not in bytes(SetupLink.objects.get().digest)
    assert len(token) >= 23


def test_each_start_makes_a_new_link_until_there_is_an_owner(client):
    first = printed("setup-link").rsplit("/", 2)[1]
    second = printed("setup-link").rsplit("/", 2)[1]
    assert client.get(f"/setup/{first}/").status_code == 404
    assert client.get(f"/setup/{second}/").status_code == 200
    make_person("alice", rank="owner")
    assert printed("setup-link") == ""
    assert client.get(f"/setup/{second}/").status_code == 404


def test_a_weak_password_or_a_bad_name_is_refused_and_the_link_lives(client):
    token = setup.renew_link()
    assert client.post(f"/setup/{token}/", {**FORM, "password": "motdepasse"}).status_code == 400
    assert client.post(f"/setup/{token}/", {**FORM, "username": "../etc"}).status_code == 400
    assert client.get(f"/setup/{token}/").status_code == 200
    assert not User.objects.exists()


def test_guessing_the_link_is_slowed_down(client):
    codes = [client.get(f"/setup/guess{number}/").status_code for number in range(25)]
    assert codes[:20] == [404] * 20
    assert 429 in codes


def test_an_unattended_start_makes_the_owner_from_two_settings(monkeypatch):
    monkeypatch.setenv("COLLAB_OWNER", "alice")
    monkeypatch.setenv("COLLAB_OWNER_PASSWORD", PASSWORD)
    assert printed("setup-link") == ""
    assert User.objects.get().rank == Rank.OWNER
    assert printed("setup-link") == ""


@pytest.mark.parametrize("password", ["", "motdepasse"])
def test_an_unattended_start_says_what_is_wrong(monkeypatch, password):
    monkeypatch.setenv("COLLAB_OWNER", "alice")
    monkeypatch.setenv("COLLAB_OWNER_PASSWORD", password)
    with pytest.raises(CommandError):
        printed("setup-link")


def test_the_console_resets_a_password(client):
    bob = make_person()
    new = printed("reset-password", "bob", random=True)
    bob.refresh_from_db()
    assert bob.check_password(new)
    with pytest.raises(CommandError):
        printed("reset-password", "nobody", random=True)
