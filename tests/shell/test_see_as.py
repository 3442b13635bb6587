"""“See as…”: audited, read-only, for half an hour, and no way around rights."""

import pytest
from django.utils import timezone

from collab.accounts.models import Rank
from collab.events.models import AuditEntry
from collab.rights.right import EDITOR, READER
from collab.shell import seeing
from tests import town as make
from tests.shell.sharing import words


@pytest.fixture
def folder(alice, root, bob):
    found = make.make_folder(alice, root, "Secret accounts")
    make.share(alice, found, bob, READER.mask)
    return found


def at(person):
    return f"/administration/see-as/{person.pk}/"


def test_it_is_asked_recorded_shown_and_ended(as_, admin, bob, space, folder):
    browser = as_(admin)
    page = browser.get(at(bob))
    assert "Plans" not in words(page)
    assert not AuditEntry.objects.filter(kind="see-as-begun").exists()
    page = browser.post(at(bob), follow=True)
    assert "You see Collab as Bob, read-only" in words(page)
    assert "Plans" in words(page)
    assert "Team" in words(page)
    entry = AuditEntry.objects.get(kind="see-as-begun")
    assert (entry.actor_id, entry.subject_id) == (admin.pk, bob.pk)
    page = browser.post(f"{at(bob)}end/", follow=True)
    assert "You are back to yourself." in words(page)
    assert AuditEntry.objects.filter(kind="see-as-ended").count() == 1
    assert "read-only" not in words(browser.get(at(bob)))


def test_what_the_administrator_does_not_see_keeps_its_name(as_, admin, eve, bob, folder):
    diary = make.make_folder(eve, make.home(eve), "Diary")
    make.share(eve, diary, bob, EDITOR.mask)
    page = words(as_(admin).post(at(bob), follow=True))
    assert "Secret accounts" not in page
    assert "Diary" not in page
    assert "A folder" in page
    assert "1 thing in somebody's own files is not told." in page


def test_it_ends_by_itself_and_lends_no_right(as_, admin, bob, space, folder, monkeypatch):
    browser = as_(admin)
    browser.post(at(bob))
    assert browser.get(f"/spaces/{space.pk}/").status_code == 404
    assert browser.get(f"/share/node/{folder.pk}/").status_code == 404
    later = timezone.now() + seeing.LASTS * 2
    monkeypatch.setattr(seeing.timezone, "now", lambda: later)
    assert "read-only" not in words(browser.get(at(bob)))


def test_one_sees_as_one_s_own_rank_and_below_only(as_, admin, owner, alice, bob):
    other = make.make_user("ada", Rank.ADMIN)
    assert as_(admin).post(at(owner)).status_code == 403
    assert as_(admin).post(at(admin)).status_code == 403
    assert as_(admin).post(at(other)).status_code == 302
    assert as_(owner).post(at(admin)).status_code == 302
    assert as_(alice).post(at(bob)).status_code == 403
    assert as_(admin).get("/administration/see-as/999999/").status_code == 404


def test_a_person_is_chosen_by_name(as_, admin, bob, team):
    browser = as_(admin)
    assert browser.get("/administration/see-as/", {"who": "Bob"})["Location"] == at(bob)
    assert browser.get("/administration/see-as/", {"who": "Team"}).status_code == 400
    assert browser.get("/administration/see-as/", {"who": "Nobody Known"}).status_code == 400
