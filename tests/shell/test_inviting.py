"""Inviting through the pages: by address, by link, what became of each, pending ones, for those whose rank may."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from collab.accounts.actions import invitations, posting
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Invitation, Rank, User
from collab.rights.right import MANAGER
from collab.shell.inviting import PAGE
from tests import town as make
from tests.accounts.test_ranks import RANKS, ROWS
from tests.shell.test_administration import undo

INVITE = "/administration/people/invite/"
RESULTS = "/administration/people/invite/results/"
PEOPLE = "/administration/people/"
FORM = {"rank": "member", "days": "7", "language": "fr"}
CELLS = {row["key"]: row for row in ROWS}
KEYS = {"admin": "acc.invite_da", "space_manager": "acc.invite_ra", "member": "acc.invite_pu", "guest": "acc.invite_u"}


@pytest.fixture
def mia(town):
    return make.make_user("mia", Rank.SPACE_MANAGER)


def one(invitation, act=""):
    return f"/administration/people/invitations/{invitation.pk}/{act}"


def links(html):
    return re.findall(r"data-text>(http://testserver/invitation/[\w-]{43}/)<", html)


@pytest.mark.parametrize("who", RANKS)
@pytest.mark.parametrize("rank", KEYS)
def test_the_page_follows_the_matrix(as_, town, who, rank):
    browser, allowed = as_(make.make_user("maker", who)), CELLS[KEYS[rank]][who] == "Y"
    page = browser.get(INVITE)
    assert (f'value="{rank}"' in page.content.decode()) is allowed
    for address, more in ((INVITE, {"addresses": "zoe@example.org"}), (f"{INVITE}?by=link", {})):
        answer = browser.post(address, {**FORM, "rank": rank, **more})
        assert answer.status_code == (302 if allowed else 403)
        assert allowed or "Your profile does not allow" in answer.content.decode()
    assert Invitation.objects.count() == (2 if allowed else 0)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("invited", "already a member", "extended", "not an address", "twice", "copy each link")),
        ("fr", ("invitation créée", "déjà membre", "prolongée", "pas une adresse", "en double", "copiez chaque lien")),
    ],
)
def test_each_address_gets_its_result_and_its_link(as_, admin, bob, language, words):
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    invitations.invite_addresses(admin, "old@example.org", Terms())
    browser = as_(admin, language)
    listed = "Zoé <zoe@example.org>, bob@example.org\nold@example.org\n<b>nonsense\nzoe@example.org"
    page = browser.post(INVITE, {**FORM, "addresses": listed}, follow=True)
    html = page.content.decode()
    assert page.redirect_chain == [(RESULTS, 302)]
    assert all(word in html for word in words)
    assert "&lt;b&gt;nonsense" in html
    found = links(html)
    assert len(found) == 2
    assert Client().get(found[0]).status_code == 200
    assert browser.get(RESULTS).status_code == 200, "reloading sends nothing again"
    assert Invitation.objects.count() == 2


def test_with_mail_the_results_say_that_it_leaves(as_, admin, settings, monkeypatch):
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(posting, "_queue", lambda pk: None)
    html = as_(admin).post(INVITE, {**FORM, "addresses": "zoe@example.org"}, follow=True).content.decode()
    assert links(html) == []
    assert "See the invitation" in html
    zoe = Invitation.objects.get()
    make.change(zoe, mail="failed", mail_error="no such mailbox")
    html = as_(admin).get(one(zoe)).content.decode()
    assert "no such mailbox" in html
    assert len(links(html)) == 1


def test_a_link_is_made_with_its_days_and_its_limit(as_, admin):
    page = as_(admin).post(f"{INVITE}?by=link", {"rank": "guest", "days": "3", "uses": "10"}, follow=True)
    html = page.content.decode()
    (link,) = Invitation.objects.all()
    assert page.redirect_chain == [(one(link), 302)]
    assert (link.rank, link.uses_limit, link.kind) == ("guest", 10, "link")
    assert timedelta(days=2) < link.expires_at - timezone.now() < timedelta(days=3, minutes=1)
    assert Client().get(links(html)[0]).status_code == 200
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("addresses", ""), ("addresses", ",;"), ("days", "0"), ("days", "91"), ("days", "x"), ("rank", "owner"),
        ("rank", "king"), ("rank", ""), ("language", "tlh"), ("message", "x" * 1001), ("groups", "999999"),
        ("groups", "x"), ("space", "x"), ("space", str(2**63)), ("addresses", "a@b.org\n" * 201),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(as_, admin, team, alice, field, value):
    make.make_space(admin, "Own")
    page = as_(admin).post(INVITE, {**FORM, "addresses": "zoe@example.org", field: value})
    assert page.status_code == 400
    assert field == "addresses" or "zoe@example.org" in page.content.decode()
    assert not Invitation.objects.exists()


def test_groups_and_a_space_are_offered_to_those_who_may_give_them(as_, admin, mia, team, space, alice):
    html = as_(mia).get(INVITE).content.decode()
    assert 'name="groups"' not in html
    assert 'name="space"' not in html
    assert as_(mia).post(INVITE, {**FORM, "addresses": "a@b.org", "groups": team.pk}).status_code == 302
    assert Invitation.objects.get().group_ids == [], "what is not offered is not read"
    make.share(alice, space, mia, MANAGER.mask)
    own = {"space": space.pk, "role": "editor"}
    assert as_(mia).post(INVITE, {**FORM, "addresses": "c@d.org", **own}).status_code == 302
    zoe = Invitation.objects.get(email="c@d.org")
    assert (zoe.space_id, zoe.role) == (space.pk, "editor")
    html = as_(admin).get(one(zoe)).content.decode()
    assert "Plans" in html


def test_the_people_page_lists_who_was_invited_and_cancelling_is_undone(as_, admin):
    browser = as_(admin)
    assert 'id="invited"' not in browser.get(PEOPLE).content.decode()
    browser.post(INVITE, {**FORM, "addresses": "Zoé <zoe@example.org>"})
    zoe = Invitation.objects.get()
    html = browser.get(PEOPLE).content.decode()
    assert "Zoé (zoe@example.org)" in html
    assert "invited by Adam" in html
    address = posting.path_of(zoe)
    page = browser.post(one(zoe, "cancel/"), follow=True)
    assert f"row-invitation-{zoe.pk}" not in page.content.decode()
    assert Client().get(address).status_code == 410
    page = undo(browser, page)
    assert Client().get(address).status_code == 200
    make.change(zoe, expires_at=timezone.now() - timedelta(hours=1))
    assert "has expired" in browser.get(PEOPLE).content.decode()
    page = browser.post(one(zoe, "resend/"), {"from": "detail"}, follow=True)
    assert "open for a week again" in page.content.decode()
    assert Client().get(address).status_code == 200


def test_many_invitations_come_by_pages_without_gaps(as_, admin):
    invitations.invite_addresses(admin, "\n".join(f"p{n}@example.org" for n in range(PAGE * 2 + 5)), Terms())
    browser, seen, address = as_(admin), [], PEOPLE
    while address:
        html = browser.get(address).content.decode()
        seen += re.findall(r'id="row-invitation-(\d+)"', html)
        more = re.search(r'href="(\?invited=[^"]*)#', html)
        address = PEOPLE + more[1] if more else ""
    assert len(seen) == len(set(seen)) == PAGE * 2 + 5
    assert browser.get(PEOPLE, {"invited": "xx"}).status_code == 400


def test_a_space_manager_has_the_page_and_their_own_invitations_alone(as_, admin, mia):
    browser = as_(mia)
    assert f'href="{INVITE}"' in browser.get("/").content.decode()
    theirs = invitations.invite_by_link(admin, Terms())
    browser.post(INVITE, {**FORM, "addresses": "zoe@example.org"})
    mine = Invitation.objects.get(email="zoe@example.org")
    html = browser.get(INVITE).content.decode()
    assert f"row-invitation-{mine.pk}" in html
    assert f"row-invitation-{theirs.pk}" not in html
    html = browser.get(PEOPLE).content.decode()
    assert f"row-invitation-{mine.pk}" in html
    assert f"row-invitation-{theirs.pk}" not in html
    assert browser.get(one(theirs)).status_code == 404
    for act in ("resend/", "cancel/"):
        assert browser.post(one(theirs, act)).status_code == 404
        assert browser.post(one(mine, act)).status_code == 302


def test_an_administrator_sees_no_link_to_a_rank_above(as_, admin, owner):
    high = invitations.invite_by_link(owner, Terms(rank="admin"))
    html = as_(admin).get(one(high)).content.decode()
    assert links(html) == []
    assert "the link is not shown" in html
    for act in ("resend/", "cancel/"):
        assert as_(admin).post(one(high, act)).status_code == 403


def test_members_and_guests_are_told_why_not(as_, bob):
    page = as_(bob).get(INVITE)
    assert page.status_code == 403
    assert "Your profile does not allow inviting people" in page.content.decode()
    assert f'href="{INVITE}"' not in as_(bob).get("/").content.decode()


def test_without_results_one_gets_back_to_the_form(as_, admin):
    assert as_(admin).get(RESULTS)["Location"] == INVITE
