"""Leaving the house: asked with the password, seven days to think again, refused where others would lose a manager."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.accounts.models import Rank, User
from collab.events.models import AuditEntry
from collab.mydata import tasks
from collab.mydata.models import Farewell
from collab.spaces import actions as spaces
from files.models import Node
from tests import town as make
from tests.accounts.people import PASSWORD
from tests.mydata.conftest import work
from tests.shell.sharing import words

DATA = "/settings/data/"


@pytest.fixture
def mine(bob):
    make.make_file(bob, make.home(bob), "diary.txt", b"dear diary")


def ask(browser, password=PASSWORD, **fields):
    return browser.post(f"{DATA}leave/", {"password": password, "own": "erase"} | fields)


def its_day():
    Farewell.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    tasks.tend()


def test_it_says_what_happens_and_ends_the_account_after_seven_days(enter, bob, mine, space, root):
    make.make_file(bob, root, "minutes.txt", b"of the team")
    browser = enter(bob)
    page = words(browser.get(f"{DATA}leave/"))
    assert "What you put into shared spaces stays there" in page
    assert "Your own file" in page
    page = browser.post(f"{DATA}leave/", {"password": PASSWORD, "own": "erase"}, follow=True)
    assert "Your account ends in 7 days" in words(page)
    tasks.tend()
    assert User.objects.filter(pk=bob.pk).exists()
    its_day()
    assert not User.objects.filter(pk=bob.pk).exists()
    assert not Node.objects.filter(name="diary.txt").exists()
    assert make.read(Node.objects.get(name="minutes.txt")) == b"of the team"
    assert make.is_clean()
    asked = AuditEntry.objects.get(kind="leaving-asked")
    assert (asked.actor_id, asked.actor_name) == (bob.pk, "")
    assert AuditEntry.objects.get(kind="account-deleted").actor_id is None


def test_files_go_to_who_was_named(enter, bob, alice, mine):
    assert ask(enter(bob), own="heir", heir="alice").status_code == 302
    its_day()
    (folder,) = Node.objects.inside(make.home(alice))
    assert folder.name == "Bob"
    assert make.read(Node.objects.get(name="diary.txt")) == b"dear diary"


@pytest.mark.parametrize("heir", ["", "nobody known", "Team", "bob", "gus"])
def test_an_heir_must_be_able_to_inherit(enter, bob, mine, heir):
    make.make_user("gus", Rank.GUEST)
    assert ask(enter(bob), own="heir", heir=heir).status_code == 400
    assert not Farewell.objects.exists()


def test_a_wrong_password_is_refused_and_guessing_slowed_down(enter, bob):
    browser = enter(bob)
    answers = [ask(browser, password=f"guess {number}").status_code for number in range(10)]
    assert answers[0] == 400
    assert answers[-1] == 429
    assert ask(browser, password="").status_code in {400, 429}
    assert not Farewell.objects.exists()


def test_the_owner_and_the_last_manager_hear_why_not(enter, owner, alice, space):
    page = enter(owner).get(f"{DATA}leave/")
    assert "You own this house" in words(page)
    assert ask(enter(owner)).status_code == 403
    browser = enter(alice)
    assert "Only you manage “Plans”" in words(browser.get(f"{DATA}leave/"))
    assert ask(browser).status_code == 403
    spaces.set_member(make.act(alice), space, owner.principal, 255)
    assert ask(browser).status_code == 302


def test_signing_in_offers_to_stay(enter, bob):
    browser = enter(bob)
    elsewhere = enter(bob)
    ask(browser)
    assert "Keep my account" in words(browser.get("/"))
    assert elsewhere.get("/").status_code == 302, "other sessions ended"
    again = enter(bob)
    page = again.get("/")
    assert "You asked that your account be deleted" in words(page)
    page = again.post(f"{DATA}stay/", follow=True)
    assert "You keep your account" in words(page)
    assert "Keep my account" not in words(again.get("/"))
    assert again.post(f"{DATA}stay/").status_code == 409
    its_day()
    assert User.objects.filter(pk=bob.pk).exists()
    assert AuditEntry.objects.filter(kind="leaving-cancelled", actor_id=bob.pk).count() == 1


def test_pages_of_those_who_stay_ask_nothing_more(enter, bob):
    browser = enter(bob)
    with CaptureQueriesContext(connection) as asked:
        browser.get("/settings/")
    assert not [one for one in asked.captured_queries if "farewell" in one["sql"]]


def test_it_is_asked_once(enter, bob):
    browser = enter(bob)
    assert ask(browser).status_code == 302
    assert ask(browser).status_code == 409


def test_administrators_see_who_waits_and_may_do_it_at_once(enter, bob, admin, mine):
    ask(enter(bob))
    browser = enter(admin)
    assert "1 person asked to leave" in words(browser.get("/administration/"))
    page = browser.get("/administration/leaving/")
    assert "Bob" in words(page)
    assert "files are deleted" in words(page)
    one = Farewell.objects.get()
    answer = browser.post(f"/administration/leaving/{one.pk}/", follow=True)
    assert "The account of Bob is deleted, as they had asked." in words(answer)
    assert not User.objects.filter(pk=bob.pk).exists()
    assert AuditEntry.objects.get(kind="account-deleted").actor_id == admin.pk
    assert browser.post(f"/administration/leaving/{one.pk}/").status_code == 404


@pytest.mark.parametrize("rank", [Rank.SPACE_MANAGER, Rank.MEMBER, Rank.GUEST])
def test_nobody_else_sees_or_does_it(enter, bob, rank):
    ask(enter(bob))
    other = enter(make.make_user("paul", rank))
    one = Farewell.objects.get()
    assert other.get("/administration/leaving/").status_code == 403
    assert other.post(f"/administration/leaving/{one.pk}/").status_code == 403
    assert User.objects.filter(pk=bob.pk).exists()


def test_an_administrator_deletes_no_administrator(enter, admin, owner):
    other = make.make_user("ada", Rank.ADMIN)
    ask(enter(other))
    one = Farewell.objects.get()
    assert enter(admin).post(f"/administration/leaving/{one.pk}/").status_code == 403
    assert enter(owner).post(f"/administration/leaving/{one.pk}/").status_code == 302


def test_what_stands_in_the_way_then_is_said_to_administrators(enter, bob, alice, admin, space, mine):
    ask(enter(bob), own="heir", heir="alice")
    spaces.create_for(bob, "Late")
    its_day()
    assert User.objects.filter(pk=bob.pk, is_active=True).exists()
    assert make.read(Node.objects.get(name="diary.txt")) == b"dear diary"
    assert "would be left without a manager" in words(enter(admin).get("/administration/leaving/"))


def test_an_heir_who_left_first_keeps_it_from_being_lost(enter, bob, mine):
    carol = make.make_user("carol")
    ask(enter(bob), own="heir", heir="carol")
    make.change(carol, is_active=False)
    its_day()
    assert User.objects.filter(pk=bob.pk).exists()
    assert Farewell.objects.get().trouble
    ask(enter(make.make_user("dora")))
    its_day()
    assert not User.objects.filter(username="dora").exists(), "others go on"


def test_letters_go_out_at_each_step(enter, bob, settings, django_capture_on_commit_callbacks):
    settings.MAIL_URL = "smtp://mail.example.org"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    User.objects.filter(pk=bob.pk).update(email="bob@example.org", language="fr")
    bob.refresh_from_db()
    browser = enter(bob, "fr")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask(browser)
        browser.post(f"{DATA}stay/")
        ask(browser)
        its_day()
    assert [letter.to for letter in mail.outbox] == [["bob@example.org"]] * 4
    assert "supprimé" in mail.outbox[-1].subject
    assert DATA in mail.outbox[0].body


def test_an_archive_goes_with_the_account(enter, bob, mine, settings, django_capture_on_commit_callbacks):
    browser = enter(bob)
    browser.post(f"{DATA}export/")
    work()
    assert len(list(settings.EXPORTS_DIR.glob("*"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        ask(browser)
        its_day()
    assert list(settings.EXPORTS_DIR.glob("*")) == []
