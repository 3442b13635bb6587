"""Spaces and their members through /api/v1/."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER
from collab.spaces.models import Space
from tests import town as make


def test_one_sees_ones_spaces_and_what_one_may_do_in_them(town, programs):
    names = {item["name"]: item for item in programs.bob.get("spaces")["items"]}
    assert set(names) == {"Plans", "Bob"}
    assert (names["Plans"]["role"], names["Bob"]["kind"]) == ("editor", "personal")
    assert names["Plans"]["rights"] == ["see", "edit", "add", "delete", "comment"]
    assert {item["name"] for item in programs.eve.get("spaces")["items"]} == {"Eve"}
    assert programs.eve.refused("GET", f"spaces/{town.space.pk}")[0] == 404


def test_pages_of_spaces_skip_none_and_repeat_none(town, programs):
    for number in range(7):
        make.make_space(town.bob, f"Space {number}")
    seen, path = [], "spaces?limit=2"
    while path:
        told = programs.bob.get(path)
        assert len(told["items"]) <= 2
        seen += [item["id"] for item in told["items"]]
        path = f"spaces?limit=2&cursor={told['next']}" if told["next"] else ""
    assert seen == sorted(set(seen))
    assert len(seen) == 9


def test_a_space_is_made_by_whose_rank_allows(town, programs):
    status, sentence = programs.alice.refused("POST", "spaces", {"name": "New"})
    assert (status, sentence) == (403, "Your profile does not allow making spaces. Ask an administrator.")
    make.change(town.alice, rank="space_manager")
    status, told = programs.alice("POST", "spaces", {"name": "New", "description": "For trying"})
    assert (status, told["name"], told["role"]) == (201, "New", "manager")
    assert programs.alice.last["Location"] == f"/api/v1/spaces/{told['id']}"
    assert programs.alice.get(f"spaces/{told['id']}")["description"] == "For trying"


def test_a_change_meets_the_condition_of_who_sends_it(town, programs):
    where = f"spaces/{town.space.pk}"
    programs.alice.get(where)
    tag = programs.alice.last["ETag"]
    assert programs.alice("GET", where, IF_NONE_MATCH=tag)[0] == 304
    assert programs.alice("PATCH", where, {"name": "Plans 2", "hue": "miel"}, IF_MATCH=tag)[0] == 200
    assert programs.alice.refused("PATCH", where, {"name": "Plans 3"}, IF_MATCH=tag)[0] == 412
    assert programs.alice("GET", where, IF_NONE_MATCH=tag)[1]["name"] == "Plans 2"
    assert programs.alice("PATCH", where, {"name": "Plans 3"}, IF_MATCH="*")[0] == 200
    assert programs.alice("PATCH", where, {})[1]["name"] == "Plans 3"
    status, sentence = programs.bob.refused("PATCH", where, {"name": "Mine"})
    assert (status, "Alice" in sentence) == (403, True)
    assert make.fresh(town.space).name == "Plans 3"


def test_a_space_is_archived_and_brought_back(town, programs):
    make.change(town.alice, rank="space_manager")
    where = f"spaces/{town.space.pk}"
    assert programs.bob.refused("POST", f"{where}/archive")[0] == 403
    assert programs.alice("POST", f"{where}/archive")[1]["archived_at"]
    assert programs.alice.refused("PATCH", where, {"name": "X"})[0] == 403
    assert programs.alice.refused("POST", f"{where}/members", {"username": "eve", "role": "reader"})[0] == 403
    assert town.space.pk not in [item["id"] for item in programs.bob.get("spaces")["items"]]
    assert [item["id"] for item in programs.bob.get("spaces?archived=true")["items"]] == [town.space.pk]
    assert programs.alice("POST", f"{where}/restore")[1]["archived_at"] is None


def test_members_are_listed_with_their_roles_to_who_sees_the_space(town, programs):
    told = programs.bob.get(f"spaces/{town.space.pk}/members")["items"]
    assert [(item["who"]["name"], item["who"]["kind"], item["role"], item["here"]) for item in told] == [
        ("Alice", "person", "manager", True),
        ("Team", "group", "editor", True),
    ]
    assert told[1]["who"]["group"] == town.team.pk
    assert programs.eve.refused("GET", f"spaces/{town.space.pk}/members")[0] == 404


def test_a_member_comes_changes_and_goes(town, programs):
    where = f"spaces/{town.space.pk}/members"
    status, told = programs.alice("POST", where, {"username": "Eve", "role": "reader", "note": "welcome"})
    assert (status, told["who"]["username"], told["by"]["username"]) == (201, "eve", "alice")
    one = f"{where}/{told['who']['id']}"
    assert programs.alice.last["Location"] == f"/api/v1/{one}"
    assert programs.eve.get(f"spaces/{town.space.pk}")["role"] == "reader"
    assert programs.alice.refused("POST", where, {"username": "eve", "role": "editor"})[0] == 409
    programs.alice.get(one)
    tag = programs.alice.last["ETag"]
    assert programs.alice("PUT", one, {"role": "editor"}, IF_MATCH=tag)[1]["role"] == "editor"
    assert programs.alice.refused("PUT", one, {"role": "reader"}, IF_MATCH=tag)[0] == 412
    assert make.mask_on(town.eve, town.space) == EDITOR.mask
    assert programs.alice("PUT", one, {"rights": ["see", "add"]})[1]["role"] is None
    assert programs.alice("DELETE", one)[0] == 204
    assert programs.eve.refused("GET", f"spaces/{town.space.pk}")[0] == 404
    assert programs.alice.refused("DELETE", one)[0] == 404


def test_nobody_gives_more_than_they_have_nor_takes_the_last_manager(town, programs):
    where = f"spaces/{town.space.pk}/members"
    assert programs.bob.refused("POST", where, {"username": "eve", "role": "reader"})[0] == 403
    make.share(town.alice, town.space, town.bob, 17)
    assert programs.bob.refused("POST", where, {"username": "eve", "role": "manager"})[0] == 403
    assert programs.bob("POST", where, {"username": "eve", "role": "reader"})[0] == 201
    alice = f"{where}/{town.alice.principal.pk}"
    assert programs.bob.refused("DELETE", alice)[0] == 403
    assert programs.alice.refused("DELETE", alice) == (409, "A space always keeps at least one manager.")
    assert programs.alice.refused("PUT", alice, {"role": "reader"})[0] == 409
    assert make.mask_on(town.alice, town.space) == MANAGER.mask


@pytest.mark.parametrize(
    "told",
    [
        {}, {"role": "reader"}, {"username": "eve"}, {"username": "eve", "role": "king"},
        {"username": "eve", "rights": []},
        {"username": "eve", "group": 1, "role": "reader"}, {"username": "eve", "role": "reader", "rights": ["see"]},
        {"username": "eve", "role": "reader", "until": "2001-01-01T00:00:00Z"},
        {"username": "eve", "role": "reader", "until": "2090-01-01T00:00:00"},
        {"username": "eve", "role": "reader", "until": "soon"}, {"username": "eve", "rights": ["see", "fly"]},
        {"group": 0, "role": "reader"}, {"group": 2**70, "role": "reader"}, {"username": "eve", "mask": 255},
    ],
)  # fmt: skip
def test_a_share_that_says_too_little_or_nonsense_is_a_400(town, programs, told):
    before = Grant.objects.count()
    assert programs.alice.refused("POST", f"spaces/{town.space.pk}/members", told)[0] == 400
    assert Grant.objects.count() == before


def test_an_unknown_person_is_not_here_and_a_guest_finds_their_own_groups_only(town, programs):
    where = f"spaces/{town.space.pk}/members"
    assert programs.alice.refused("POST", where, {"username": "nobody", "role": "reader"})[0] == 404
    assert programs.alice.refused("POST", where, {"group": 10**9, "role": "reader"})[0] == 404
    make.change(town.bob, rank="guest")
    make.share(town.alice, town.space, town.bob, MANAGER.mask)
    assert programs.bob.refused("POST", where, {"username": "eve", "role": "reader"})[0] == 404


def test_a_personal_space_has_no_members_to_manage(town, programs):
    own = Space.objects.get(owner=town.alice)
    assert programs.alice.get(f"spaces/{own.pk}")["kind"] == "personal"
    assert programs.alice.refused("GET", f"spaces/{own.pk}/members")[0] == 404
    assert programs.alice.refused("PATCH", f"spaces/{own.pk}", {"name": "X"})[0] == 404


def test_a_longer_list_asks_the_database_no_more(town, programs):
    def cost(path):
        with CaptureQueriesContext(connection) as asked:
            programs.alice.get(path)
        return len(asked)

    paths = ["spaces", f"spaces/{town.space.pk}/members", f"spaces/{town.space.pk}/changes"]
    make.make_folder(town.alice, town.root)
    programs.alice.get("me")  # the first use of a password is noted
    before = [cost(path) for path in paths]
    for number in range(12):
        make.make_space(town.alice, f"Space {number}")
        make.share(town.alice, town.space, make.make_user(f"user{number}"), READER.mask)
        make.make_group(f"Group {number}")
        make.make_folder(town.alice, town.root, f"Folder {number}")
    assert [cost(path) for path in paths] == before
    assert max(before) <= 6, before
