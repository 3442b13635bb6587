"""The room of spaces follows the house at once, but where somebody gave one by hand; links to a whole space."""

from __future__ import annotations

import pytest

from collab.accounts.actions import house as house_actions
from collab.registry import house
from collab.rights.right import EDITOR, Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space
from tests import town as make
from tests.shell.sharing import undo, words

GB = 10**9


def quotas(**which):
    return set(Space.objects.filter(**which).values_list("quota", flat=True))


def set_room(user, key, value):
    return house_actions.change(user, key, value)


def test_what_was_given_none_follows_and_what_was_keeps_it(admin, alice, space):
    own = make.make_space(alice, "Own")
    spaces.set_quota(make.act(admin), own, 7 * GB)
    given = make.make_space(alice, "Given", quota=9 * GB)
    token = set_room(admin, "spaces.quota", 5 * GB)
    assert make.fresh(space).quota == 5 * GB
    assert (make.fresh(own).quota, make.fresh(given).quota) == (7 * GB, 9 * GB)
    assert quotas(kind="personal") == {None}
    house_actions.undo(admin, token)
    assert make.fresh(space).quota is None
    set_room(admin, "spaces.personal_quota", 2 * GB)
    assert quotas(kind="personal") == {2 * GB}
    assert make.fresh(space).quota is None
    assert make.fresh(make.make_space(alice, "Later")).own_room is False


def test_a_room_by_hand_may_equal_the_houses_and_still_stay(admin, space):
    set_room(admin, "spaces.quota", 5 * GB)
    spaces.set_quota(make.act(admin), make.fresh(space), 5 * GB)
    set_room(admin, "spaces.quota", 6 * GB)
    assert make.fresh(space).quota == 5 * GB
    spaces.follow_house(make.act(admin), make.fresh(space))
    assert make.fresh(space).quota == 6 * GB
    set_room(admin, "spaces.quota", None)
    assert make.fresh(space).quota is None


def test_the_page_says_which_it_is_and_takes_both(as_, admin, space):
    set_room(admin, "spaces.quota", 5 * GB)
    browser, at = as_(admin), f"/administration/spaces/{space.pk}/room/"
    page = browser.get(at)
    assert "As the house says" in words(page)
    assert 'name="house" ' in page.content.decode()
    assert "checked" in page.content.decode()
    page = browser.post(at, {"quota": "2"}, follow=True)
    assert make.fresh(space).quota == 2 * GB
    assert make.fresh(space).own_room
    undo(browser, page)
    assert (make.fresh(space).quota, make.fresh(space).own_room) == (5 * GB, False)
    browser.post(at, {"quota": ""})
    assert (make.fresh(space).quota, make.fresh(space).own_room) == (None, True)
    browser.post(at, {"house": "on", "quota": "2"})
    assert (make.fresh(space).quota, make.fresh(space).own_room) == (5 * GB, False)


def test_a_persons_room_too(as_, admin, bob):
    set_room(admin, "spaces.personal_quota", 3 * GB)
    browser, at = as_(admin), f"/administration/people/{bob.pk}/quota/"
    browser.post(at, {"quota": "1.5"})
    assert Space.objects.get(owner=bob).quota == 1_500_000_000
    page = browser.post(at, {"house": "on"}, follow=True)
    assert Space.objects.get(owner=bob).quota == 3 * GB
    undo(browser, page)
    assert Space.objects.get(owner=bob).quota == 1_500_000_000


def test_what_is_over_the_new_room_stays(admin, alice, space, root):
    make.make_file(alice, root, "a.bin", b"x" * 1000)
    house.put("spaces.quota", None)
    set_room(admin, "spaces.quota", 500)
    assert make.read(make.Node.objects.get(name="a.bin")) == b"x" * 1000
    assert make.is_clean()


@pytest.mark.parametrize(("mask", "may"), [(EDITOR.mask, False), (EDITOR.mask | Right.SHARE, True)])
def test_the_members_page_leads_to_links_to_the_whole_space(as_, alice, space, root, mask, may):
    sam = make.make_user("sam")
    make.share(alice, space, sam, mask)
    page = as_(sam).get(f"/spaces/{space.pk}/members/")
    to = f"/share/node/{root.pk}/links/"
    assert (to in page.content.decode()) is may
    if may:
        assert "Links to the whole space" in words(page)
        assert as_(sam).post(to, {"role": "reader"}).status_code in {200, 302, 400}
        make.change(space, archived_at=make.in_hours(0))
        assert to not in as_(sam).get(f"/spaces/{space.pk}/members/").content.decode()
