"""The rights board through its pages: who sees which columns, saving, conflicts, undo, filter, lists, file."""

import csv
import html as markup
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.events.models import AuditEntry
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER, READER, Right
from tests import town as make
from tests.shell.sharing import mask

BOARD = "/administration/rights/"
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def folder(alice, root):
    return make.make_folder(alice, root, "Secret accounts")


@pytest.fixture
def finances(alice, folder):
    group = make.make_group("Finances")
    make.share(alice, folder, group, EDITOR.mask)
    return group


def cell(thing, who, seen, wanted, end=0):
    return f"{thing.REF_KIND}:{thing.pk}:{who.principal.pk}:{int(seen)}:{end}:{int(wanted)}"


def text(page):
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def at(space):
    return f"/spaces/{space.pk}/rights/"


def test_the_board_is_for_administrators_and_a_space_s_for_its_managers(as_, admin, alice, bob, eve, space):
    assert as_(admin).get(BOARD).status_code == 200
    assert as_(alice).get(BOARD).status_code == 403
    assert as_(alice).get(at(space)).status_code == 200
    refused = as_(bob).get(at(space))
    assert refused.status_code == 403
    assert "Ask Alice" in text(refused) or "Only Alice" in text(refused)
    assert as_(eve).get(at(space)).status_code == 404
    assert as_(admin).get(at(space)).status_code == 404


def test_an_administrator_sees_rights_everywhere_but_no_name_that_is_not_theirs(as_, admin, space, finances, eve):
    make.make_folder(eve, make.home(eve), "Diary")
    page = as_(admin).get(BOARD)
    assert "Plans" in text(page)
    assert "A folder" in text(page)
    assert "Secret accounts" not in text(page)
    assert "Diary" not in text(page)
    assert "Finances" in text(page)
    assert as_(admin).get(f"{BOARD}?c=Secret").content.decode().count('<th scope="col" data-ref') == 0


def test_a_rank_gives_no_right_to_change_anything(as_, admin, space, team):
    page = as_(admin).get(BOARD)
    assert "data-fixed" in page.content.decode()
    answer = as_(admin).post(f"{BOARD}save/", {"cell": cell(space, team, EDITOR.mask, 0)}, **SCRIPT)
    assert answer.status_code == 403
    assert "Ask Alice" in next(iter(answer.json()["fields"].values())) or "Only Alice" in str(answer.json())
    assert mask(space, team) == EDITOR.mask


def test_several_cells_are_saved_told_and_undone(as_, alice, bob, eve, space, folder, finances, team):
    browser = as_(alice)
    cells = [cell(space, team, EDITOR.mask, READER.mask), cell(folder, finances, EDITOR.mask, MANAGER.mask)]
    told = browser.post(f"{at(space)}preview/", {"cell": cells}, **SCRIPT)
    assert "Bob loses" in text(told)
    assert mask(space, team) == EDITOR.mask
    before = AuditEntry.objects.count()
    answer = browser.post(f"{at(space)}save/", {"cell": cells}, **SCRIPT)
    assert answer.status_code == 200
    toast = answer.json()["toast"]
    assert toast["text"] == "Rights saved: 1 loses."
    assert (mask(space, team), mask(folder, finances)) == (READER.mask, MANAGER.mask)
    assert AuditEntry.objects.count() == before + 2
    assert browser.post(toast["undo"], toast["fields"], **SCRIPT).status_code == 200
    assert (mask(space, team), mask(folder, finances)) == (EDITOR.mask, EDITOR.mask)


def test_a_person_who_gains_and_one_who_loses_are_named(as_, alice, bob, eve, space, team):
    cells = [cell(space, eve, 0, READER.mask), cell(space, team, EDITOR.mask, 0)]
    told = text(as_(alice).post(f"{at(space)}preview/", {"cell": cells}, **SCRIPT))
    assert "Eve gains a right" in told
    assert "Bob loses “Plans”" in told


def test_somebody_else_s_change_is_a_conflict_with_both_values(as_, alice, space, folder, finances, team):
    cells = [cell(space, team, READER.mask, MANAGER.mask), cell(folder, finances, EDITOR.mask, 0)]
    answer = as_(alice).post(f"{at(space)}save/", {"cell": cells}, **SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["fields"] == {
        f"space:{space.pk}:{team.principal.pk}": "Team on “Plans”: now “Can edit”; you chose “Manages”."
    }
    assert mask(folder, finances) == EDITOR.mask


def test_a_refusal_names_its_cell_in_a_plain_page_too(as_, alice, space, team):
    answer = as_(alice).post(
        f"{at(space)}save/", {"cell": cell(space, alice, MANAGER.mask, 0), "row": alice.principal.pk}
    )
    assert answer.status_code == 409
    assert "Alice on “Plans”: A space always keeps at least one manager." in text(answer)


@pytest.mark.parametrize(
    "sent",
    ["", "space", "space:1:2:3", "space:1:2:3:4:999", "Space:1:2:0:0:1", "space:1:1:0:0:-1", "x" * 5000,
     "space:99999999999999999999:1:0:0:1", "space:1:1:0:0:1\n", "nothing:1:1:0:0:1", "space:1:1:0:0:2"],
)  # fmt: skip
def test_nonsense_is_refused(as_, alice, space, sent):
    answer = as_(alice).post(f"{at(space)}save/", {"cell": sent}, **SCRIPT)
    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("before", ["", "{}", "[1]", "[[1,2,3]]", '[["space",1,1,0,0,1,"x",""]]', "[" * 9000, "null"])
def test_a_forged_undo_is_refused(as_, alice, space, before):
    answer = as_(alice).post(f"{at(space)}save/", {"before": before}, **SCRIPT)
    assert answer.status_code == 400


def test_an_undo_cannot_reach_beyond_the_board(as_, alice, bob, space):
    other = make.make_space(bob, "Elsewhere")
    before = json.dumps([["space", other.pk, alice.principal.pk, 0, 0, 255, None, ""]])
    assert as_(alice).post(f"{at(space)}save/", {"before": before}, **SCRIPT).status_code == 404
    home = make.home(alice).space
    before = json.dumps([["space", home.pk, bob.principal.pk, 0, 0, 255, None, ""]])
    assert as_(alice).post(f"{at(space)}save/", {"before": before}, **SCRIPT).status_code == 404
    assert mask(home, bob) is None


def test_a_person_is_added_as_a_row_and_taken_off(as_, admin, eve, team):
    browser = as_(admin)
    page = browser.get(BOARD, {"person": "Eve"}, follow=True)
    assert page.redirect_chain[-1][0].endswith(f"with={eve.principal.pk}")
    assert f'data-principal="{eve.principal.pk}"' in page.content.decode()
    page = browser.get(BOARD, {"with": eve.principal.pk, "off": eve.principal.pk})
    assert f'data-principal="{eve.principal.pk}"' not in page.content.decode()
    assert browser.get(BOARD, {"person": "Nobody Known"}).status_code == 400
    assert browser.get(BOARD, {"person": "Team"})["Location"] == f"{BOARD}?q=Team"


def test_people_with_rights_of_their_own_are_rows_of_their_space(as_, alice, space):
    assert f'data-principal="{alice.principal.pk}"' in as_(alice).get(at(space)).content.decode()


def test_the_filter_narrows_rows_and_columns(as_, alice, owner, space, folder, finances, team):
    make.share(alice, space, owner, MANAGER.mask)
    browser = as_(owner)
    rows = lambda **asked: re.findall(r'<tr data-principal="(\d+)"', browser.get(BOARD, asked).content.decode())  # noqa: E731
    columns = lambda **asked: re.findall(r'data-ref="([^"]+)"', browser.get(BOARD, asked).content.decode())  # noqa: E731
    assert rows(q="finan") == [str(finances.principal.pk)]
    assert str(team.principal.pk) in rows(q="bob")
    assert columns(c="secret") == [f"node:{folder.pk}"]
    assert columns(kind="space") == [f"space:{space.pk}"]
    assert columns(kind="nonsense") == columns()
    assert str(finances.principal.pk) in rows(differs="1")
    empty = make.make_group("Idle")
    assert str(empty.principal.pk) not in rows(differs="1")
    assert str(empty.principal.pk) in rows()
    assert browser.get(BOARD, {"q": "a\0b", "r": "9" * 30, "n": "-4", "with": "x"}).status_code == 200


def test_a_list_of_one_row_or_thing_works_without_script(as_, alice, space, folder, finances, team):
    browser = as_(alice)
    page = browser.get(at(space), {"row": finances.principal.pk})
    assert "What Finances may do" in text(page)
    wanted = cell(folder, finances, EDITOR.mask, READER.mask)
    assert f'value="{wanted}"' in page.content.decode()
    fields = {"cell": [wanted, cell(space, finances, 0, 0)], "row": finances.principal.pk}
    checked = browser.post(f"{at(space)}preview/", fields)
    assert f'value="{wanted}" selected' in checked.content.decode()
    saved = browser.post(f"{at(space)}save/", fields, follow=True)
    assert saved.redirect_chain[-1][0] == f"{at(space)}?row={finances.principal.pk}"
    assert "Rights saved" in text(saved)
    assert mask(folder, finances) == READER.mask
    page = browser.get(at(space), {"thing": f"node:{folder.pk}"})
    assert "Who gets into Secret accounts" in text(page)
    assert browser.get(at(space), {"thing": "node:0"}).status_code == 404
    assert browser.get(at(space), {"thing": "node:x"}).status_code == 400
    assert browser.get(at(space), {"row": "999999"}).status_code == 404


def test_special_rights_and_ends_are_shown(as_, alice, eve, space):
    make.share(alice, space, eve, Right.SEE | Right.SHARE, expires_at=make.in_hours(72))
    page = as_(alice).get(at(space))
    assert "Special" in text(page)
    assert "until" in text(page)
    assert "Special: view, share" in text(as_(alice).get(at(space), {"row": eve.principal.pk}))


def test_the_file_is_safe_for_spreadsheets(as_, alice, space, team, folder, finances):
    make.change(finances, name='=HYPERLINK("http://x")')
    make.change(folder, name="a;b")
    make.share(alice, space, make.everyone(), READER.mask)
    answer = as_(alice).get(f"{at(space)}export/")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[1][1:] == ["Plans", "a;b"]
    byname = {line[0]: line[1:] for line in lines[2:]}
    assert byname["Team"] == ["Can edit", "[Edit]"]
    assert byname['\'=HYPERLINK("http://x")'] == ["[View]", "Can edit"]


def test_the_number_of_queries_does_not_grow_with_the_board(as_, owner, alice, space):
    browser = as_(owner)
    browser.get(BOARD)
    with CaptureQueriesContext(connection) as few:
        browser.get(BOARD)
    for number in range(4):
        more = make.make_space(alice, f"Space {number}")
        group = make.make_group(f"Group {number}", alice)
        for one in range(3):
            make.share(alice, make.make_folder(alice, make.root_of(more), f"Folder {one}"), group, READER.mask)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(BOARD)
    assert page.content.decode().count("data-ref") == 17
    assert len(many) <= len(few) + 1


def test_a_long_board_comes_in_pages(as_, owner, alice, monkeypatch):
    from collab.shell.board import columns, page, rows

    for module in (page.board,):
        monkeypatch.setattr(module, "ROWS", 2)
        monkeypatch.setattr(module, "COLUMNS", 3)
    monkeypatch.setattr(columns.page, "__defaults__", (3,))
    monkeypatch.setattr(rows.page, "__defaults__", (2,))
    for number in range(3):
        space = make.make_space(alice, f"Space {number}")
        make.make_group(f"Group {number}")
        for one in range(2):
            make.share(alice, make.make_folder(alice, make.root_of(space), f"Folder {one}"), make.everyone(), 1)
    browser, address, found, rows_found = as_(owner), BOARD, [], []
    while True:
        page = browser.get(address).content.decode()
        found += re.findall(r'data-ref="([^"]+)"', page)
        more = re.search(r'href="([^"]+)">(?:(?!</a>).)*More things', page)
        if not more:
            break
        address = markup.unescape(more[1])
    assert len(found) == len(set(found)) == 10  # Plans, and three spaces of three
    address = BOARD
    while True:
        page = browser.get(address).content.decode()
        rows_found += re.findall(r'<tr data-principal="(\d+)"', page)
        more = re.search(r'href="([^"]+)">(?:(?!</a>).)*More groups', page)
        if not more:
            break
        address = markup.unescape(more[1])
    assert len(rows_found) == len(set(rows_found)) == 5


def test_it_speaks_french(as_, alice, space, team):
    page = text(as_(alice, "fr").get(at(space)))
    for word in ("Tableau des droits", "Modifier", "Les droits s’ajoutent", "Tout le monde"):
        assert word in page


def test_names_are_escaped(as_, alice, space):
    make.make_group("<script>alert(1)</script>")
    page = as_(alice).get(at(space)).content.decode()
    assert "<script>alert(1)" not in page


def test_an_archived_space_s_board_can_be_read_not_changed(as_, alice, space, team):
    make.change(space, archived_at=make.in_hours(-1))
    page = as_(alice).get(at(space))
    assert page.status_code == 200
    assert "data-fixed" in page.content.decode()
    answer = as_(alice).post(f"{at(space)}save/", {"cell": cell(space, team, EDITOR.mask, 0)}, **SCRIPT)
    assert answer.status_code == 403
    assert Grant.objects.filter(acl=space.acl, principal=team.principal).exists()
