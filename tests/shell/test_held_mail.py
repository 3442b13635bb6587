"""Mail that a backup brought back: nothing of it leaves or rings by itself, and an administrator decides once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from collab.accounts.actions import invitations, posting, registrations
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Invitation, Registration, User
from collab.events import readers
from collab.events.models import AuditEntry, Change
from collab.lib import held
from collab.notifications import actions, digests, pushing
from collab.notifications.models import Device, Digest, Notification, Push
from collab.rights import drops, letters
from collab.rights.links import box
from collab.rights.models import Drop, Letter
from collab.rights.right import Right
from tests import town as make
from tests.notifications.hearing import all_read, follow
from tests.shell.sharing import words

HEALTH, HOME, DECIDE = "/administration/health/", "/", "/administration/health/held-mail/"


@pytest.fixture(autouse=True)
def house(town: Any, tmp_path: Any, settings: Any, monkeypatch: Any) -> None:
    """A house that sends mail, whose mark lies apart, and in which nothing leaves but by the test."""
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(held, "_path", lambda: tmp_path / "restored")
    for module in (letters, digests, posting, pushing):
        monkeypatch.setattr(module, "_queue", lambda pk: None)
    all_read()
    Notification.objects.all().delete()


@pytest.fixture
def rung(monkeypatch: Any) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(pushing, "send", lambda device, message, tag: found.append(tag))
    return found


@pytest.fixture
def waiting(town: Any, admin: User) -> None:
    """A letter, a word about what was sent in, an invitation, a refusal, a mail made and one to be made."""
    write("old@example.org")
    link = make.make_link(town.alice, town.root, Right.ADD)
    drop = drops.begin(link, "visit", "Plans")
    drops.add(drop, "a.txt", 3)
    Drop.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    invitations.invite_addresses(admin, "new@example.org", Terms(rank="member"))
    Registration.objects.create(
        email="no@example.org", display_name="No", password="x", digest=b"1", language="en", refused_at=timezone.now()
    )
    for person in (town.bob, town.eve):
        make.change(person, email=f"{person.username}@example.org")
        Device.objects.create(
            person=person, endpoint="https://push.example.org", digest=person.username.encode(), key=b"k", auth=b"a",
            session=b"s",
        )  # fmt: skip
        actions.prefer(person, push_kinds={"followed": True})
    make.share(town.alice, town.space, town.eve, Right.SEE)
    for person in (town.bob, town.eve):
        follow(person, town.space)
    all_read()
    Notification.objects.all().delete()
    make.make_file(town.alice, town.root, "news.txt")
    readers.catch_up()
    digests._make(town.bob.pk, timezone.now())
    assert Push.objects.count() == 2


def write(email: str) -> Letter:
    sealed = box().encrypt(json.dumps(["Subject", "text", "<p>html</p>"]).encode())
    return Letter.objects.create(kind=Letter.Kind.OTHER, email=email, sealed=sealed)


def restored() -> None:
    with held.holding():
        pass


def everything_ticks(*people: User) -> list[str]:
    """All that runs by the clock or by a message; return to whom mail left."""
    mail.outbox.clear()
    later = timezone.now() + timedelta(days=1)
    letters.catch_up()
    drops.tell(later.replace(hour=12))
    for pk in Letter.objects.values_list("pk", flat=True):
        letters.deliver(pk)
    for pk in Invitation.objects.filter(mail=Invitation.Mail.WAITING).values_list("pk", flat=True):
        posting.deliver(pk)
    posting.catch_up()
    for pk in Registration.objects.values_list("pk", flat=True):
        registrations.tell_refused(pk)
    digests.make_due(later)
    digests.catch_up()
    for pk in Digest.objects.values_list("pk", flat=True):
        digests.deliver(pk, later)
    for person in people:
        pushing.deliver(person.pk)
    return sorted(to for one in mail.outbox for to in one.to)


ALL = ["bob@example.org", "eve@example.org", "new@example.org", "old@example.org"]


def test_nothing_of_it_leaves_or_rings_by_itself(as_, alice, bob, eve, admin, town, waiting, rung):
    restored()
    assert everything_ticks(bob, eve) == []
    assert (rung, Push.objects.count()) == ([], 0)
    write("later@example.org")
    assert everything_ticks() == ["later@example.org"], "what is asked for now leaves"
    for page in (HEALTH, HOME):
        assert "6 mails are held back" in words(as_(admin).get(page))
    assert "held back" not in words(as_(alice).get(HOME))
    assert as_(alice).post(DECIDE, {"do": "send"}).status_code == 403


def test_one_click_sends_it(as_, alice, bob, eve, admin, town, waiting, rung):
    make.change(alice, email="alice@example.org")
    restored()
    browser = as_(admin)
    answer = browser.post(DECIDE, {"do": "send", "next": HOME})
    assert answer["Location"] == HOME
    page = words(browser.get(HOME))
    assert "6 mails leave now." in page
    assert "held back" not in page
    sent = everything_ticks(bob, eve)
    sent = sorted({*sent, *everything_ticks(bob, eve)})
    assert sent == ["alice@example.org", *ALL]
    assert rung == [], "no device rings for what happened then"
    assert not Registration.objects.exists()
    assert browser.post(DECIDE, {"do": "send"}).status_code == 409
    assert AuditEntry.objects.get(kind="held-mail-sent").details["count"] == 6


def test_one_click_drops_it(as_, admin, bob, eve, town, waiting, rung):
    restored()
    browser = as_(admin)
    assert browser.post(DECIDE, {"do": "all"}).status_code == 400
    browser.post(DECIDE, {"do": "drop"})
    assert "6 mails are dropped." in words(browser.get(HEALTH))
    assert everything_ticks(bob, eve) == []
    assert Letter.objects.get().state == "failed"
    assert bytes(Letter.objects.get().sealed) == b""
    assert Invitation.objects.get().mail == Invitation.Mail.FAILED
    assert Notification.objects.filter(person=bob, read_at=None).exists(), "the bell has it"
    assert AuditEntry.objects.filter(kind="held-mail-dropped").count() == 1
    make.make_file(town.alice, town.root, "more.txt")
    readers.catch_up()
    assert everything_ticks(bob, eve) == ["bob@example.org", "eve@example.org"]


def test_what_happened_before_and_is_read_after_it_rings_nobody(town, eve, waiting, rung):
    """The log of then may hold what its readers had not read yet."""
    Push.objects.all().delete()
    Notification.objects.all().delete()
    make.make_file(town.alice, town.root, "unread.txt")
    restored()
    readers.catch_up()
    assert Notification.objects.filter(person=eve).exists()
    assert everything_ticks(eve) == []
    assert rung == []
    Notification.objects.update(pushed_at=None)
    make.make_file(town.alice, town.root, "fresh.txt")
    Change.objects.update(at=timezone.now())  # the database's clock stands still within a test
    readers.catch_up()
    assert "eve@example.org" in everything_ticks(eve)
    assert len(rung) == 1


def test_a_restore_that_breaks_off_holds_nothing(town, waiting):
    with pytest.raises(OSError, match="disk"), held.holding():
        raise OSError("disk")
    assert (held.before(), held.restored_at()) == (None, None)
    restored()
    known = held.before()
    with pytest.raises(OSError, match="disk"), held.holding():
        raise OSError("disk")
    assert held.before() == known
