"""Shares, links and the change log through /api/v1/."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collab.rights.models import Link
from collab.rights.right import EDITOR, READER, WRITER
from files.actions import moving, trashing
from files.models import Node
from tests import town as make


@pytest.fixture
def folder(town):
    return make.make_folder(town.alice, town.root, "Budget")


def test_a_folder_is_shared_changed_and_taken_back(town, programs, folder):
    where = f"shares/node/{folder.pk}"
    assert programs.eve.refused("GET", where)[0] == 404
    status, told = programs.alice("POST", where, {"username": "eve", "role": "writer"})
    assert (status, told["role"], told["here"]) == (201, "writer", True)
    assert make.mask_on(town.eve, folder) == WRITER.mask
    listed = programs.eve.get(where)["items"]
    assert {(item["who"]["name"], item["here"], item["through"]["kind"]) for item in listed} == {
        ("Alice", False, "space"), ("Team", False, "space"), ("Eve", True, "node"),
    }  # fmt: skip
    one = f"{where}/{told['who']['id']}"
    assert programs.eve.refused("PUT", one, {"role": "editor"})[0] == 403
    assert programs.alice("PUT", one, {"role": "reader", "until": "2090-01-01T00:00:00+02:00"})[1]["until"]
    assert programs.eve("DELETE", one)[0] == 204
    assert programs.eve.refused("GET", where)[0] == 404


def test_what_comes_from_above_cannot_be_changed_on_the_thing(town, programs, folder):
    one = f"shares/node/{folder.pk}/{town.team.principal.pk}"
    assert programs.alice.refused("PUT", one, {"role": "reader"})[0] == 404
    assert programs.alice.refused("DELETE", one)[0] == 404
    assert make.mask_on(town.bob, folder) == EDITOR.mask


def test_a_folder_is_restricted_and_opened_again(town, programs, folder):
    where = f"shares/node/{folder.pk}/restriction"
    assert programs.bob.refused("PUT", where)[0] == 403
    assert programs.alice("PUT", where)[0] == 204
    assert programs.bob.refused("GET", f"shares/node/{folder.pk}")[0] == 404
    assert programs.alice("DELETE", where)[0] == 204
    assert make.mask_on(town.bob, folder) == EDITOR.mask


def test_the_whole_of_a_space_is_shared_by_its_members_and_opened_by_links(town, programs):
    told = {"username": "eve", "role": "reader"}
    assert programs.alice.refused("POST", f"shares/node/{town.root.pk}", told)[0] == 403
    assert programs.alice("POST", f"links/node/{town.root.pk}", {"role": "reader"})[0] == 201
    assert programs.alice.refused("POST", f"links/space/{town.space.pk}", {})[0] == 404
    assert programs.alice.refused("GET", "shares/nonsense/1")[0] == 404
    assert programs.alice.refused("GET", "shares/node/99999999999")[0] == 404


def test_a_link_is_made_opened_changed_and_closed(town, programs, folder):
    make.make_file(town.alice, folder, "plan.txt")
    where = f"links/node/{folder.pk}"
    assert programs.bob.refused("POST", where, {})[0] == 403
    status, told = programs.alice("POST", where, {"role": "reader", "label": "Press", "password": "kites rise"})
    assert (status, told["has_password"], told["role"], told["suspended"]) == (201, True, "reader", False)
    path = told["url"].removeprefix("http://testserver")
    assert "plan.txt" not in Client(HTTP_ACCEPT_LANGUAGE="en").get(path).content.decode()
    one = f"links/{told['id']}"
    assert programs.alice.last["Location"] == f"/api/v1/{one}"
    assert programs.bob.refused("GET", one)[0] == 404
    assert programs.bob.get(where)["items"] == []
    programs.alice.get(one)
    tag = programs.alice.last["ETag"]
    assert programs.alice("PATCH", one, {"password": "", "label": "All"}, IF_MATCH=tag)[1]["label"] == "All"
    assert programs.alice.refused("PATCH", one, {"label": "None"}, IF_MATCH=tag)[0] == 412
    assert "plan.txt" in Client(HTTP_ACCEPT_LANGUAGE="en").get(path).content.decode()
    assert [item["url"] for item in programs.alice.get("links")["items"]] == [told["url"]]
    assert programs.alice("DELETE", one)[0] == 204
    assert Client().get(path).status_code == 404
    assert programs.alice.refused("GET", one)[0] == 404


@pytest.mark.parametrize(
    "told",
    [{"role": "manager"}, {"role": "commenter"}, {"role": None}, {"password": "short"}, {"uses_left": 0},
     {"until": "2001-01-01T00:00:00Z"}, {"label": "x" * 201}, {"mask": 111}, {"label": None}],
)  # fmt: skip
def test_a_link_that_cannot_be_is_a_400(town, programs, folder, told):
    assert programs.alice.refused("POST", f"links/node/{folder.pk}", told)[0] == 400
    assert not Link.objects.exists()


def test_a_link_of_who_may_no_longer_share_is_suspended_until_adopted(town, programs, folder):
    make.share(town.alice, folder, town.bob, 17)
    _status, told = programs.bob("POST", f"links/node/{folder.pk}", {})
    make.unshare(town.alice, folder, town.bob)
    assert programs.bob.get("links")["items"][0]["suspended"]
    listed = programs.alice.get(f"links/node/{folder.pk}")["items"]
    assert [(item["suspended"], item["by"]["username"]) for item in listed] == [(True, "bob")]
    assert not programs.alice("POST", f"links/{told['id']}/adopt")[1]["suspended"]
    assert programs.bob.get("links")["items"] == []


def test_its_maker_closes_a_link_to_what_they_see_no_more(town, programs, folder):
    make.share(town.alice, folder, town.eve, 17)
    _status, told = programs.eve("POST", f"links/node/{folder.pk}", {})
    make.unshare(town.alice, folder, town.eve)
    assert programs.eve.get(f"links/{told['id']}")["suspended"]
    assert programs.eve.refused("PATCH", f"links/{told['id']}", {"label": "x"})[0] == 404
    assert programs.eve("DELETE", f"links/{told['id']}")[0] == 204


def test_links_and_shares_ask_the_database_no_more_when_there_are_more(town, programs, folder):
    def cost(path):
        with CaptureQueriesContext(connection) as asked:
            programs.alice.get(path)
        return len(asked)

    make.make_link(town.alice, folder)
    paths = ["links", f"links/node/{folder.pk}", f"shares/node/{folder.pk}"]
    programs.alice.get("me")  # the first use of a password is noted
    before = [cost(path) for path in paths]
    for number in range(10):
        maker = make.make_user(f"maker{number}")
        make.share(town.alice, folder, maker, 17)
        make.make_link(maker, folder)
        make.make_link(town.alice, make.make_folder(town.alice, town.root, f"More {number}"))
    assert [cost(path) for path in paths] == before
    assert max(before) <= 8, before


def test_the_change_log_tells_what_one_sees_and_no_name_of_the_rest(town, programs, folder):
    make.restrict(town.alice, folder)
    secret = make.make_file(town.alice, folder, "dismissal.txt")
    open_one = make.make_file(town.alice, town.root, "menu.txt")
    where = f"spaces/{town.space.pk}/changes"
    mine, theirs = programs.alice.get(where), programs.bob.get(where)
    assert {"dismissal.txt", "menu.txt", "Budget"} <= {(item["after"] or {}).get("name") for item in mine["items"]}
    assert "dismissal" not in programs.bob.last.content.decode()
    assert "Budget" not in programs.bob.last.content.decode()
    assert secret.pk not in [item["thing"]["id"] for item in theirs["items"] if item["thing"]["kind"] == "node"]
    assert open_one.pk in [item["thing"]["id"] for item in theirs["items"]]
    assert theirs["next"] == mine["next"] == make.fresh(town.space).seq
    assert programs.eve.refused("GET", where)[0] == 404


def test_what_moves_into_sight_does_not_tell_the_name_it_had_before(town, programs, folder):
    make.restrict(town.alice, folder)
    file = make.make_file(town.alice, folder, "dismissal.txt")
    moving.move(make.act(town.alice), file, town.root, "letter.txt")
    programs.bob.get(f"spaces/{town.space.pk}/changes")
    told = programs.bob.last.content.decode()
    assert "letter.txt" in told
    assert "dismissal" not in told


def test_the_change_log_goes_on_where_it_was_left(town, programs, folder):
    where = f"spaces/{town.space.pk}/changes"
    seen, since, more = [], 0, True
    while more:
        told = programs.bob.get(f"{where}?since={since}&limit=2")
        seen += [item["seq"] for item in told["items"]]
        since, more = told["next"], told["more"]
    assert seen == sorted(set(seen))
    assert programs.bob.get(f"{where}?since={since}") == {"items": [], "next": since, "more": False}
    file = make.make_file(town.alice, folder, "new.txt")
    trashing.trash(make.act(town.alice), file)
    assert [item["kind"] for item in programs.bob.get(f"{where}?since={since}")["items"]] == ["add", "trash"]
    assert programs.bob.refused("GET", f"{where}?since={since + 1000}")[0] == 409
    for wrong in ("-1", "x", str(2**64)):
        assert programs.bob.refused("GET", f"{where}?since={wrong}")[0] == 400


def test_what_lies_in_trash_is_told_to_who_could_see_it_and_what_is_gone_to_nobody(town, programs, folder):
    file = make.make_file(town.alice, folder, "old.txt")
    row = trashing.trash(make.act(town.alice), file)
    where = f"spaces/{town.space.pk}/changes"
    assert "old.txt" in str(programs.bob.get(where))
    trashing.purge(make.act(town.alice), row)
    assert "old.txt" not in str(programs.bob.get(where))
    assert not Node.objects.filter(pk=file.pk).exists()
    assert make.mask_on(town.bob, folder) != READER.mask
