"""Mail: when it is due, what it says and in which words, that it leaves once and is not lost, how one hears less."""

import re
import zoneinfo
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from collab.accounts.models import User
from collab.notifications import actions, digests, tokens, ways
from collab.notifications.models import Digest, Follow, Notification, Reach
from collab.rights.right import READER
from tests import town as make
from tests.notifications.hearing import follow, heard, unread

pytestmark = pytest.mark.django_db
QUEUE = digests._queue
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.fixture
def bob(quiet, settings, monkeypatch):
    """Bob follows the space, reads English, and has an address."""
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(digests, "_queue", lambda pk: None)
    User.objects.filter(pk=quiet.bob.pk).update(email="bob@example.org", language="en")
    follow(quiet.bob, quiet.space)
    return User.objects.get(pk=quiet.bob.pk)


def want(person, **choices):
    actions.prefer(person, **choices)


def tomorrow():
    return timezone.now() + timedelta(days=1)


def post(now=None):
    """Make what is due and send it; return the mails."""
    digests.make_due(now or tomorrow())
    for pk in Digest.objects.filter(state="waiting").values_list("pk", flat=True):
        digests.deliver(pk, now or tomorrow())
    return mail.outbox


@pytest.mark.parametrize(
    ("how", "since", "now", "due"),
    [
        ({"mail": "now"}, "2026-11-26 09:59:30", "2026-11-26 10:00", False),
        ({"mail": "now"}, "2026-11-26 09:58", "2026-11-26 10:00", True),
        ({"mail": "hourly"}, "2026-11-26 09:58", "2026-11-26 10:00", True),
        ({"mail": "hourly"}, "2026-11-26 10:01", "2026-11-26 10:59", False),
        ({"mail": "daily", "hour": 8}, "2026-11-26 07:59", "2026-11-26 08:00", True),
        ({"mail": "daily", "hour": 8}, "2026-11-26 08:01", "2026-11-27 07:59", False),
        ({"mail": "daily", "hour": 8}, "2026-11-26 08:01", "2026-11-27 08:00", True),
        ({"mail": "weekly", "hour": 8, "weekday": 0}, "2026-11-26 09:00", "2026-11-29 23:00", False),
        ({"mail": "weekly", "hour": 8, "weekday": 0}, "2026-11-26 09:00", "2026-11-30 08:00", True),
        ({"mail": "never"}, "2026-01-01 09:00", "2026-11-30 08:00", False),
        # the hour that a night in autumn has twice, and one that a night in spring has not
        ({"mail": "daily", "hour": 2}, "2026-10-24 12:00", "2026-10-25 03:00", True),
        ({"mail": "daily", "hour": 2}, "2026-03-28 12:00", "2026-03-29 03:30", True),
    ],
)  # fmt: skip
def test_a_mail_is_due_at_the_hour_its_person_chose_where_they_live(how, since, now, due):
    def at(text):
        return datetime.fromisoformat(text).replace(tzinfo=PARIS)

    assert ways.is_due(Reach(**{"hour": 8, "weekday": 0} | how), PARIS, at(since), at(now)) is due


def test_without_a_choice_a_mail_comes_once_a_day(bob, quiet):
    make.make_file(quiet.alice, quiet.root, "tents.txt")
    heard(bob)
    assert post(timezone.now()) == [] or timezone.localtime().hour == 8
    message = post()[0]
    assert message.to == ["bob@example.org"]
    assert "tents.txt" in message.body
    assert "Alice" in message.body
    assert "because you follow Plans" in message.body


def test_it_is_text_and_html_in_the_language_of_its_reader(bob, quiet):
    make.make_file(quiet.alice, quiet.root, "<b>tents.txt")
    heard(bob)
    english = post()[0]
    html, kind = english.alternatives[0]
    assert kind == "text/html"
    assert "&lt;b&gt;tents.txt" in html
    assert "<b>tents.txt" in english.body
    assert "This is what happened for you" in english.body
    assert '<html lang="en">' in html
    User.objects.filter(pk=bob.pk).update(language="fr")
    make.make_file(quiet.alice, quiet.root, "tentes.txt")
    heard(bob)
    french = post()[1]
    assert "Voici ce qui s’est passé" in french.body
    assert "parce que vous suivez Plans" in french.body
    assert '<html lang="fr">' in french.alternatives[0][0]


def test_what_was_read_meanwhile_is_not_mailed(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    actions.read_all(make.act(bob))
    assert post() == []


def test_what_may_not_be_seen_any_more_is_not_mailed(bob, quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Accounts")
    make.make_file(quiet.alice, folder, "salaries.ods")
    heard(bob)
    digests.make_due(tomorrow())
    make.restrict(quiet.alice, folder)
    assert post() == []
    assert Digest.objects.get().state == "empty"


def test_a_row_that_goes_on_tells_only_what_is_new(bob, quiet):
    make.make_file(quiet.alice, quiet.root, "a.txt")
    heard(bob)
    assert "a.txt" in post()[0].body
    make.make_file(quiet.alice, quiet.root, "b.txt")
    assert unread(bob) == 1
    assert "b.txt" in post()[1].body
    assert "a.txt" not in mail.outbox[1].body
    assert post() == mail.outbox[:2]


def test_kinds_that_one_does_not_want_by_mail_do_not_come(bob, quiet):
    want(bob, mail_kinds={"shared": True, "followed": False})
    make.make_file(quiet.alice, quiet.root, "a.txt")
    make.share(quiet.alice, make.make_folder(quiet.alice, quiet.root, "Box"), bob, READER.mask)
    heard(bob)
    body = post()[0].body
    assert "Box" in body
    assert "a.txt" not in body


def test_never_means_never_and_nothing_waits(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    want(bob, mail="never")
    assert not Notification.objects.filter(mail_since__isnull=False).exists()
    make.make_file(quiet.alice, quiet.root, "b.txt")
    heard(bob)
    assert post() == []


def test_where_no_mail_leaves_nothing_is_queued_for_ever(bob, quiet, settings):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    settings.MAIL_URL = ""
    assert digests.make_due(tomorrow()) == 0
    make.make_file(quiet.alice, quiet.root, "b.txt")
    heard(bob)
    assert not Notification.objects.filter(mail_since__isnull=False).exists()
    assert not Digest.objects.exists()


def test_it_leaves_once_however_often_it_is_asked_for(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    post()
    pk = Digest.objects.get().pk
    for _time in range(3):
        digests.make_due(tomorrow())
        digests.deliver(pk, tomorrow())
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<digest-{pk}.")


def test_a_mail_server_that_is_away_for_hours_loses_nothing(bob, quiet, monkeypatch):
    make.make_file(quiet.alice, quiet.root, "tents.txt")
    heard(bob)
    real = digests.mails.send

    def away(*_arguments):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(digests.mails, "send", away)
    waits = []
    for _time in range(9):
        before = timezone.now()
        post()
        waits.append(round((Digest.objects.get().at - before).total_seconds() / 10) * 10)
    assert waits == sorted(waits)
    assert 55 < waits[0] < 70
    assert waits[-1] <= 3601
    assert (Digest.objects.get().state, Digest.objects.get().error) == ("waiting", "Connection refused")
    monkeypatch.setattr(digests.mails, "send", real)
    assert "tents.txt" in post()[0].body
    assert Digest.objects.get().state == "sent"


def test_what_the_queue_names_twice_is_tried_once_until_its_time_has_come_again(bob, quiet, monkeypatch):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    tried = []

    def away(*_arguments):
        tried.append(1)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(digests.mails, "send", away)
    digests.make_due(tomorrow())
    Digest.objects.update(at=timezone.now())
    for _time in range(2):
        digests.deliver(Digest.objects.get().pk)
    assert (len(tried), Digest.objects.get().tries) == (1, 1)


def test_an_address_that_is_refused_is_given_up_and_the_bell_still_tells(bob, quiet, monkeypatch):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)

    def refused(*_arguments):
        raise SMTPRecipientsRefused({"bob@example.org": (550, b"no such user")})

    monkeypatch.setattr(digests.mails, "send", refused)
    post()
    assert (Digest.objects.get().state, Digest.objects.get().error) == ("failed", "no such user")
    assert unread(bob) == 1


def test_while_the_queue_is_away_mail_waits_and_is_found_again(bob, quiet, monkeypatch):
    from collab.notifications import tasks

    asked = []

    def away(arguments, **_options):
        asked.append(arguments)
        raise OperationalError

    monkeypatch.setattr(tasks.send_digest, "apply_async", away)
    monkeypatch.setattr(digests, "_queue", QUEUE)
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    digests.make_due(tomorrow())
    Digest.objects.update(at=timezone.now())
    digests.catch_up()
    assert asked == [(Digest.objects.get().pk,)]
    assert Digest.objects.get().state == "waiting"


def test_a_worker_that_dies_while_it_sends_loses_nothing(bob, quiet, monkeypatch):
    """What it had claimed is free again: its transaction ended with it."""
    make.make_file(quiet.alice, quiet.root, "tents.txt")
    heard(bob)
    digests.make_due(tomorrow())
    pk = Digest.objects.get().pk

    class Killed(BaseException):
        pass

    def killed(*_arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(digests.mails, "send", killed)
        with pytest.raises(Killed):
            digests.deliver(pk, tomorrow())
    digests.deliver(pk, tomorrow())
    assert len(mail.outbox) == 1


def test_its_headers_let_a_mail_program_end_it_in_one_click(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    headers = post()[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = path_of(headers["List-Unsubscribe"].strip("<>"))
    program = Client(enforce_csrf_checks=True)
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Reach.objects.get(person=bob).mail == "never"


def test_looking_at_a_link_of_a_mail_changes_nothing(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    links = [
        path_of(link) for link in re.findall(r"https?://\S+", post()[0].body) if "/stop/" in link or "/unsub" in link
    ]
    assert len(links) == 2
    for link in links:
        answer = Client().get(link)
        assert answer.status_code == 200
        assert b"<form" in answer.content
    assert Follow.objects.get(person=bob).level == "follow"
    assert not Reach.objects.filter(person=bob, mail="never").exists()


def test_each_place_of_a_mail_has_its_way_to_hear_less_without_signing_in(bob, quiet):
    make.make_file(quiet.alice, quiet.root)
    heard(bob)
    link = next(path_of(one) for one in re.findall(r"https?://\S+", post()[0].body) if "/stop/" in one)
    stranger = Client(enforce_csrf_checks=True)
    assert "Plans" in stranger.get(link).content.decode()
    assert stranger.post(link).status_code == 200
    assert not Follow.objects.filter(person=bob).exists()
    make.make_file(quiet.alice, quiet.root, "b.txt")
    assert len(heard(bob)) == 1


def test_such_a_link_tells_no_name_to_who_may_not_see_the_place_any_more(bob, quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Accounts")
    make.share(quiet.alice, folder, bob, READER.mask)
    heard(bob)
    token = tokens.stop(bob.pk, "node", folder.pk, "mute")
    assert "Accounts" in Client().get(f"/notifications/stop/{token}/").content.decode()
    make.restrict(quiet.alice, folder)
    make.unshare(quiet.alice, folder, bob)
    assert "Accounts" not in Client().get(f"/notifications/stop/{token}/").content.decode()


def test_links_end_after_a_while_and_cannot_be_made_up(bob, monkeypatch):
    import time

    token = tokens.unsubscribe(bob.pk)
    assert Client().get(f"/notifications/stop/{token}/").status_code == 404
    assert Client().get(f"/notifications/unsubscribe/{token}x/").status_code == 404
    late = time.time() + (tokens.DAYS + 1) * 86400
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    assert Client().post(f"/notifications/unsubscribe/{token}/").status_code == 404
    assert not Reach.objects.filter(person=bob, mail="never").exists()


def test_guessing_such_links_is_slowed_down(bob):
    answers = {Client().get(f"/notifications/unsubscribe/guess{number}/").status_code for number in range(75)}
    assert answers == {404, 429}


def path_of(url):
    return "/" + url.split("/", 3)[3]
