"""The page of one person: what may be done stands there, what may not stands there too, with its reason."""

import pytest
from django.db.models import Q

from collab.accounts.actions import invitations
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Rank, User
from collab.events.models import AuditEntry
from collab.registry import house
from collab.rights.right import EDITOR
from collab.spaces.models import Space
from tests import town as make
from tests.shell.test_administration import undo


def page_of(person):
    return f"/administration/people/{person.pk}/"


def text(page):
    return page.content.decode()


def test_it_names_groups_spaces_and_through_what(as_, admin, bob, team, space):
    html = text(as_(admin).get(page_of(bob)))
    assert f'href="/administration/groups/{team.pk}/"' in html
    assert "Plans" in html
    assert "Can edit" in html
    make.share(make.act(space.created_by), space, bob, EDITOR.mask)
    assert "Team, given to this person" in text(as_(admin).get(page_of(bob)))


def test_a_space_manager_sees_only_the_spaces_that_are_theirs(as_, bob, eve, space):
    User.objects.filter(pk=eve.pk).update(rank=Rank.SPACE_MANAGER)
    html = text(as_(eve).get(page_of(bob)))
    assert "Plans" not in html
    assert "<dt>Devices" not in html
    assert "E-mail address" not in html


@pytest.mark.parametrize(("rank", "status"), [("member", 403), ("guest", 403), ("space_manager", 200), ("admin", 200)])
def test_members_and_guests_have_no_such_page(as_, bob, eve, rank, status):
    User.objects.filter(pk=eve.pk).update(rank=rank)
    assert as_(eve).get(page_of(bob)).status_code == status


def test_what_one_may_not_do_stays_visible_with_its_reason(as_, admin, owner, bob):
    html = text(as_(admin).get(page_of(owner)))
    assert "There is one owner" in html
    html = text(as_(admin).get(page_of(bob)))
    assert "Only the owner makes administrators" in html
    assert 'disabled aria-describedby="why-admin"' in html
    assert "Only a disabled account can be deleted" in html
    assert "Nobody changes their own profile" in text(as_(admin).get(page_of(admin)))
    mia = make.make_user("mia", Rank.SPACE_MANAGER)
    assert "Only administrators take a profile back" in text(as_(mia).get(page_of(bob)))


def test_name_and_address_change_and_come_back(as_, admin, owner, bob):
    browser = as_(admin)
    page = browser.post(page_of(bob), {"display_name": "Robert", "email": "R@example.org"}, follow=True)
    bob.refresh_from_db()
    assert (bob.display_name, bob.email) == ("Robert", "r@example.org")
    undo(browser, page)
    bob.refresh_from_db()
    assert (bob.display_name, bob.email) == ("Bob", None)
    for kind in ("name-changed", "address-changed"):
        assert AuditEntry.objects.filter(kind=kind, subject_id=bob.pk).count() == 2
    browser.post(page_of(owner), {"display_name": "Hacked", "email": ""})
    owner.refresh_from_db()
    assert owner.display_name == "Olivia"


def test_the_owner_is_told_what_is_wrong_with_an_address(as_, admin, bob, eve):
    User.objects.filter(pk=eve.pk).update(email="eve@example.org")
    page = as_(admin).post(page_of(bob), {"display_name": "Bob", "email": "EVE@example.org"})
    assert page.status_code == 400
    assert "uses this address already" in text(page)


def test_a_group_is_given_and_taken_here(as_, admin, eve, team):
    browser = as_(admin)
    page = browser.post(f"{page_of(eve)}group/", {"group": team.pk}, follow=True)
    assert page.redirect_chain[-1][0] == page_of(eve)
    assert team.members.filter(pk=eve.pk).exists()
    undo(browser, page)
    assert not team.members.filter(pk=eve.pk).exists()
    for wrong in ("", "x", "99999", str(make.everyone().pk)):
        assert browser.post(f"{page_of(eve)}group/", {"group": wrong}).status_code == 404


def test_room_is_set_and_taken_back(as_, admin, bob):
    browser = as_(admin)
    page = browser.post(f"{page_of(bob)}quota/", {"quota": "1.5"}, follow=True)
    assert Space.objects.get(owner=bob).quota == 1_500_000_000
    assert "1.5\xa0GB" in text(page)
    undo(browser, page)
    assert Space.objects.get(owner=bob).quota is None
    for wrong in ("-1", "0", "x", "1e400", "999999999", "NaN"):
        assert browser.post(f"{page_of(bob)}quota/", {"quota": wrong}).status_code == 400, wrong
    mia = make.make_user("mia", Rank.SPACE_MANAGER)
    assert as_(mia).post(f"{page_of(bob)}quota/", {"quota": "1"}).status_code == 403


def test_new_people_begin_with_the_room_of_the_house(town):
    house.put("spaces.personal_quota", 2 * 10**9)
    assert Space.objects.get(owner=make.make_user("carol")).quota == 2 * 10**9
    assert Space.objects.get(owner=town.bob).quota is None


def test_it_says_by_which_invitation_somebody_came(as_, admin, team):
    link = invitations.invite_by_link(admin, Terms(groups=(team.pk,)))
    token = invitations.path_of(admin, link).strip("/").split("/")[-1]
    zoe = invitations.accept(token, display_name="Zoé", password="quatre-lapins-violets-dansent")
    assert "invited by Adam" in text(as_(admin).get(page_of(zoe)))


def test_nobody_is_led_elsewhere_by_a_form(as_, admin, bob):
    for address in (
        "https://evil.example/administration/",
        "//evil.example",
        "/\\evil.example",
        "/administration/\\..//e",
    ):
        page = as_(admin).post(f"{page_of(bob)}switch/", {"active": "1", "next": address})
        assert page["Location"] == "/administration/people/", address


def test_every_change_is_in_the_audit_log(as_, owner, bob, team):
    browser = as_(owner)
    browser.post(f"{page_of(bob)}rank/", {"rank": "admin"})
    browser.post(f"{page_of(bob)}switch/", {"active": "0"})
    browser.post(f"{page_of(bob)}switch/", {"active": "1"})
    browser.post(f"{page_of(bob)}switch/", {"active": "0"})
    browser.post(f"/administration/groups/{team.pk}/", {"user": bob.pk, "is_manager": "1"})
    browser.post(f"/administration/groups/{team.pk}/remove/", {"user": bob.pk})
    browser.post(f"{page_of(bob)}delete/")
    told = AuditEntry.objects.filter(Q(subject_kind="user", subject_id=bob.pk) | Q(whom_kind="user", whom_id=bob.pk))
    assert list(told.order_by("pk").values_list("kind", flat=True)) == [
        "rank", "account-disabled", "account-enabled", "account-disabled", "group-manager", "group-removed",
        "account-deleted",
    ]  # fmt: skip
    assert AuditEntry.objects.get(kind="rank").details == {"before": "member", "after": "admin"}
    assert set(told.values_list("actor_name", flat=True)) == {"Olivia"}


def test_djangos_own_admin_lists_people_and_groups_for_the_owner_alone(as_, owner, admin, bob, team):
    browser = as_(owner)
    assert "Bob" in text(browser.get("/django-admin/accounts/user/"))
    assert "Team" in text(browser.get("/django-admin/groups/group/"))
    assert browser.get(f"/django-admin/groups/group/{team.pk}/change/").status_code == 200
    assert browser.get("/django-admin/accounts/user/add/").status_code == 403
    change = f"/django-admin/accounts/user/{bob.pk}/change/"
    epoch = bob.epoch
    assert browser.post(change, {"display_name": "Bob", "email": ""}).status_code == 302
    bob.refresh_from_db()
    assert not bob.is_active, "the box was left empty"
    assert bob.epoch > epoch
    assert AuditEntry.objects.filter(kind="account-emergency", subject_id=bob.pk).exists()
    for address in ("/django-admin/", change):
        assert as_(admin).get(address).status_code == 302
