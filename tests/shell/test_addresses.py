"""An address that somebody gives for their account counts nowhere before whoever reads it confirmed it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from calendars import addresses as calendars
from collab.accounts.actions import addresses, people
from collab.accounts.models import AddressChange, AppPassword, User
from collab.lib.errors import Conflict, NotFound
from tests import town as make
from tests.accounts.people import typed_password

NEW, OLD = "robert@example.org", "bob@example.org"


@pytest.fixture
def mails(settings, django_capture_on_commit_callbacks):
    settings.MAIL_URL = "smtp://mail.example.org"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def browser(as_, bob):
    User.objects.filter(pk=bob.pk).update(email=OLD)
    return typed_password(as_(bob))


@pytest.fixture
def give(browser, django_capture_on_commit_callbacks):
    def give(email, status=302):
        with django_capture_on_commit_callbacks(execute=True):
            answer = browser.post("/settings/address/", {"email": email})
        assert answer.status_code == status, answer.content.decode()
        return answer

    return give


def link_of(message, kind=""):
    assert message.alternatives, "the mail has a second, formatted part"
    return re.search(rf"https?://[^/]+(/settings/address/{kind}[\w-]+/)", message.body)[1]


def test_an_address_counts_once_the_link_of_its_mail_was_confirmed(
    bob, browser, give, mails, django_capture_on_commit_callbacks
):
    give(NEW)
    assert make.fresh(bob).email == OLD
    assert [one.to for one in mails] == [[NEW]]
    assert NEW in browser.get("/settings/").content.decode()
    link = link_of(mails[0])
    assert calendars.users([NEW]) == {}, "no invitation to it is Bob's"
    assert browser.get(link).status_code == 200
    assert make.fresh(bob).email == OLD, "programs that open links confirm nothing"
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(link).status_code == 302
    assert make.fresh(bob).email == NEW
    assert calendars.users([NEW]) == {NEW: bob}
    assert [one.to for one in mails[1:]] == [[OLD]]
    assert browser.post(link).status_code == 404, "once"


def test_nobody_confirms_for_an_account_that_is_not_theirs(as_, alice, bob, browser, give, mails):
    """Whoever gives the address of somebody else has that person's click confirm nothing."""
    give("alice@example.net")
    link = link_of(mails[0])
    assert as_(alice).post(link).status_code == 404
    assert Client().post(link).status_code == 302
    assert make.fresh(bob).email == OLD
    AddressChange.objects.update(created_at=timezone.now() - timedelta(hours=49))
    assert browser.post(link).status_code == 404, "too old"
    addresses.sweep()
    assert not AddressChange.objects.exists()


def test_only_whoever_reads_a_taken_address_learns_that_it_is(alice, bob, give, mails):
    people.edit(None, alice, email="alice@example.org")
    mails.clear()
    give("Alice@example.org")
    assert [one.to for one in mails] == [["alice@example.org"]]
    assert "/settings/address/" not in mails[0].body
    assert make.fresh(bob).email == OLD


def test_an_address_taken_meanwhile_is_said_to_be(alice, browser, give, mails):
    give(NEW)
    people.edit(None, alice, email=NEW)
    assert browser.post(link_of(mails[0])).status_code == 409


def test_the_reader_of_the_old_address_takes_it_back_and_shuts_out_who_changed_it(
    bob, browser, give, mails, django_capture_on_commit_callbacks
):
    AppPassword.objects.create(user=bob, name="Thief's phone", digest=b"x" * 32)
    give(NEW)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(link_of(mails[0]))
        make.fresh(bob)
    stranger, undo = Client(), link_of(mails[1], "undo/")
    assert stranger.get(undo).status_code == 200
    assert make.fresh(bob).email == NEW
    assert stranger.post(undo)["Location"] == "/accounts/password/reset/"
    now = make.fresh(bob)
    assert (now.email, now.has_usable_password(), now.app_passwords.count()) == (OLD, False, 0)
    assert browser.get("/settings/").status_code == 302, "who changed it is signed out"
    assert stranger.post(undo).status_code == 404
    with pytest.raises(NotFound):
        addresses.find_undo("x\ud800")


def test_too_many_mails_are_not_sent(give, mails):
    for number in range(3):
        give(f"victim{number}@example.org")
    give("victim9@example.org", 429)
    assert len(mails) == 3


def test_an_address_is_taken_away_at_once_and_malformed_ones_are_refused(bob, give, mails):
    give("bob@", 400)
    give("", 302)
    assert make.fresh(bob).email is None
    assert link_of(mails[0], "undo/")


def test_where_no_mail_leaves_an_administrator_sets_it(as_, admin, bob, browser, give):
    give(NEW)
    page = browser.get("/settings/address/", headers={"accept-language": "en"}).content.decode()
    assert "This house sends no mail" in page
    assert "waits for an administrator" in page
    assert make.fresh(bob).email == OLD
    token = "guess"
    assert browser.post(f"/settings/address/{token}/").status_code == 404
    there = f"/administration/people/{bob.pk}/"
    assert NEW in as_(admin).get(there).content.decode()
    as_(admin).post(there, {"display_name": "Bob", "email": NEW})
    assert make.fresh(bob).email == NEW
    assert not AddressChange.objects.filter(changed_at=None).exists()
    give(OLD)
    browser.post("/settings/address/cancel/")
    assert addresses.waiting(bob) is None


def test_an_administrator_answers_for_their_own_where_no_mail_leaves(admin):
    assert addresses.ask(admin, "adam@example.org") is None
    assert make.fresh(admin).email == "adam@example.org"


def test_the_console_sets_an_address(bob, alice):
    call_command("set-address", "bob", "Bob@Example.org")
    assert make.fresh(bob).email == OLD
    with pytest.raises(CommandError):
        call_command("set-address", "alice", OLD)
    with pytest.raises(CommandError):
        call_command("set-address", "nobody-here", OLD)
    with pytest.raises(Conflict):
        people.edit(None, alice, email=OLD)
