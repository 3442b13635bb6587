"""Invitations by mail and the answers to them (iMIP, RFC 6047), and what a stranger cannot do by mail."""

import io
import socketserver
import threading
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from calendars import mailbox, post
from calendars.actions import delivering
from calendars.actions.answering import answer, invitee_of, token_of
from calendars.models import CalendarObject, Delivery, Invitee, Received
from collab.lib.errors import BadInput, Forbidden, NotFound
from tests import town as make
from tests.calendars import scheduling
from tests.calendars.caldav import home
from tests.calendars.scheduling import at, attendee, copy_of, event, organizer, partstat, path, phone, text

pytestmark = pytest.mark.django_db
OUT = "zoe@example.net"


@pytest.fixture
def people(town, settings):
    settings.MAIL_URL = "smtp://mail.example.org"
    for one in (town.alice, town.bob, town.eve):
        one.email = f"{one.username}@example.org"
        one.save()
    return town


@pytest.fixture
def alice_phone(people):
    return phone(people.alice)


@pytest.fixture
def invited(people, alice_phone):
    """Alice's event, to which somebody outside is invited, by a mail that left."""
    alice_phone.put(path(alice_phone), event(organizer(people.alice, CN="Alice"), attendee(OUT), "LOCATION:Salle 2"))
    scheduling.post()
    return copy_of(people.alice)


def calendar_of(message):
    """The part for calendar programs, and its Content-Type."""
    found = [one for one in message.message().walk() if one.get_content_type() == "text/calendar"]
    return found[0].get_payload(decode=True).decode(), found[0]["Content-Type"]


def sent(calendar: bytes | str, sender=OUT, method="REPLY", **headers) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "collab@localhost", "Answer"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("words")
    data = calendar.encode() if isinstance(calendar, str) else calendar
    made.add_alternative(data, "text", "calendar", params={"method": method, "charset": "utf-8"})
    return bytes(made)


def reply(status="ACCEPTED", who=OUT, *lines, uid="meet@test", sequence=0, stamp="20991231T000000Z") -> str:
    inside = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mail//EN", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{uid}",
        f"DTSTAMP:{stamp}", f"SEQUENCE:{sequence}", "ORGANIZER:mailto:alice@example.org",
        f"ATTENDEE;PARTSTAT={status}:mailto:{who}", *lines, "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(inside)


def test_an_invitation_by_mail(people, invited, alice_phone):
    (message,) = mail.outbox
    assert message.to == [OUT]
    assert message.reply_to == ["Alice <alice@example.org>"]
    assert "Alice" in message.from_email
    assert "Budget" in message.subject
    assert "Salle 2" in message.body
    calendar, kind = calendar_of(message)
    assert "METHOD:REQUEST" in calendar
    assert 'method="REQUEST"' in kind or "method=REQUEST" in kind
    assert "SCHEDULE-" not in calendar
    assert [one[0] for one in message.attachments] == ["invite.ics"]
    assert "SCHEDULE-STATUS=1.1" in text(invited)
    people.alice.language = "fr"
    people.alice.save()
    alice_phone("DELETE", path(alice_phone))
    scheduling.post()
    assert "Annulé" in mail.outbox[1].subject
    assert "METHOD:CANCEL" in calendar_of(mail.outbox[1])[0]


def test_who_else_comes_is_told_to_those_without_account_where_it_says_so(people, alice_phone, client):
    both = attendee(OUT), attendee("yves@example.net", "DECLINED")
    for number, shown in enumerate(((), ("X-COLLAB-GUESTS:SHOWN",))):
        uid = f"meet{number}@test"
        alice_phone.put(path(alice_phone, uid), event(organizer(people.alice, CN="Bob"), *both, *shown, uid=uid))
        scheduling.post()
        message = next(one for one in reversed(mail.outbox) if one.to == [OUT])
        assert "Bob" not in message.from_email, "nobody writes under another's name"
        token = token_of(Invitee.objects.get(event__uid=uid, address=OUT))
        file = client.get(reverse("calendars:invitation-file", args=[token])).content.decode()
        for text_ in (calendar_of(message)[0], file):
            assert OUT in text_.replace("\r\n ", "")
            assert ("yves" in text_) == bool(shown)


def test_an_answer_without_an_account(people, invited, alice_phone):
    row = Invitee.objects.get(event=invited)
    token = token_of(row)
    assert invitee_of(token) == row
    answer(invitee_of(token), invited, "ACCEPTED", comment="With pleasure; 2 children", plus=2)
    row.refresh_from_db()
    assert (row.partstat, row.plus, row.comment) == ("ACCEPTED", 2, "With pleasure; 2 children")
    assert "X-NUM-GUESTS=2" in text(invited)
    with pytest.raises(BadInput):
        answer(row, invited, "MAYBE")
    with pytest.raises(Forbidden):
        answer(make.act(people.eve), invited, "ACCEPTED")
    for wrong in (token[:-2] + "xx", "", "x:y:z"):
        with pytest.raises(NotFound):
            invitee_of(wrong)
    alice_phone("DELETE", path(alice_phone))
    with pytest.raises(NotFound):
        invitee_of(token)


def test_answers_by_mail_are_matched(people, invited, alice_phone):
    assert post.receive(sent(reply("TENTATIVE", OUT, "COMMENT:Late"))) == "answered"
    row = Invitee.objects.get(event=invited)
    assert (row.partstat, row.comment) == ("TENTATIVE", "Late")
    # an answer that was written before comes after
    assert post.receive(sent(reply("DECLINED", stamp="20200101T000000Z"))) == "old"
    assert partstat(invited, OUT) == "TENTATIVE"
    # nobody answers for another, and nobody who was not invited
    assert post.receive(sent(reply("DECLINED"), "eve@example.org")) == "stranger"
    assert post.receive(sent(reply("ACCEPTED", "new@example.net"), "new@example.net")) == "stranger"
    assert post.receive(sent(reply("ACCEPTED", uid="other"))) == "unknown-event"
    assert post.receive(sent(reply("DECLINED"), Authentication_Results="mx; dmarc=fail")) == "forged"
    assert partstat(invited, OUT) == "TENTATIVE"
    # an update crosses the answer to what was before
    alice_phone.put(path(alice_phone), text(invited).replace(f"DTEND:{at(hours=1)}", f"DTEND:{at(hours=2)}").encode())
    assert partstat(invited, OUT) == "NEEDS-ACTION"
    assert post.receive(sent(reply("ACCEPTED", sequence=0))) == "old"
    assert partstat(invited, OUT) == "NEEDS-ACTION"
    assert post.receive(sent(reply("ACCEPTED", sequence=1))) == "answered"
    assert {one.outcome: one.count for one in Received.objects.all()} == {
        "answered": 2, "old": 2, "stranger": 2, "unknown-event": 1, "forged": 1,
    }  # fmt: skip


NESTED = b"From: zoe@example.net\r\nMIME-Version: 1.0\r\n" + b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number) for number in range(5000)
)
HOSTILE = {
    "nothing": (b"", "no-calendar"),
    "large": (b"x" * (post.LARGEST + 1), "too-large"),
    "nested": (NESTED, None),
    "no calendar": (b"From: zoe@example.net\r\nSubject: x\r\n\r\nHello", "no-calendar"),
    "broken calendar": (sent("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT"), "unreadable"),
    "odd charset": (b"From: z@e.net\r\nContent-Type: text/calendar; charset=none-such\r\n\r\nBEGIN:X", "unreadable"),
    "half a sign": (b"From: z@e.net\r\nContent-Type: text/calendar; charset=utf-7\r\n\r\nBEGIN:+2AA-", "unreadable"),
    "a sender that no database keeps": (sent(reply()).replace(b"From: zoe@", b"From: z\x00oe@"), "unreadable"),
    "two senders": (sent(reply()).replace(b"From: zoe@", b"From: a@example.org, zoe@"), "unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_ends_quietly(people, invited, name):
    raw, outcome = HOSTILE[name]
    found = post.receive(raw)
    assert found == outcome if outcome else found in {"no-calendar", "unreadable"}
    assert partstat(invited, OUT) == "NEEDS-ACTION"


def outside(*lines, method="REQUEST", others=(), **how) -> bytes:
    """An invitation to bob by somebody outside."""
    data = event(f"ORGANIZER:mailto:{OUT}", attendee("bob@example.org"), *lines, uid="theirs", others=others, **how)
    return data.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:%s\r\n" % method.encode(), 1)


def test_invitations_from_outside_come_from_people_known(people, invited):
    bob = phone(people.bob)
    assert post.receive(sent(outside(), method="REQUEST")) == "unknown-sender"
    assert copy_of(people.bob, "theirs") is None
    bob.put(path(bob), event(organizer(people.bob), attendee(OUT), uid="bobs"))
    assert post.receive(sent(outside(), "mallory@example.net", method="REQUEST")) == "stranger"
    assert post.receive(sent(outside(), method="REQUEST")) == "invited"
    mine = copy_of(people.bob, "theirs")
    assert partstat(mine, people.bob) == "NEEDS-ACTION"
    assert mine.occurrences.get().busy == 2
    # the answer leaves by mail
    mail.outbox.clear()
    Delivery.objects.all().delete()
    bob.put(f"{home(bob)}personal/{mine.name}", text(mine).replace("NEEDS-ACTION", "ACCEPTED").encode())
    scheduling.post()
    (message,) = mail.outbox
    assert message.to == [OUT]
    calendar, _kind = calendar_of(message)
    assert "METHOD:REPLY" in calendar
    assert "PARTSTAT=ACCEPTED" in calendar
    # the whole week, then one day of it by itself, then none
    assert post.receive(sent(outside("RRULE:FREQ=DAILY;COUNT=3", "SEQUENCE:1"), method="REQUEST")) == "invited"
    assert CalendarObject.objects.get(pk=mine.pk).occurrences.count() == 3
    one = outside(f"RECURRENCE-ID:{at(1)}", "SEQUENCE:1", starts=at(1, 2), ends=at(1, 3))
    assert post.receive(sent(one, method="REQUEST")) == "invited"
    assert [f"{row.starts:%Y%m%dT%H%M%SZ}" for row in mine.occurrences.order_by("starts")] == [at(), at(1, 2), at(2)]
    assert post.receive(sent(outside("SEQUENCE:0"), method="REQUEST")) == "old"
    gone = outside(f"RECURRENCE-ID:{at(1)}", "SEQUENCE:2", method="CANCEL", starts=at(1, 2), ends=at(1, 3))
    assert post.receive(sent(gone, method="CANCEL")) == "cancelled"
    assert [row.busy for row in mine.occurrences.order_by("starts")][1] == 0
    assert (
        post.receive(sent(outside("RRULE:FREQ=DAILY;COUNT=3", "SEQUENCE:3", method="CANCEL"), method="CANCEL"))
        == "cancelled"
    )
    assert "STATUS:CANCELLED" in text(mine)


def test_the_pipe_of_a_mail_server(people, invited, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent(reply("DECLINED")))))
    call_command("receive_mail")
    assert capsys.readouterr().out.strip() == "answered"
    assert partstat(invited, OUT) == "DECLINED"


class Imap(socketserver.StreamRequestHandler):
    """As much of IMAP as looking into a mailbox takes (RFC 9051, 6)."""

    mails: list[bytes] = []
    seen: set[int] = set()

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command, *rest = line.decode().split()
            say = {"CAPABILITY": "* CAPABILITY IMAP4rev1", "SELECT": f"* {len(self.mails)} EXISTS"}.get(command, "")
            status = "OK"
            if command == "LOGIN" and rest[1].strip('"') != "secret word":
                status = "OK" if " ".join(rest[1:]).strip('"') == "secret word" else "NO"
            elif command == "SEARCH":
                say = "* SEARCH " + " ".join(str(n) for n in range(1, len(self.mails) + 1) if n not in self.seen)
            elif command == "FETCH":
                number = int(rest[0])
                mail_ = self.mails[number - 1]
                if "SIZE" in line.decode():
                    say = f"* {number} FETCH (RFC822.SIZE {len(mail_)})"
                else:
                    self.wfile.write(b"* %d FETCH (BODY[] {%d}\r\n%s)\r\n" % (number, len(mail_), mail_))
            elif command == "STORE":
                self.seen.add(int(rest[0]))
            if say:
                self.wfile.write(say.encode() + b"\r\n")
            self.wfile.write(f"{tag} {status} done\r\n".encode())
            if command == "LOGOUT":
                return


def test_the_mailbox_is_read_once(people, invited, monkeypatch):
    def receive(raw):
        if b"breaks" in raw:
            raise ValueError(raw)
        return post.receive(raw)

    monkeypatch.setattr(mailbox, "post", SimpleNamespace(receive=receive, LARGEST=post.LARGEST))
    Imap.mails, Imap.seen = [b"Subject: breaks\r\n\r\n", sent(reply("TENTATIVE"))], set()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"imap://house:secret%20word@127.0.0.1:{server.server_address[1]}/INBOX"
        assert mailbox.fetch(url) == 2
        assert mailbox.fetch(url) == 0
        with pytest.raises(OSError, match="refused"):
            mailbox.fetch(url.replace("secret", "wrong"))
        server.shutdown()
    assert partstat(invited, OUT) == "TENTATIVE"


def test_what_is_no_address_keeps_nobody_elses_mail_back(people, alice_phone, monkeypatch):
    odd = [f"ATTENDEE:mailto:{one}" for one in ("a%0ABcc%40x.org@x.org", "@", "a@b.org,c@d.org", "two words@x.org")]
    alice_phone.put(path(alice_phone), event(organizer(people.alice), *odd, attendee(OUT)))
    assert text(copy_of(people.alice)).count("SCHEDULE-STATUS=3.7") == 4
    delivering.deliver_due()
    assert [one.to for one in mail.outbox] == [[OUT]]
    assert {(one.state, one.status) for one in Delivery.objects.exclude(address=OUT)} == {("done", "3.7")}
    # whatever else cannot be written as a mail waits as if the server were away
    monkeypatch.setattr("calendars.letters._sender", lambda who: "a\nb@x.org")
    Delivery.objects.update(state="waiting", address="zoe@example.org", due_at=timezone.now())
    assert delivering.deliver_due() == 5
    assert set(Delivery.objects.values_list("state", "tries")) == {("waiting", 2)}


def test_what_cannot_leave_waits_and_then_says_so(people, alice_phone, monkeypatch):
    def away(*_args):
        raise ConnectionRefusedError("the mail server is away")

    monkeypatch.setattr("calendars.letters.send", away)
    alice_phone.put(path(alice_phone), event(organizer(people.alice), attendee(OUT)))
    delivering.deliver_due()
    one = Delivery.objects.get()
    assert (one.state, one.tries, one.error) == ("waiting", 1, "the mail server is away")
    assert one.due_at > timezone.now()
    assert delivering.deliver_due() == 0, "it is not tried at once again"
    long_ago = timezone.now() - timedelta(days=3)
    Delivery.objects.update(due_at=long_ago, created_at=long_ago)
    delivering.deliver_due()
    assert Delivery.objects.get().state == "failed"
    assert "SCHEDULE-STATUS=5.1" in text(copy_of(people.alice))


def test_who_is_not_invited_any_more_is_not_told_what_it_is_called_now(people, invited, alice_phone, client):
    who = Invitee.objects.get(event=invited, address=OUT)
    page = reverse("calendars:invitation", args=[token_of(who)])
    CalendarObject.objects.filter(pk=invited.pk).update(summary="Dismissal")
    who.delete()
    for _turn in range(2):
        gone = client.get(page, headers={"accept-language": "en"})
        assert gone.status_code == 410
        assert "You are not invited any more" in gone.content.decode()
        assert "Dismissal" not in gone.content.decode()
        CalendarObject.objects.filter(pk=invited.pk).update(deleted_at=timezone.now())
    who.save(force_insert=True)
    assert "“Dismissal” does not take place" in client.get(page, headers={"accept-language": "en"}).content.decode()
