"""Where to: finding a folder, a new one within, who loses access said by name before it is done, clear refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collab.rights import explain, sight
from collab.rights.right import EDITOR, READER, Right
from collab.spaces.models import Space
from files.models import Node
from tests import town as make
from tests.files.web import HTMX, JSON, signed_in, text

MOVE, COPY = "files:move", "files:copy"


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def board(town):
    """Another space, in which alice and zoe are: bob of the team is not."""
    zoe = make.make_user("zoe")
    space = make.make_space(town.alice, "Board")
    make.share(town.alice, space, zoe, EDITOR.mask)
    return make.root_of(space)


def test_who_loses_access_is_said_by_name_before(web, town, board):
    folder = make.make_folder(town.alice, town.root, "Accounts")
    page = text(web.get(f"{reverse(MOVE)}?id={folder.pk}&into={board.pk}"))
    assert "1 person loses access: Bob." in page
    assert "1 more person will see it: Zoe." in page
    assert 'name="known" value="1"' in page
    fields = {"id": folder.pk, "into": board.pk}
    asked = web.post(reverse(MOVE), fields, **JSON)
    assert (asked.status_code, asked.json()["type"]) == (409, "urn:collab:loses-access")
    plain = web.post(reverse(MOVE), fields)
    assert plain.status_code == 409
    assert "1 person loses access: Bob." in text(plain)
    assert make.fresh(folder).space_id == town.space.pk
    done = web.post(reverse(MOVE), fields | {"known": "1"}, **JSON).json()
    assert make.fresh(folder).space_id == board.space_id
    undone = web.post(done["toast"]["undo"], done["toast"]["fields"], **JSON)
    assert undone.status_code == 200
    assert make.fresh(folder).parent_id == town.root.pk


def test_what_loses_nobody_is_done_at_once(web, town):
    mine = make.make_file(town.alice, make.home(town.alice), "plan.pdf")
    answer = web.post(reverse(MOVE), {"id": mine.pk, "into": town.root.pk}, **JSON)
    assert answer.status_code == 200
    folder = make.make_folder(town.alice, town.root, "Été")
    page = text(web.get(f"{reverse(MOVE)}?id={mine.pk}&into={folder.pk}"))
    assert "verdict" not in page


def test_what_was_shared_on_the_thing_goes_along(web, town, board):
    """Bob was given it himself, eve by the folder above alone; a reserved thing stays as it is."""
    folder = make.make_folder(town.alice, town.root, "Open")
    make.share(town.alice, folder, town.eve, READER.mask)
    mine = make.make_file(town.alice, folder, "kept.txt")
    make.share(town.alice, mine, town.bob, READER.mask)
    page = text(web.get(f"{reverse(MOVE)}?id={mine.pk}&into={board.pk}"))
    assert "1 person loses access: Eve." in page
    sealed = make.make_file(town.alice, folder, "sealed.txt")
    make.restrict(town.alice, sealed)
    assert "loses access" not in text(web.get(f"{reverse(MOVE)}?id={sealed.pk}&into={board.pk}"))
    assert web.post(reverse(MOVE), {"id": sealed.pk, "into": board.pk}, **JSON).status_code == 200


def test_the_sentence_is_what_happens(web, town, board):
    """The people named are those who could see before and cannot afterwards, by the rights themselves."""
    folder = make.make_folder(town.alice, town.root, "Accounts")
    inside = make.make_file(town.alice, folder, "in.txt")
    make.share(town.alice, inside, town.eve, READER.mask)
    make.share(town.alice, town.space, make.everyone(), READER.mask)
    for thing in (folder, inside):
        node = Node.objects.select_related("acl").get(pk=thing.pk)
        own = (node.acl.kind, node.acl.object_id) == ("node", node.pk)
        told = explain.preview_move(node, board.acl_id)
        found = sight.turned({node.acl_id: own}, board.acl_id)
        assert set(found.loses) == {pk for pk, mask in told.loses.items() if mask & Right.SEE}
        assert set(found.gains) == {pk for pk, mask in told.gains.items() if mask & Right.SEE}
        assert found.loses


def test_many_things_cost_no_more_than_one(web, town, board):
    files = [make.make_file(town.alice, town.root, f"{number}.txt") for number in range(12)]
    for file in files[:6]:
        make.share(town.alice, file, town.eve, READER.mask)
    address = f"{reverse(MOVE)}?into={board.pk}&id="
    web.get(f"{address}{files[0].pk}")
    with CaptureQueriesContext(connection) as one:
        web.get(f"{address}{files[0].pk}")
    with CaptureQueriesContext(connection) as many:
        web.get(address + ",".join(str(file.pk) for file in files))
    assert len(many) <= len(one)


def test_a_folder_is_found_by_its_name_where_one_may_add(web, town, board):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    deep = make.make_folder(town.alice, make.make_folder(town.alice, board, "Année"), "Réunions")
    hidden = make.make_folder(town.eve, make.home(town.eve), "Reunions of Eve")
    looked = make.make_folder(town.eve, make.home(town.eve), "Reunions to read")
    make.share(town.eve, looked, town.alice, READER.mask)
    page = text(web.get(f"{reverse(MOVE)}?id={file.pk}&into=places&q=reunion", HTTP_HX_TARGET="picker-choice", **HTMX))
    assert f"into={deep.pk}" in page
    assert "Board › Année" in page
    assert f"into={hidden.pk}" not in page
    assert f"into={looked.pk}" not in page
    assert f"into={board.pk}" in text(web.get(f"{reverse(COPY)}?id={file.pk}&q=board"))
    assert "No folder to which you may add" in text(web.get(f"{reverse(MOVE)}?id={file.pk}&q=%25"))


def test_a_place_of_the_column_is_one_too(web, town, board):
    file = make.make_file(town.alice, make.home(town.alice), "plan.pdf")
    assert web.post(reverse(MOVE), {"id": file.pk, "into": "@board"}, **JSON).status_code == 200
    assert make.fresh(file).parent_id == board.pk
    asked = web.post(reverse(MOVE), {"id": file.pk, "into": "mine"}, **JSON)
    assert asked.status_code == 409
    assert web.post(reverse(MOVE), {"id": file.pk, "into": "@nowhere"}, **JSON).status_code == 404


def test_what_cannot_be_done_says_why_and_whom_to_ask(town, board):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    make.share(town.alice, file, town.eve, READER.mask)
    eve = signed_in(town.eve)
    home = make.home(town.eve)
    page = text(eve.get(f"{reverse(MOVE)}?id={file.pk}&into={home.pk}"))
    assert "“plan.pdf” stays where it is. Only Team may do this here." in page
    assert eve.post(reverse(MOVE), {"id": file.pk, "into": home.pk}, **JSON).status_code == 403
    Space.objects.filter(pk=board.space_id).update(quota=3)
    alice = signed_in(town.alice)
    assert "Board is full (3\N{NO-BREAK SPACE}bytes)." in text(
        alice.get(f"{reverse(COPY)}?id={file.pk}&into={board.pk}")
    )


def test_things_of_several_folders_go_back_to_theirs(web, town):
    first, second, target = (make.make_folder(town.alice, town.root, name) for name in ("One", "Two", "Three"))
    files = [make.make_file(town.alice, folder, "a.txt") for folder in (first, second)]
    fields = {"id": [file.pk for file in files], "into": target.pk}
    answer = web.post(reverse(MOVE), fields, **JSON).json()
    assert make.names(town.alice, target) == ["a (2).txt", "a.txt"]
    assert answer["toast"]["undo"] == reverse("files:move-back")
    assert web.post(answer["toast"]["undo"], answer["toast"]["fields"], **JSON).status_code == 200
    assert [make.fresh(file).parent_id for file in files] == [first.pk, second.pk]
    for wrong in ("", "x", f"{files[0].pk}", f"{files[0].pk}-x", f"{files[0].pk}-{'9' * 30}"):
        assert web.post(reverse("files:move-back"), {"back": wrong}, **JSON).status_code == 400, wrong
    stranger = signed_in(town.eve).post(reverse("files:move-back"), {"back": f"{files[0].pk}-{target.pk}"}, **JSON)
    assert stranger.status_code == 404
    hidden = make.home(town.eve)
    assert web.post(reverse("files:move-back"), {"back": f"{files[0].pk}-{hidden.pk}"}, **JSON).status_code == 404
