"""Links that ask for a name, show without download, go by mail, change hands; and what long lists of them cost."""

import io
import logging
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from collab.events.models import AuditEntry
from collab.lib.redaction import redacted
from collab.registry import house
from collab.rights import link_mails
from collab.rights.links import token_of
from collab.rights.models import Letter, Link, Opening
from collab.rights.right import Right
from tests import town as make

PLAIN = "application/x-www-form-urlencoded"


@pytest.fixture
def folder(alice, root):
    folder = make.make_folder(alice, root, "Flyers")
    make.make_file(alice, folder, "a.png", b"\x89PNG")
    make.make_file(alice, folder, "text.txt", b"Come to the fair")
    return folder


@pytest.fixture
def visitor():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def text(answer):
    return answer.content.decode()


def links_url(thing, *more):
    return "/".join([f"/share/node/{thing.pk}/links", *map(str, more), ""])


def public(user, link, thing):
    return f"/s/{token_of(make.act(user), link, make.fresh(thing))}/"


# who opens it


def test_a_link_asks_for_a_name_and_its_maker_sees_who_came(visitor, as_, alice, folder):
    as_(alice).post(links_url(folder), {"role": "reader", "ask_visitor": "on"})
    link = Link.objects.get()
    url = public(alice, link, folder)
    for shut in (url, f"{url}a.png?get=picture"):
        assert "Your name" in text(visitor.get(shut))
    for wrong in ("", "who=+", "who=" + "x" * 101, "who=a%00b"):
        assert visitor.post(url, wrong, content_type=PLAIN).status_code == 400
    assert not Opening.objects.exists()
    assert visitor.post(url, "who=Marie++Dupont", content_type=PLAIN).status_code == 302
    assert "a.png" in text(visitor.get(url))
    assert "a.png" in text(visitor.get(url))
    link.refresh_from_db()
    assert (link.visits, [one.name for one in link.openings.all()]) == (1, ["Marie Dupont"])
    shown = text(as_(alice).get(links_url(folder)))
    assert "Opened last by 1 person" in shown
    assert "Marie Dupont" in shown


def test_password_and_name_are_asked_at_once(visitor, alice, folder):
    link = make.make_link(alice, folder, password="trois lapins", ask_visitor=True)
    url = public(alice, link, folder)
    shown = text(visitor.get(url))
    assert "Your name" in shown
    assert 'name="password"' in shown
    wrong = visitor.post(url, "who=Marie&password=wrong", content_type=PLAIN)
    assert (wrong.status_code, 'value="Marie"' in text(wrong)) == (403, True)
    assert visitor.post(url, "who=Marie&password=trois+lapins", content_type=PLAIN).status_code == 302
    assert "a.png" in text(visitor.get(url))


def test_only_so_many_names_are_kept(alice, folder, monkeypatch):
    from collab.rights import links

    monkeypatch.setattr(links, "NAMED_KEPT", 3)
    link = make.make_link(alice, folder, ask_visitor=True)
    for number in range(5):
        links.note_name(link, f"visitor {number}")
    assert [one.name for one in link.openings.order_by("pk")] == ["visitor 2", "visitor 3", "visitor 4"]


# looking only


def test_looking_only_shows_and_gives_no_file(visitor, as_, alice, folder):
    as_(alice).post(links_url(folder), {"role": "reader", "hide_download": "on"})
    url = public(alice, Link.objects.get(), folder)
    for shown in (url, f"{url}a.png", f"{url}text.txt"):
        page = text(visitor.get(shown))
        assert "to be looked at, not downloaded" in page
        assert "get=file" not in page
        assert "get=zip" not in page
    real = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(real, "PNG")
    make.make_file(alice, folder, "b.png", real.getvalue())
    drawn = visitor.get(f"{url}b.png?get=preview&size=small")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/webp"), "drawn anew, never the file itself"
    assert visitor.get(f"{url}b.png?get=play").status_code == 404
    assert "Come to the fair" in text(visitor.get(f"{url}text.txt"))
    for shut in (f"{url}a.png?get=file", f"{url}?get=zip", f"{url}text.txt?get=file"):
        assert visitor.get(shut).status_code == 403
    assert "look only" in text(as_(alice).get(links_url(folder)))


def test_who_may_edit_cannot_be_kept_from_downloading(as_, alice, folder):
    answer = as_(alice).post(links_url(folder), {"role": "editor", "hide_download": "on"})
    assert answer.status_code == 400
    assert "Only a link that lets people view" in text(answer)
    assert not Link.objects.exists()


# what a drop box may be told


def test_limits_are_set_shown_and_changed(as_, alice, folder):
    web = as_(alice)
    sent = {
        "role": "drop-box", "title": "T", "ask_mail": "on", "most_files": "5", "most_each": "2.5",
        "most_together": "10", "kinds": ["pdf", "pictures"], "tell": "day",
    }  # fmt: skip
    assert web.post(links_url(folder), sent).status_code == 302
    link = Link.objects.get()
    limits = (link.most_files, link.most_each, link.most_together, link.kinds, link.tell, link.ask_mail)
    assert limits == (5, 2_500_000, 10_000_000, ["pdf", "pictures"], "day", True)
    shown = text(web.get(links_url(folder, link.pk)))
    for said in ('value="2.5"', 'value="10.0"', 'value="pdf"', 'value="day" selected'):
        assert said in shown
    web.post(links_url(folder, link.pk), {"role": "drop-box", "tell": "never"})
    link.refresh_from_db()
    assert (link.most_files, link.most_each, link.kinds, link.tell) == (None, None, [], "never")
    for wrong in ({"most_files": "0"}, {"most_each": "0"}, {"most_each": "x"}, {"kinds": ["exe"]}, {"tell": "hourly"}):
        assert web.post(links_url(folder), {"role": "drop-box"} | wrong).status_code == 400


# by mail


def test_a_link_goes_to_several_people_in_their_language(as_, alice, folder, post):
    link = make.make_link(alice, folder, password="trois lapins", expires_at=make.in_hours(48))
    web = as_(alice)
    assert "The password is not in the mail" in text(web.get(links_url(folder, link.pk, "send")))
    written = "Marie <marie@example.org>, jules@example.org; jules@example.org\nnobody"
    sent = {"addresses": written, "language": "fr", "word": "À bientôt <b>"}
    answer = web.post(links_url(folder, link.pk, "send"), sent)
    shown = text(web.get(answer.headers["Location"]))
    assert shown.count("on its way") >= 2
    assert "twice" in shown
    assert "not an address" in shown
    assert [one.to[0] for one in post()] == ["marie@example.org", "jules@example.org"]
    message = mail.outbox[0]
    assert message.subject == "Alice partage « Flyers » avec vous"  # one line of plain spaces, as headers are
    for part in (message.body, message.alternatives[0][0]):
        assert public(alice, link, folder) in part
        assert "lapins" not in part
        assert "mot de passe" in part
    assert "À bientôt <b>" in message.body
    assert "À bientôt &lt;b&gt;" in message.alternatives[0][0]
    again = text(web.get(links_url(folder, link.pk, "send")))
    assert again.count("mail sent") == 2
    assert "twice" not in again
    raw = b"".join(bytes(sealed) for sealed in Letter.objects.values_list("sealed", flat=True))
    assert public(alice, link, folder).encode() not in raw


def test_a_sender_writes_to_so_many_a_day(as_, alice, folder, post, monkeypatch):
    monkeypatch.setattr(link_mails, "MOST_A_DAY", 3)
    link = make.make_link(alice, folder)
    web = as_(alice)
    many = {"addresses": "a@example.org b@example.org", "language": "en"}
    assert web.post(links_url(folder, link.pk, "send"), many).status_code == 302
    refused = web.post(links_url(folder, link.pk, "send"), many)
    assert (refused.status_code, "3 addresses a day" in text(refused)) == (429, True)
    assert Letter.objects.count() == 2


def test_without_mail_one_copies(as_, alice, folder):
    link = make.make_link(alice, folder)
    shown = text(as_(alice).get(links_url(folder, link.pk, "send")))
    assert "copy the link" in shown
    assert public(alice, link, folder) in shown
    sent = {"addresses": "a@example.org", "language": "en"}
    assert as_(alice).post(links_url(folder, link.pk, "send"), sent).status_code == 409


def test_only_who_may_copy_a_link_sends_it(as_, alice, bob, eve, folder, post):
    link = make.make_link(alice, folder)
    sent = {"addresses": "a@example.org", "language": "en"}
    for who, status in ((bob, 403), (eve, 404)):
        assert as_(who).post(links_url(folder, link.pk, "send"), sent).status_code == status
        assert as_(who).get(links_url(folder, link.pk, "send")).status_code == status
    assert not Letter.objects.exists()


def test_a_link_that_was_closed_is_not_sent(alice, folder, post):
    link = make.make_link(alice, folder)
    link_mails.send_link(make.act(alice), make.fresh(folder), link, "a@example.org")
    link.principal.delete()
    assert post() == []
    assert Letter.objects.get().state == "failed"


# another person answers for it


def test_a_link_is_handed_over_and_back(as_, alice, bob, folder):
    link = make.make_link(alice, folder)
    web = as_(alice)
    refused = web.post(links_url(folder, link.pk, "hand-over"), {"to": "bob"})
    assert (refused.status_code, "Bob may not share this" in text(refused)) == (403, True)
    make.share(alice, folder, bob, Right.SEE | Right.SHARE)
    answer = web.post(links_url(folder, link.pk, "hand-over"), {"to": "bob"})
    link.refresh_from_db()
    assert link.created_by == bob
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    web.post(toast.undo, toast.fields)
    link.refresh_from_db()
    assert link.created_by == alice
    for wrong in ("", "Team", "nobody at all"):
        assert web.post(links_url(folder, link.pk, "hand-over"), {"to": wrong}).status_code == 400
    assert AuditEntry.objects.filter(kind="link-handed-over").count() == 2


def test_what_becomes_of_links_is_in_the_audit_log(as_, alice, folder):
    web = as_(alice)
    web.post(links_url(folder), {"role": "reader", "label": "Press"})
    link = Link.objects.get()
    web.post(links_url(folder, link.pk), {"role": "editor"})
    web.post(links_url(folder, link.pk, "revoke"))
    kinds = AuditEntry.objects.filter(subject_kind="node", subject_id=folder.pk).order_by("pk")
    assert [one.kind for one in kinds] == ["link-made", "link-changed", "link-stopped"]
    assert {one.subject_name for one in kinds} == {"Flyers"}


# long lists


def test_a_page_of_links_costs_the_same_however_long(as_, alice, bob, owner, root, folder, monkeypatch):
    monkeypatch.setattr("collab.shell.links.PAGE", 100)
    make.share(alice, make.fresh(root.space), bob, Right.ALL)
    web, boss = as_(alice), as_(owner)
    addresses = ((web, links_url(folder)), (web, "/settings/links/"), (boss, "/administration/links/"))

    def costs():
        found = []
        for browser, address in addresses:
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(address).context["page"]
            found.append(len(queries))
        return found, len(page.rows)

    def add(count):
        for number in range(count):
            maker = bob if number % 2 else alice
            thing = make.make_folder(alice, root, make.unique("Folder "))
            make.make_link(maker, thing)
            make.make_link(maker, folder, ask_visitor=bool(number % 3))

    add(2)
    few, _count = costs()
    add(48)
    many, count = costs()
    assert count == 100
    assert many == few
    assert max(many) <= 16


def test_a_suspended_link_is_still_told_from_others(as_, alice, eve, folder):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    make.make_link(eve, folder)
    make.make_link(alice, folder)
    make.unshare(alice, folder, eve)
    assert [row.suspended for row in as_(alice).get(links_url(folder)).context["page"].rows] == [False, True]


# secrets and logs


@pytest.mark.parametrize(
    "path", ["/s/{}/", "/s/{}/a.png?get=file", "/public.php/dav/files/{}/a", "/invitation/{}/", "/setup/{}/"]
)
def test_a_log_tells_no_token(path):
    told = redacted(f'Forbidden: {path.format("S3cret-t0ken")} "x"')
    assert "S3cret" not in told
    assert path.partition("{}")[0] in told


def test_a_refusal_is_logged_without_the_token(visitor, alice, folder, settings, capsys):
    url = public(alice, make.make_link(alice, folder), folder)
    format_ = settings.LOGGING["formatters"]["line"]
    from collab.lib.redaction import Redactor

    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(Redactor(format_["format"], style="{").format(record))

    logger, handler = logging.getLogger("django.request"), Kept()
    logger.addHandler(handler)
    try:
        visitor.get(f"{url}nothing-here")
    finally:
        logger.removeHandler(handler)
    assert lines
    assert url.split("/")[2] not in "".join(lines)


def test_the_language_is_that_of_the_browser_and_can_be_changed(alice, folder):
    url = public(alice, make.make_link(alice, folder), folder)
    browser = Client(HTTP_ACCEPT_LANGUAGE="fr")
    shown = text(browser.get(url))
    assert '<html lang="fr"' in shown
    form = re.search(r'<form[^>]*action="/language/".*?</form>', shown, re.S)[0]
    assert f'value="{url}"' in form
    answer = browser.post("/language/", {"language": "en", "next": url})
    assert answer.headers["Location"] == url
    assert '<html lang="en"' in text(browser.get(url))
    for door in ("/s/none/", public(alice, make.make_link(alice, folder, password="trois lapins"), folder)):
        assert 'action="/language/"' in text(browser.get(door))


# the rules of the house


def test_the_house_may_ask_for_passwords_and_an_end(as_, alice, folder):
    old = make.make_link(alice, folder)
    url = public(alice, old, folder)
    house.put("links.password", True)
    house.put("links.longest", 30)
    web = as_(alice)
    near, far = (make.in_hours(24 * days).date().isoformat() for days in (30, 40))
    for sent, why in (
        ({"end": near}, "needs a password"),
        ({"password": "trois lapins"}, "30 days at most"),
        ({"password": "trois lapins", "end": far}, "30 days at most"),
    ):
        refused = web.post(links_url(folder), {"role": "reader"} | sent)
        assert (refused.status_code, why in text(refused)) == (400, True)
    good = {"role": "reader", "password": "trois lapins", "end": near}
    assert web.post(links_url(folder), good).status_code == 302
    new = Link.objects.latest("pk")
    assert web.post(links_url(folder, new.pk), good | {"password": "", "no_password": "on"}).status_code == 400
    assert web.post(links_url(folder, new.pk), good | {"password": ""}).status_code == 302, "it keeps the one it has"
    assert Client().get(url).status_code == 200, "what is open stays open"
    answer = web.post(links_url(folder, old.pk, "revoke"))
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    web.post(toast.undo, toast.fields)
    assert Client().get(url).status_code == 200, "an undo asks nothing"
