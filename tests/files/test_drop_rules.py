"""What a link asks of those who drop files off: limits, kinds; and what comes of it: receipt and digest."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from collab.accounts import mails
from collab.rights import drops, letters
from collab.rights.models import Drop, Letter, Link
from collab.rights.right import DROP_BOX, EDITOR
from files.models import Node
from tests import town as make
from tests.files.test_public_pages import MULTIPART, address, form, inside, page, send
from tests.files.web import text

PDF = b"%PDF-1.7 certificate"
PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def visitor():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def box(alice, root):
    return make.make_folder(alice, root, "Certificates")


def link_of(user, thing, **options):
    link = make.make_link(user, thing, DROP_BOX.mask, **options)
    return link, address(user, link, thing)


def receipt(visitor, url, *files, **options):
    return text(visitor.get(send(visitor, url, *files, **options).headers["Location"]))


def with_mail(visitor, url, *files, email):
    body = form(*files).replace(
        b"--b--", b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + email.encode() + b"\r\n--b--"
    )
    return visitor.generic("POST", url, body, content_type=MULTIPART)


# limits


def test_files_of_a_visit_are_counted_over_all_it_sends(visitor, alice, box):
    _link, url = link_of(alice, box, most_files=3)
    visitor.get(url)
    assert "2 files received" in receipt(visitor, url, ("a.pdf", b"1"), ("b.pdf", b"2"))
    more = receipt(visitor, url, ("c.pdf", b"3"), ("d.pdf", b"4"))
    assert "1 file received" in more
    assert "3 files a visit are taken here" in more
    other = Client(HTTP_ACCEPT_LANGUAGE="en")
    other.get(url)
    assert "1 file received" in receipt(other, url, ("e.pdf", b"5")), "another visit has its own count"


def test_a_file_that_was_refused_takes_no_place(visitor, alice, box):
    _link, url = link_of(alice, box, most_files=1, most_each=5)
    found = receipt(visitor, url, ("large.pdf", b"123456"), ("small.pdf", b"12345"))
    assert "1 file received" in found
    assert "More than 5" in found


def test_bytes_of_a_visit_are_counted_over_all_it_sends(visitor, alice, box):
    _link, url = link_of(alice, box, most_together=10)
    visitor.get(url)
    assert "1 file received" in receipt(visitor, url, ("a.pdf", b"x" * 8))
    more = receipt(visitor, url, ("b.pdf", b"x" * 3), ("c.pdf", b"x" * 2))
    assert "1 file received" in more
    assert "in all are taken in a visit" in more
    assert make.is_clean(deep=True)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", PDF, ""), ("A.PDF", PDF, ""), ("a.png", PNG, ""),
        ("a.docx", b"PK\3\4", "kind of file is not taken"), ("a.pdf.exe", PDF, "kind of file is not taken"),
        ("pdf", PDF, "kind of file is not taken"), ("a.pdf", b"MZ\x90 program", "not what its name says (PDF)"),
        ("a.png", PDF, "not what its name says (PNG)"), ("a.pdf", b"", "not what its name says"),
        ("a.pdf", b"MZ" + b"\0" * 200_000 + PDF, "not what its name says"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_name_and_by_content(visitor, alice, box, name, content, why):
    _link, url = link_of(alice, box, kinds=["pdf", "pictures"])
    assert 'accept=".pdf,.jpg,' in text(visitor.get(url))
    found = receipt(visitor, url, (name, content))
    assert (why in found) if why else ("1 file received" in found)
    assert len(inside(box)) == (0 if why else 1)
    assert make.is_clean(deep=True)


def test_a_device_cannot_go_round_the_limits(alice, box):
    from tests.dav.client import Client as Device

    _link, url = link_of(alice, box, kinds=["pdf"])
    device = Device("", base=f"/public.php/dav/files/{url.split('/')[2]}")
    assert device.put("a.exe", b"MZ").status == 403
    assert not inside(box)


# forms from elsewhere


def test_a_form_needs_its_token_and_nothing_is_kept_without(alice, box):
    _link, url = link_of(alice, box)
    strict = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    shown = text(strict.get(url))
    refused = send(strict, url, ("a.pdf", PDF))
    assert (refused.status_code, "reload the page" in text(refused)) == (403, True)
    assert not inside(box)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)[1]
    body = form(("a.pdf", PDF)).replace(
        b"--b\r\n",
        b'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token.encode() + b"\r\n--b\r\n",
        1,
    )
    abroad = strict.generic("POST", url, body, content_type=MULTIPART, HTTP_ORIGIN="https://evil.example")
    assert abroad.status_code == 403
    sent = strict.generic("POST", url, body, content_type=MULTIPART)
    assert sent.status_code == 302
    assert len(inside(box)) == 1
    assert strict.cookies["csrftoken"]["samesite"] == "Lax"
    locked = page(alice, box, DROP_BOX.mask, password="quatre lapins")
    plain = "application/x-www-form-urlencoded"
    assert strict.post(locked, "password=quatre+lapins", content_type=plain).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(strict.get(locked)))[1]
    fields = f"password=quatre+lapins&csrfmiddlewaretoken={token}"
    assert strict.post(locked, fields, content_type=plain).status_code == 302
    assert make.is_clean(deep=True)


def test_the_session_stays_small(visitor, alice, box):
    _link, url = link_of(alice, box)
    send(visitor, url, *((f"{'x' * 200}-{number}.pdf", b"x") for number in range(40)))
    assert len(str(dict(visitor.session))) < 1000


# receipts


def test_a_receipt_goes_by_mail_in_the_visitors_language(visitor, alice, box, post):
    _link, url = link_of(alice, box, title="Medical certificates", ask_mail=True)
    french = Client(HTTP_ACCEPT_LANGUAGE="fr")
    for browser, word in ((visitor, "2 files were received"), (french, "2 fichiers ont été reçus")):
        email = f"marie-{word[2]}@example.org"
        browser.get(url)
        there = with_mail(browser, url, ("a.pdf", PDF), ("b & c.pdf", PDF), email=email).headers["Location"]
        assert email in text(browser.get(there))
        message = post()[-1]
        assert message.to == [email]
        assert "Medical certificates" in message.subject
        for said in (word, "b & c", ".pdf"):
            assert said in message.body
        assert "b &amp; c" in message.alternatives[0][0]
    assert bytes(Letter.objects.latest("pk").sealed) == b"", "what was said goes once it is sent"


def test_the_address_is_asked_only_where_wanted_and_may_be_left_out(visitor, alice, box, post):
    _link, url = link_of(alice, box)
    assert 'name="email"' not in text(visitor.get(url))
    with_mail(visitor, url, ("a.pdf", PDF), email="marie@example.org")
    _link, url = link_of(alice, box, ask_mail=True)
    assert 'name="email"' in text(visitor.get(url))
    assert "1 file received" in receipt(visitor, url, ("a.pdf", PDF))
    assert post() == []
    wrong = with_mail(visitor, url, ("a.pdf", PDF), email="marie@")
    assert (wrong.status_code, "The address for the receipt is not whole" in text(wrong)) == (400, True)
    assert 'value="marie@"' in text(wrong)


def test_nobody_is_flooded_with_receipts(visitor, alice, box, post):
    _link, url = link_of(alice, box, ask_mail=True)
    for number in range(5):
        there = with_mail(visitor, url, ("a.pdf", PDF), email="Marie@example.org").headers["Location"]
        said = "No receipt leaves by mail" if number >= drops.OF_ONE_LINK_TO_ONE_AN_HOUR else "on its way to"
        assert said in text(visitor.get(there))
    assert len(post()) == drops.OF_ONE_LINK_TO_ONE_AN_HOUR
    for _turn in range(10):
        _link, other = link_of(alice, box, ask_mail=True)
        with_mail(visitor, other, ("a.pdf", PDF), email="marie@example.org")
    assert len(post()) == drops.TO_ONE_A_DAY


def test_without_mail_the_page_says_so(visitor, alice, box):
    _link, url = link_of(alice, box, ask_mail=True)
    there = with_mail(visitor, url, ("a.pdf", PDF), email="marie@example.org").headers["Location"]
    assert "No receipt leaves by mail" in text(visitor.get(there))
    assert not Letter.objects.exists()


def test_a_receipt_waits_while_the_queue_and_the_mail_server_are_away(visitor, alice, box, settings, monkeypatch):
    from collab.rights import tasks

    settings.MAIL_URL = "smtp://mail.example.org"

    def away(*given, **options):
        raise OperationalError

    monkeypatch.setattr(tasks.send_letter, "apply_async", away)
    _link, url = link_of(alice, box, ask_mail=True)
    with_mail(visitor, url, ("a.pdf", PDF), email="marie@example.org")
    letter = Letter.objects.get()
    with monkeypatch.context() as down:
        down.setattr(mails, "send", away_mail)
        letters.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("waiting", "Connection refused")
    queued = []
    monkeypatch.setattr(letters, "_queue", queued.append)
    letters.catch_up()
    assert queued == [], "it was tried a moment ago"
    make.age(Letter.objects.all(), "at", 1)
    letters.catch_up()
    assert queued == [letter.pk]
    letters.deliver(letter.pk)
    letters.deliver(letter.pk)
    assert len(mail.outbox) == 1
    make.age(Letter.objects.all(), "created_at", 91)
    letters.catch_up()
    assert not Letter.objects.exists()


def away_mail(*given, **more):
    raise ConnectionRefusedError(111, "Connection refused")


def test_what_the_mail_server_refuses_is_not_tried_for_ever(visitor, alice, box, post, monkeypatch):
    _link, url = link_of(alice, box, ask_mail=True)
    with_mail(visitor, url, ("a.pdf", PDF), email="a@example.org")
    with_mail(visitor, url, ("a.pdf", PDF), email="b@example.org")
    first, second = Letter.objects.order_by("pk")

    def refuse(*given, **more):
        raise SMTPRecipientsRefused({"a@example.org": (550, b"no such mailbox")})

    monkeypatch.setattr(mails, "send", refuse)
    letters.deliver(first.pk)
    make.change(second, created_at=timezone.now() - timedelta(days=4))
    monkeypatch.setattr(mails, "send", away_mail)
    letters.deliver(second.pk)
    assert set(Letter.objects.values_list("state", "error")) == {
        ("failed", "no such mailbox"), ("failed", "Connection refused"),
    }  # fmt: skip


# the word to whoever made the link


def told(minutes=0, **options):
    return drops.tell(timezone.now() + timedelta(minutes=minutes, **options))


def test_one_digest_a_visit_once_it_is_over(visitor, alice, box, post):
    make.change(alice, email="alice@example.org", language="en")
    _link, url = link_of(alice, box, title="Certificates 2027")
    visitor.get(url)
    send(visitor, url, ("a.pdf", PDF), ("b.pdf", PDF))
    send(visitor, url, ("c.pdf", PDF))
    assert told(minutes=5) == 0, "it may still send"
    assert told(minutes=11) == 1
    assert told(minutes=20) == 0
    (message,) = post()
    assert message.to == ["alice@example.org"]
    assert message.subject == "3 files arrived: Certificates 2027"
    for said in ("Marie", "a.pdf", "c.pdf", "/files/@plans/Certificates"):
        assert said in message.body


def test_the_periodic_task_tells_and_sends(visitor, alice, box, settings, monkeypatch):
    from collab.rights import tasks

    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(letters, "_queue", tasks.send_letter)
    make.change(alice, email="alice@example.org")
    _link, url = link_of(alice, box)
    send(visitor, url, ("a.pdf", PDF))
    make.age(Drop.objects.all(), "changed_at", 1)
    tasks.tend()
    make.age(Letter.objects.all(), "at", 1)
    tasks.tend()
    assert [one.to for one in mail.outbox] == [["alice@example.org"]]
    make.age(Drop.objects.all(), "told_at", 91)
    tasks.tend()
    assert not Drop.objects.exists()


def test_one_digest_a_day_where_that_is_wanted(visitor, alice, box, post):
    make.change(alice, email="alice@example.org")
    link, url = link_of(alice, box, tell=Link.Tell.DAY)
    for name in ("Marie", "Jules"):
        browser = Client()
        browser.get(url)
        send(browser, url, ("a.pdf", PDF), name=name)
    noon = timezone.localtime().replace(hour=12)
    assert drops.tell(noon) == 0, "today is not over"
    link.principal.delete()
    assert drops.tell(noon.replace(hour=6) + timedelta(days=1)) == 0, "nobody is told at night"
    assert drops.tell(noon + timedelta(days=1)) == 1, "even after the link has ended"
    (message,) = post()
    assert "Marie" in message.body
    assert "Jules" in message.body


def test_nobody_is_told_who_does_not_want_it_or_is_gone(visitor, alice, box, post):
    make.change(alice, email="alice@example.org")
    _link, url = link_of(alice, box, tell=Link.Tell.NEVER)
    send(visitor, url, ("a.pdf", PDF))
    _link, url = link_of(alice, box)
    send(visitor, url, ("a.pdf", PDF))
    make.change(alice, is_active=False)
    assert told(minutes=11) == 0
    assert post() == []


def test_what_an_editor_adds_by_link_is_told_too(visitor, alice, box, post):
    make.change(alice, email="alice@example.org", language="en")
    link = make.make_link(alice, box, EDITOR.mask, ask_visitor=True)
    url = address(alice, link, box)
    visitor.post(url, "who=Marie+Dupont", content_type="application/x-www-form-urlencoded")
    send(visitor, url, ("a.pdf", PDF))
    assert told(minutes=11) == 1
    assert "Marie Dupont" in post()[0].body


def test_what_is_in_is_told_even_if_the_rest_breaks_off(visitor, alice, box, monkeypatch):
    from files.actions import dropping

    _link, url = link_of(alice, box)
    write, calls = dropping.writing.write, []

    def once(*given, **options):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return write(*given, **options)

    monkeypatch.setattr(dropping.writing, "write", once)
    with pytest.raises(RuntimeError):
        send(visitor, url, ("a.pdf", PDF), ("b.pdf", PDF))
    (drop,) = Drop.objects.all()
    assert drop.stored == [["a.pdf", len(PDF)]]
    assert drop.told_at is None


def test_a_receipt_is_shown_only_to_its_visit(visitor, alice, box):
    _link, url = link_of(alice, box)
    visitor.get(url)
    there = send(visitor, url, ("a.pdf", PDF)).headers["Location"]
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    stranger.get(url)
    assert "a.pdf" in text(visitor.get(there))
    assert "a.pdf" not in text(stranger.get(there))


def test_a_space_as_a_whole_is_shared_and_filled_by_link(visitor, alice, space, root):
    make.make_file(alice, root, "programme.txt", b"10:00")
    assert "programme.txt" in text(visitor.get(page(alice, root)))
    url = page(alice, root, DROP_BOX.mask, title="Everything for the fair")
    assert "Everything for the fair" in text(visitor.get(url))
    assert "1 file received" in receipt(visitor, url, ("a.pdf", PDF))
    assert Node.objects.get(pk=root.pk).acl_id == space.acl_id, "the space's circle stays one"
    assert make.is_clean()
