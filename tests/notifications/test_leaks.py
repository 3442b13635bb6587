"""The leak sweep: every word of others stays away from bell, mail and devices of who may not see the thing."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from collab.accounts.models import User
from collab.notifications import digests, pushing
from collab.notifications.models import Digest, Follow, Notification, Push
from collab.rights.right import EDITOR, READER
from collab.spaces import actions as spaces
from tests import town as make
from tests.notifications.test_push import Browser, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def canaries(quiet, settings, monkeypatch):
    """Things that each bear a word of their own; {word: who may see it at the end}. Everybody follows everything."""
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(digests, "_queue", lambda pk: None)
    monkeypatch.setattr(pushing, "_queue", lambda person: None)
    alice, bob, eve, root = quiet.alice, quiet.bob, quiet.eve, quiet.root
    monkeypatch.setattr(pushing.outside, "post", lambda url, body, headers: (201, ""))
    monkeypatch.setattr(pushing.outside, "check", lambda url: None)
    for number, person in enumerate((alice, bob, eve)):
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
        register(person, None, Browser(), endpoint=f"https://push.example.org/{number}")
    Follow.objects.bulk_create(
        Follow(person=person, kind="space", object_id=quiet.space.pk, level="follow") for person in (alice, bob, eve)
    )
    everybody, team, only_alice = {alice, bob, eve}, {alice, bob}, {alice}
    seen = {}

    def made(word, folder, who, by=alice):
        seen[word] = who
        return make.make_folder(by, folder, word)

    made("canary-team-1", root, team)
    reserved = made("canary-reserved-2", root, only_alice)
    make.restrict(alice, reserved)
    made("canary-inside-3", reserved, only_alice)
    later = made("canary-later-reserved-4", root, only_alice)
    make.make_file(alice, later, "canary-later-file-5")
    seen["canary-later-file-5"] = only_alice
    shared = made("canary-shared-6", root, everybody)
    make.share(alice, shared, eve, READER.mask)
    taken = made("canary-taken-back-7", root, team)
    make.share(alice, taken, eve, EDITOR.mask)
    thrown = made("canary-thrown-away-8", root, team)
    make.throw_away(alice, thrown)
    from collab.events import readers

    readers.catch_up()  # all were told of what they saw then
    make.restrict(alice, later)
    make.unshare(alice, taken, eve)
    other = make.make_space(alice, "canary-space-9")
    seen["canary-space-9"] = only_alice
    spaces.set_member(make.act(alice), other, bob.principal, READER.mask)
    readers.catch_up()
    make.unshare(alice, other, bob)
    readers.catch_up()
    return seen


def test_no_word_of_others_appears_in_bell_mail_or_on_devices(quiet, canaries, monkeypatch):
    rung = {}
    monkeypatch.setattr(
        pushing.webpush, "encrypt", lambda message, key, auth: rung.setdefault(bytes(key), []).append(message) or b""
    )
    Push.objects.update(at=timezone.now())
    digests.make_due(make.in_hours(8 * 24))
    for pk in Digest.objects.values_list("pk", flat=True):
        digests.deliver(pk, make.in_hours(8 * 24))
    found, missing = [], []
    for person in (quiet.alice, quiet.bob, quiet.eve):
        pushing.deliver(person.pk)
        browser = Client()
        browser.force_login(person)
        pages = [
            browser.get(f"/notifications/?show={which}").content.decode()
            for which in ("all", "unread", "mine", "followed")
        ]
        pages += [str(browser.get("/notifications/count/").json())]
        for row in Notification.objects.all():
            answer = browser.get(f"/notifications/{row.pk}/")
            pages.append(answer.headers.get("Location", "") + answer.content.decode())
        mails = [one.subject + one.body + one.alternatives[0][0] for one in mail.outbox if one.to == [person.email]]
        whole = " ".join([*pages, *mails, *(message.decode() for messages in rung.values() for message in messages)])
        rung.clear()
        found += [(person.username, word) for word, who in canaries.items() if word in whole and person not in who]
        if not any(word in whole for word, who in canaries.items() if person in who):
            missing.append(person.username)
    assert found == []
    assert missing == []


def test_rows_keep_no_words(quiet, canaries):
    kept = " ".join(str(row) for row in Notification.objects.values())
    assert Notification.objects.count() > 5
    assert "canary" not in kept


def test_live_frames_of_the_bell_carry_no_word(quiet, canaries):
    from collab.events.models import Outbox

    frames = list(Outbox.objects.filter(topic__startswith="user:", payload__kind="notification"))
    assert frames
    assert all(frame.payload == {"kind": "notification", "ref": "", "quiet": True} for frame in frames)
