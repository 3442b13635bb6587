"""The list of people: searched, narrowed, counted, paged, and several acted on at once, each with an outcome."""

import re

import pytest
from django.core.management import call_command  # noqa: F401
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.accounts.actions import invitations, registrations
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Rank, User
from collab.events.models import AuditEntry
from collab.lib.paging import PAGE
from tests import town as make
from tests.shell.test_administration import undo

LIST = "/administration/people/"


def shown(page):
    return set(map(int, re.findall(r'id="row-user-(\d+)"', page.content.decode())))


def test_the_search_is_blind_to_accents_and_case(as_, admin, eve):
    make.make_user("noemie", email="ng@example.org")
    User.objects.filter(username="noemie").update(display_name="Noémie Garçia")
    noemie = User.objects.get(username="noemie")
    for wanted in ("noemie", "NOÉMIE", "garcia", "ng@EXAMPLE"):
        assert shown(as_(admin).get(LIST, {"q": wanted})) == {noemie.pk}, wanted


def test_rank_group_and_state_narrow_together(as_, admin, alice, bob, eve, team):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    browser = as_(admin)
    assert shown(browser.get(LIST, {"group": team.pk})) == {alice.pk, bob.pk}
    assert shown(browser.get(LIST, {"group": team.pk, "state": "disabled"})) == {bob.pk}
    assert shown(browser.get(LIST, {"rank": "admin"})) == {admin.pk}
    assert bob.pk not in shown(browser.get(LIST, {"state": "active"}))


@pytest.mark.parametrize(
    "query",
    [{"group": "x"}, {"group": "9" * 40}, {"rank": "king"}, {"state": "%00"}, {"sort": "'"}, {"q": "a\0" * 500}],
)
def test_what_an_address_asks_wrongly_is_left_out(as_, admin, query):
    assert as_(admin).get(LIST, query).status_code == 200


@pytest.mark.parametrize("sort", ["", "seen", "new"])
def test_each_order_comes_by_pages_without_gaps(as_, admin, sort):
    User.objects.bulk_create(
        User(
            username=f"p{n:03}",
            display_name=f"É{n // 2:03}",
            password="!",
            last_login=timezone.now() if n % 3 else None,
        )
        for n in range(PAGE + 20)
    )
    browser, seen, address = as_(admin), [], f"{LIST}?sort={sort}"
    while address:
        html = browser.get(address).content.decode()
        seen += re.findall(r'id="row-user-(\d+)"', html)
        more = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
        address = LIST + more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == User.objects.count()


def test_the_number_of_queries_does_not_grow_with_the_people(as_, admin):
    browser = as_(admin)

    def counted():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(LIST).status_code == 200
        return len(queries)

    counted()
    before = counted()
    for n in range(30):
        make.make_group(f"Group {n}", make.make_user(f"person{n}"))
    assert counted() <= before + 1
    assert before <= 20


def test_invite_stands_at_the_left_of_the_list_and_above_it(as_, admin):
    html = as_(admin).get(LIST).content.decode()
    search = html.index("people__search")
    assert search < html.index('href="/administration/people/invite/"', search) < html.index('id="q"')
    assert 'class="button button--primary fab" href="/administration/people/invite/"' in html
    assert html.count("#plus") >= 2


def test_those_invited_and_those_who_wait_have_states_of_their_own(as_, admin, bob, settings):
    invitations.invite_addresses(admin, "zoe@example.org", Terms())
    registrations.Registration.objects.create(
        display_name="Yann", email="yann@example.org", password="!", digest=b"x", waiting_since=timezone.now()
    )
    browser = as_(admin)
    invited = browser.get(LIST, {"state": "invited"}).content.decode()
    assert "zoe@example.org" in invited
    assert "row-user-" not in invited
    waiting = browser.get(LIST, {"state": "waiting"}).content.decode()
    assert "yann@example.org" in waiting
    assert "address not proved" in waiting
    assert "zoe@example.org" not in waiting


def several(browser, people, act, **more):
    return browser.post(f"{LIST}several/", {"who": [one.pk for one in people], "act": act, **more}, follow=True)


def test_several_are_put_in_a_group_and_taken_out_again(as_, admin, alice, bob, eve, team):
    browser = as_(admin)
    carol = make.make_user("carol")
    page = several(browser, [carol, eve], f"group:{team.pk}")
    assert page.redirect_chain[-1][0] == LIST
    assert "Done for 2 people: Carol, Eve" in page.content.decode()
    assert team.members.count() == 4
    undo(browser, page)
    assert set(team.members.all()) == {alice, bob}
    assert AuditEntry.objects.filter(kind="group-added").count() == 2


def test_each_of_several_has_an_outcome_and_none_is_skipped(as_, admin, owner, alice, bob, eve):
    browser = as_(admin)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    page = several(browser, [owner, admin, alice, bob, eve], "disable")
    html = page.content.decode()
    assert page.redirect_chain[-1][0] == f"{LIST}several/"
    for person in (owner, admin, alice, bob, eve):
        assert f'href="/administration/people/{person.pk}/"' in html
    assert html.count("not done") == 3
    assert "“Plans” would be left without a manager" in html, "alice alone manages it"
    assert "nothing to do" in html
    eve.refresh_from_db()
    assert not eve.is_active
    undo(browser, page)
    eve.refresh_from_db()
    assert eve.is_active
    bob.refresh_from_db()
    assert not bob.is_active, "what was so before stays so"


def test_a_guest_among_several_is_asked_about(as_, admin, alice, team):
    guest = make.make_user("gina", Rank.GUEST)
    page = several(as_(admin), [guest, make.make_user("carol")], f"group:{team.pk}")
    html = page.content.decode()
    assert "Add all the same" in html
    assert not team.memberships.filter(user=guest).exists()
    assert team.memberships.filter(user__username="carol").exists()
    as_(admin).post(f"{LIST}several/", {"steps": f"{guest.pk}=outside:{team.pk}"})
    assert team.memberships.filter(user=guest).exists()


def test_ranks_of_several_change_and_come_back(as_, owner, alice, eve):
    browser = as_(owner)
    page = several(browser, [alice, eve], "rank:space_manager")
    assert set(User.objects.filter(rank="space_manager")) == {alice, eve}
    undo(browser, page)
    assert not User.objects.filter(rank="space_manager").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "disable"},
        {"who": "1"},
        {"who": "x", "act": "disable"},
        {"who": "1", "act": "explode"},
        {"who": "1", "act": "rank:king"},
        {"who": "1", "act": "group:"},
        {"who": "1", "act": "group:²"},
        {"steps": "1=disable=2"},
        {"who": [str(n) for n in range(1, 150)], "act": "disable"},
    ],
)
def test_nonsense_changes_nothing(as_, admin, alice, fields):
    assert as_(admin).post(f"{LIST}several/", fields).status_code == 400
    assert not User.objects.filter(is_active=False).exists()


def test_a_space_manager_sees_people_without_their_addresses(as_, alice, bob):
    User.objects.filter(pk=bob.pk).update(email="bob@example.org", rank=Rank.GUEST)
    mia = make.make_user("mia", Rank.SPACE_MANAGER)
    browser = as_(mia)
    html = browser.get(LIST).content.decode()
    assert f"row-user-{bob.pk}" in html
    assert "bob@example.org" not in html
    assert "Last sign-in" not in html
    assert shown(browser.get(LIST, {"q": "bob@example"})) == set(), "nor does the search tell"
    browser.post(f"/administration/people/{bob.pk}/rank/", {"rank": "member"})
    bob.refresh_from_db()
    assert bob.rank == Rank.MEMBER
    assert browser.post(f"/administration/people/{bob.pk}/rank/", {"rank": "guest"}).status_code == 403
    assert browser.post(f"/administration/people/{bob.pk}/switch/", {"active": "0"}).status_code == 403
    assert several(browser, [bob], "disable").status_code == 200
    bob.refresh_from_db()
    assert bob.is_active
    assert as_(alice).get(LIST).status_code == 403
    assert as_(alice).post(f"{LIST}several/", {"who": bob.pk, "act": "disable"}).status_code == 403
