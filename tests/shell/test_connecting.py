"""“Connect a device”: the steps hold this server's addresses, and the password they need works and is shown once."""

import re

import pytest

from collab.accounts.models import AppPassword
from collab.rights.actor import Actor
from collab.shell import guides
from tests.accounts.people import typed_password
from tests.dav.client import Client

PAGES = "/settings/devices/connect/"


@pytest.fixture
def page(as_, alice):
    client = as_(alice)
    return lambda slug, **options: client.get(f"{PAGES}{slug}/", **options)


def html(response):
    return response.content.decode()


@pytest.mark.parametrize("guide", guides.GUIDES, ids=lambda guide: guide.slug)
def test_each_guide_has_its_steps_and_no_placeholder_left(page, guide):
    answer = html(page(guide.slug))
    assert answer.count("<li><p>") == len(guide.steps)
    assert "%(" not in answer
    assert (f"connect/{guide.slug}/password/" in answer) == guide.password


def test_addresses_are_this_servers_own(page):
    assert "http://testserver/remote.php/dav/files/alice/" in html(page("finder"))
    assert "dav://testserver/remote.php/dav/files/alice/" in html(page("nautilus"))
    assert "davs://testserver/" in html(page("nautilus", secure=True))


def test_a_kind_that_does_not_exist_is_not_found(page):
    assert page("toaster").status_code == 404


@pytest.fixture
def signed_in(as_, alice):
    """Somebody who typed her password a moment ago."""
    return typed_password(as_(alice))


def test_the_password_is_made_shown_once_and_opens_files_alone(signed_in, alice):
    answer = html(signed_in.post(f"{PAGES}rclone/password/"))
    secret = re.search(r"pass=(\S+?)</code>", answer)[1]
    assert AppPassword.objects.get(user=alice).scopes == ["files"]
    assert secret not in html(signed_in.get(f"{PAGES}rclone/"))
    actor = Actor.of_basic("alice", secret, "127.0.0.1")
    assert (actor.user, actor.allows_scope("files", write=True)) == (alice, True)
    assert not actor.allows_scope("calendars")


def test_a_calendars_password_opens_calendars_and_no_files(signed_in, alice):
    answer = html(signed_in.post(f"{PAGES}thunderbird/password/"))
    secret = re.search(r'aria-labelledby="made".*?<code data-text>(.+?)</code>', answer, re.S)[1]
    assert "It opens calendars, tasks and contacts only." in answer
    device = Client("alice", secret)
    assert device.propfind("/remote.php/dav/", ["d:current-user-principal"]).status == 207
    assert device.propfind("/remote.php/dav/calendars/alice/", ["d:displayname"], "1").status == 207
    assert device.propfind("/remote.php/dav/files/alice/", ["d:displayname"]).status == 403


def test_the_code_to_scan_is_a_picture_of_its_own(signed_in):
    answer = html(signed_in.post(f"{PAGES}phone/password/"))
    [picture] = re.findall(r'<figure class="code-to-scan".*?</figure>', answer, re.S)
    assert "<svg" in picture
    assert "style=" not in answer


def test_a_client_that_signs_in_by_itself_needs_no_password(signed_in):
    assert signed_in.post(f"{PAGES}computer/password/").status_code == 404
    assert not AppPassword.objects.exists()


def test_a_password_is_made_only_by_who_signed_in_lately(as_, alice):
    assert as_(alice).post(f"{PAGES}rclone/password/").status_code == 302
    assert not AppPassword.objects.exists()


def test_it_speaks_french(as_, alice):
    alice.language = "fr"
    alice.save()
    answer = html(as_(alice).get(f"{PAGES}finder/"))
    assert "Le Finder d’un Mac" in answer
    assert "Utilisateur référencé" in answer
