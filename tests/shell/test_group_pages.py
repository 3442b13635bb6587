"""Groups: found, filled by several names, run by their own managers, removed after it was said who loses what."""

import pytest

from collab.accounts.models import Rank, User
from collab.groups.models import Group
from collab.lib.paging import PAGE
from tests import town as make
from tests.shell.test_administration import undo


def page_of(group):
    return f"/administration/groups/{group.pk}/"


def text(page):
    return page.content.decode()


def test_groups_are_found_whatever_the_accents(as_, admin, team):
    make.make_group("Bénévoles")
    html = text(as_(admin).get("/administration/groups/", {"q": "BENEVOLES"}))
    assert "Bénévoles" in html
    assert "Team" not in html
    assert "No group matches" in text(as_(admin).get("/administration/groups/", {"q": "xyz"}))


def test_many_groups_come_by_pages(as_, admin):
    Group.objects.bulk_create(Group(name=f"G{n:03}") for n in range(PAGE + 5))
    html = text(as_(admin).get("/administration/groups/"))
    assert "G099" in html
    assert "G100" not in html
    assert "Next page" in html


def test_several_are_added_at_once_or_nobody(as_, admin, bob, eve, team):
    browser = as_(admin)
    carol = make.make_user("carol")
    page = browser.post(page_of(team), {"who": "eve, Nobody Such"})
    assert page.status_code == 400
    assert "Nobody here is called" in text(page)
    assert not team.members.filter(pk=eve.pk).exists()
    page = browser.post(page_of(team), {"who": "eve", "whom": ["Carol (carol)"]}, follow=True)
    assert "Carol, Eve are in" in text(page)
    undo(browser, page)
    assert set(team.members.values_list("username", flat=True)) == {"alice", "bob"}
    assert carol.memberships.count() == 0


def test_adding_a_manager_again_leaves_them_manager(as_, admin, bob):
    group = make.make_group("Own", managers=(bob,))
    page = as_(admin).post(page_of(group), {"who": "bob"}, follow=True)
    assert "was in “Own” already" in text(page)
    assert group.memberships.get(user=bob).is_manager


def test_a_group_of_one_is_a_group(as_, admin, eve, space, alice):
    finances = make.make_group("Finances", eve)
    make.share(alice, space, finances)
    html = text(as_(admin).get(page_of(finances)))
    assert "Plans" in html
    assert "Can view" in html


def test_what_one_does_not_see_is_counted_and_not_named(as_, admin, alice, team):
    secret = make.make_folder(alice, make.home(alice), "Secret plans")
    make.share(alice, secret, team)
    html = text(as_(admin).get(page_of(team)))
    assert "Secret plans" not in html
    assert "And 1 thing that you do not see yourself" in html
    assert "Secret plans" in text(as_(alice).get("/settings/groups/"))


def test_removing_says_who_loses_what_by_name(as_, admin, alice, bob, team, space):
    html = text(as_(admin).get(f"{page_of(team)}delete/"))
    assert "Plans" in html
    assert "No longer see it: Bob." in html
    assert Group.objects.filter(pk=team.pk).exists()
    as_(admin).post(f"{page_of(team)}delete/")
    assert not make.finds(bob, make.root_of(space))


def test_a_last_manager_is_not_lost_and_the_page_says_so(as_, admin, alice, bob):
    led = make.make_group("Led", bob)
    space = make.make_space(alice, "Guide")
    make.share(alice, space, led, 255)
    make.unshare(bob, space, alice)
    page = as_(admin).post(f"{page_of(led)}delete/")
    assert page.status_code == 409
    assert "would be left without a manager" in text(page)


def test_a_manager_who_is_no_administrator_has_a_door(as_, bob, eve):
    group = make.make_group("Own", eve, managers=(bob,))
    browser = as_(bob)
    assert f'href="{page_of(group)}"' in text(browser.get("/settings/groups/"))
    html = text(browser.get(page_of(group)))
    assert 'href="/settings/groups/"' in html
    assert "Remove the group…" not in html
    assert browser.get(f"{page_of(group)}names/", {"q": "ali"}).json()["found"][0]["name"] == "Alice"
    assert as_(eve).get(page_of(group)).status_code == 403
    assert as_(eve).get(f"{page_of(group)}names/", {"q": "ali"}).status_code == 403
    page = browser.post(page_of(group), {"user": bob.pk, "is_manager": "0"})
    assert page["Location"] == "/settings/groups/", "who gives it up does not land on a refusal"


def test_my_groups_say_what_each_gives(as_, bob, space, eve):
    html = text(as_(bob).get("/settings/groups/"))
    assert "Plans" in html
    assert "Can edit" in html
    assert "You are in no group yet" in text(as_(eve).get("/settings/groups/"))


def test_a_guest_joins_after_a_warning_and_never_everyone(as_, admin, alice, team, space):
    guest = make.make_user("gina", Rank.GUEST)
    browser = as_(admin)
    page = browser.post(page_of(team), {"user": guest.pk})
    assert page.status_code == 409
    assert "Gina is a guest, from outside" in text(page)
    assert "Plans" in text(page), "what they would see is named"
    assert not make.finds(guest, make.root_of(space))
    browser.post(page_of(team), {"user": guest.pk, "outside": "1"})
    assert make.finds(guest, make.root_of(space))
    assert browser.post(page_of(make.everyone()), {"user": guest.pk, "outside": "1"}).status_code == 404
    make.share(alice, make.make_space(alice, "All"), make.everyone())
    assert not make.finds(guest, make.root_of(make.Space.objects.get(name="All")))


@pytest.mark.parametrize("steps", ["", "1=disable", "x", "1=ungroup:999999"])
def test_an_undo_of_something_else_is_refused(as_, admin, bob, team, steps):
    page = as_(admin).post(f"{page_of(team)}undo/", {"steps": steps.replace("1=", f"{bob.pk}=")})
    assert page.status_code == 400
    assert team.members.filter(pk=bob.pk).exists()
    assert User.objects.get(pk=bob.pk).is_active
