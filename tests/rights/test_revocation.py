"""What is taken back is gone at the next request, at every door."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client as Browser

from collab.accounts.actions import people as accounts
from collab.accounts.models import AppPassword, Rank
from collab.groups import actions as groups
from collab.rights import links
from collab.rights.right import EDITOR, Right
from tests import town as make
from tests.accounts.people import PASSWORD, basic, sign_in
from tests.api.program import Program
from tests.dav.client import Client, give_password
from tests.files.web import signed_in
from tests.rights.doors import through_link

OCS = "/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json&path=/Plans/Budget"
BUDGET = "/files/@plans/Budget"


@pytest.fixture
def bob_everywhere(town: Any) -> Any:
    """Bob at every door: browser, device, sharing dialog, program; and a link that he made, open at two more."""
    town.bob.set_password(PASSWORD)
    town.bob.language = "en"
    town.bob.save()
    folder = make.make_folder(town.alice, town.root, "Budget")
    make.make_file(town.alice, folder, "plan.txt")
    make.share(town.alice, town.space, town.team, EDITOR.mask | Right.SHARE)
    link = make.make_link(town.bob, folder)
    secret = give_password(town.bob)
    browser, program = signed_in(town.bob), Program(token=secret)
    dialog = Browser(HTTP_ACCEPT_LANGUAGE="en", **basic("bob", secret))
    device, older = Client("bob", secret), Client("bob", PASSWORD)
    page, public = f"/s/{links.token_of(make.act(town.bob), link, folder)}/", through_link(link, town.bob, folder)
    stranger = Browser(HTTP_ACCEPT_LANGUAGE="en")
    doors = {
        "web": lambda: browser.get(BUDGET).status_code,
        "web by number": lambda: browser.get(f"/share/node/{folder.pk}/").status_code,
        "rest by session": lambda: browser.get(f"/api/v1/shares/node/{folder.pk}").status_code,
        "dav": lambda: device.propfind("Plans/Budget/plan.txt").status,
        "dav by login password": lambda: older("GET", "Plans/Budget/plan.txt").status,
        "ocs": lambda: dialog.get(OCS).status_code,
        "rest": lambda: program("GET", f"shares/node/{folder.pk}")[0],
        "rest, the space": lambda: program("GET", f"spaces/{town.space.pk}/changes")[0],
        "link": lambda: stranger.get(page).status_code,
        "link, a file": lambda: stranger.get(f"{page}plan.txt", follow=True).status_code,
        "public dav": lambda: public.propfind("").status,
        "public dav, a file": lambda: public("GET", "plan.txt").status,
    }
    assert {name: ask() for name, ask in doors.items() if ask() not in {200, 207}} == {}
    return SimpleNamespace(
        doors=doors, folder=folder, link=link, browser=browser, secret=secret, adam=make.make_user("adam", Rank.ADMIN)
    )


def shut(there: Any, *named: str, statuses: tuple[int, ...] = (404,)) -> None:
    """These doors are shut, the others open."""
    told = {name: ask() for name, ask in there.doors.items()}
    assert {name for name, status in told.items() if status in statuses} == set(named), told
    assert {status for name, status in told.items() if name not in named} <= {200, 207}, told


PERSON = ("web", "web by number", "rest by session", "dav", "dav by login password", "ocs", "rest", "rest, the space")
LINK = ("link", "link, a file", "public dav", "public dav, a file")
BY_SECRET = ("dav", "ocs", "rest", "rest, the space")


def test_a_grant(town, bob_everywhere):
    make.unshare(town.alice, town.space, town.team)
    shut(bob_everywhere, *PERSON, *LINK)


def test_a_grant_that_ends_by_itself(town, bob_everywhere):
    make.expire(town.space, town.team.principal)
    shut(bob_everywhere, *PERSON, *LINK)


def test_a_right_to_share(town, bob_everywhere):
    """The link of who may no longer share is suspended; what they may see stays."""
    make.share(town.alice, town.space, town.team, EDITOR.mask)
    shut(bob_everywhere, *LINK)


def test_a_restriction(town, bob_everywhere):
    make.restrict(town.alice, bob_everywhere.folder)
    told = {name: ask() for name, ask in bob_everywhere.doors.items()}
    assert {name for name, status in told.items() if status == 404} == {*PERSON, *LINK} - {"rest, the space"}, told


def test_a_membership(town, bob_everywhere):
    groups.remove(bob_everywhere.adam, town.team, town.bob)
    shut(bob_everywhere, *PERSON, *LINK)


def test_a_group(town, bob_everywhere):
    groups.delete(bob_everywhere.adam, town.team)
    shut(bob_everywhere, *PERSON, *LINK)


@pytest.mark.parametrize("by", ["page", "call"])
def test_a_link(town, bob_everywhere, by):
    there = bob_everywhere
    if by == "page":
        there.browser.post(f"/share/node/{there.folder.pk}/links/{there.link.pk}/revoke/")
    else:
        assert Program(token=there.secret)("DELETE", f"links/{there.link.pk}")[0] == 204
    shut(there, *LINK)


def test_a_link_that_ends_by_itself(town, bob_everywhere):
    make.expire(bob_everywhere.folder, bob_everywhere.link.principal)
    shut(bob_everywhere, *LINK)


def test_the_password_of_a_link_that_was_open_without(town, bob_everywhere):
    there = bob_everywhere
    assert Program(token=there.secret)("PATCH", f"links/{there.link.pk}", {"password": "four kites"})[0] == 200
    told = {name: there.doors[name]() for name in LINK}
    assert told["public dav"] == told["public dav, a file"] == 401
    page = f"/s/{links.token_of(make.act(town.bob), there.link, there.folder)}/"
    assert "plan.txt" not in Browser().get(page).content.decode()


def test_a_session(town, bob_everywhere):
    there = bob_everywhere
    stolen = Browser(HTTP_ACCEPT_LANGUAGE="en")
    stolen.cookies = there.browser.cookies.copy()
    assert stolen.get(BUDGET).status_code == 200
    there.browser.post("/accounts/logout/")
    assert stolen.get(BUDGET).status_code == 302
    assert stolen.get("/api/v1/me").status_code == 401
    assert stolen.get(OCS, HTTP_OCS_APIREQUEST="true").status_code == 401
    shut(there, "web", "web by number", "rest by session", statuses=(302, 401))


def test_an_app_password(town, bob_everywhere):
    there = bob_everywhere
    row = AppPassword.objects.get(user=town.bob)
    assert there.browser.post(f"/settings/devices/{row.pk}/revoke/").status_code < 400
    shut(there, *BY_SECRET, statuses=(401,))


def test_a_changed_login_password(town, bob_everywhere):
    town.bob.set_password("another set of paper kites")
    town.bob.save()
    shut(bob_everywhere, "web", "web by number", "rest by session", "dav by login password", statuses=(302, 401))
    assert sign_in(Browser()).status_code != 302


def test_a_disabled_account(town, bob_everywhere):
    there = bob_everywhere
    accounts.deactivate(there.adam, town.bob)
    told = {name: ask() for name, ask in there.doors.items()}
    assert {told[name] for name in PERSON} <= {302, 401}, told
    assert {told[name] for name in LINK} == {404}, told
    accounts.reactivate(there.adam, make.fresh(town.bob))
    assert there.doors["dav"]() == 207
    assert there.doors["link"]() == 200
