"""Nobody finds what they may not see: no name, no word, no excerpt, no suggestion, at any door of the search."""

from __future__ import annotations

import re
import secrets
from functools import partial
from itertools import product
from urllib.parse import urlencode

import pytest
from django.db import connection

from collab.rights.right import DROP_BOX, EDITOR, READER
from collab.search import finding, guessing, kinds, recent, statement
from collab.search.language import Query
from files.actions import moving
from tests import town as make
from tests.api.program import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(town, indexed):
    """Words that bob must never see, each planted somewhere he may not look; the start of each is one he may guess."""
    words = []

    def canary():
        words.append(f"kanari{''.join(secrets.choice('bdfghklm') for _letter in range(12))}")
        return words[-1]

    def fill(folder):
        file = make.make_file(town.alice, folder, f"{canary()} réunion.txt", f"réunion {canary()} buvette".encode())
        make.make_file(town.alice, folder, file.name, f"réunion {canary()}".encode())
        make.make_folder(town.alice, folder, canary())
        make.throw_away(town.alice, make.make_file(town.alice, folder, canary(), canary().encode()))

    closed = make.make_folder(town.alice, town.root, canary())
    fill(make.home(town.alice))
    fill(closed)
    fill(make.root_of(make.make_space(town.alice, canary(), description=canary())))
    box = make.make_folder(town.alice, closed, canary())
    make.restrict(town.alice, closed)
    make.share(town.alice, box, town.bob, DROP_BOX.mask)
    make.make_group(canary(), town.alice)
    make.throw_away(town.alice, make.make_file(town.alice, town.root, canary(), canary().encode()))
    make.make_file(town.alice, town.root, "open réunion.txt", b"nothing of interest")
    indexed()
    return words


def questions(hidden):
    yield from (
        "",
        "k",
        "ka",
        "kanari",
        "kanar",
        "réunion",
        "reunoin",
        "buvette",
        '"réunion buvette"',
        "-zzz",
        "réunion -nothing",
    )
    yield from (
        "type:txt",
        "type:folder",
        "in:plans",
        "in:mine",
        "by:alice",
        "after:2000",
        "app:files",
        "type:space kan",
    )
    yield from ("in:~alice", "réunion -nothing", "kanari by:alice", "dans:kanari", "de:kanari", "type:group ka")
    for word in hidden:
        yield word[:-1]
        yield f"{word[:-2]}{'b' if word[-1] != 'b' else 'm'}"
        yield f'in:"plans/{word[:-1]}"'


def test_no_answer_has_a_word_that_its_asker_may_not_see(town, client, hidden):
    client.force_login(town.bob)
    program = Program(town.bob)
    leaks = []
    for number, question in enumerate(questions(hidden)):
        answers = [client.get("/search/box/" if number % 2 else "/search/", {"q": question})]
        program("GET", f"search?{urlencode({'q': question or '*', 'limit': 100})}")
        answers.append(program.last)
        for answer in answers:
            assert answer.status_code == 200, question
            leaks += [(question, word) for word in hidden if word in answer.content.decode()]
    assert leaks == []
    assert len(finding.find(make.act(town.alice), "kanari", limit=100).hits) >= 8


def test_a_guess_that_is_right_is_answered_as_one_that_is_wrong(town, client, hidden):
    """Whether a word is anywhere in the house cannot be told from any answer."""
    client.force_login(town.bob)
    told = set()
    for word in (*hidden[:6], "kanarimmmmmmbbbbbb", "kanaribbbbbbmmmmmm"):
        told.add(client.get("/search/box/", {"q": word}).content.decode().replace(word, "…"))
    assert len(told) == 1


@pytest.mark.parametrize("what", ["unshare", "restrict", "move", "trash", "expire", "archive-and-leave"])
def test_what_one_loses_is_not_found_from_that_moment(town, find, indexed, what):
    folder = make.make_folder(town.alice, make.home(town.alice), "Folder")
    file = make.make_file(town.alice, folder, "Guinguette.txt", b"accordion")
    make.share(town.alice, folder, town.eve, READER.mask)
    indexed()
    assert find(town.eve, "guinguette") == find(town.eve, "accordion") == ["Guinguette.txt"]
    if what == "unshare":
        make.unshare(town.alice, folder, town.eve)
    elif what == "restrict":
        make.restrict(town.alice, file)
    elif what == "move":
        moving.move(make.act(town.alice), make.fresh(file), make.home(town.alice), "Guinguette.txt")
    elif what == "trash":
        make.throw_away(town.alice, folder)
    elif what == "expire":
        make.expire(folder, town.eve.principal)
    else:
        make.change(town.eve, is_active=False)
    assert find(town.eve, "guinguette") == find(town.eve, "accordion") == []


def test_what_one_is_given_is_found_from_that_moment(town, find, indexed):
    file = make.make_file(town.alice, make.home(town.alice), "Guinguette.txt", b"accordion")
    indexed()
    make.share(town.alice, file, town.eve, READER.mask)
    assert find(town.eve, "accordion") == ["Guinguette.txt"]


def test_a_guest_finds_what_was_shared_and_whom_they_share_a_group_with(town, find, indexed):
    gus = make.make_user("gus", "guest")
    file = make.make_file(town.alice, town.root, "Guinguette.txt", b"accordion")
    make.share(town.alice, file, gus, READER.mask)
    indexed()
    assert find(gus, "accordion") == ["Guinguette.txt"]
    assert find(gus, "alice") == find(gus, "plans") == find(gus, "team") == []
    make.make_group("Friends", gus, town.alice)
    assert find(gus, "alice") == ["Alice"]


def test_who_may_only_drop_something_off_finds_nothing_there(town, find, indexed):
    box = make.make_folder(town.alice, make.home(town.alice), "Dropbox")
    make.share(town.alice, box, town.eve, DROP_BOX.mask)
    make.make_file(town.eve, box, "Guinguette.txt", b"accordion")
    indexed()
    assert find(town.eve, "accordion") == find(town.eve, "guinguette") == find(town.eve, "dropbox") == []


@pytest.mark.parametrize("expected", [0, 10_000, 10**6], ids=["few", "many", "most"])
@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("words", ["réunion", "réunion in:plans"])
def test_rights_are_one_flat_semi_join_in_each_branch(town, monkeypatch, expected, little, words):
    if not little:
        monkeypatch.setattr(guessing, "_THINGS", 0)
    make.make_file(town.alice, town.root, "Guinguette.txt")
    query = finding.read(make.act(town.bob), words)
    branches = statement.branches(
        [one for one in kinds.narrowed(make.act(town.bob), query) if one.search.kind == "node"],
        statement.Wanted.of(query), statement.Bounds(), dict.fromkeys((0, 1, 2), expected), guessing.Seen(),
    )  # fmt: skip
    assert len(branches) == 3
    for branch in branches:
        sifted = branch.text.count("(e.ref_id IN (SELECT t.id FROM (")  # beforehand, by what is seen
        assert sifted == (not little and expected > 2000 and words == "réunion")
        assert len(re.findall(r"\bIN \(SELECT l\.acl_id FROM rights_lineage l JOIN rights_grant", branch.text)) == 1
        assert len(re.findall(r"\bIN \(SELECT", branch.text)) == 1 + sifted
        assert ("e.ref_id = ANY" in branch.text) == (little and expected > 2000)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {branch.text}", branch.values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        # a list that is made once, and no question within a question
        assert plan.count("SubPlan") == plan.count("hashed SubPlan") + sifted, plan
        assert plan.count("hashed SubPlan") == sifted, plan


@pytest.mark.parametrize("who", ["alice", "bob", "eve"])
def test_the_sieve_holds_back_nothing_that_one_sees(town, monkeypatch, who):
    monkeypatch.setattr(guessing, "_THINGS", 0)
    folder = make.make_folder(town.alice, town.root, "Summer")
    inner = make.make_folder(town.alice, folder, "Inner")
    for place in (town.root, folder, inner):
        make.make_file(town.alice, place, "tent.txt")
    make.restrict(town.alice, folder)
    make.share(town.alice, inner, town.eve)
    sifted = set()
    for kind in kinds.narrowed(make.act(getattr(town, who)), Query()):
        seen = set(kind.objects.values_list("pk", flat=True))
        if kind.search.everything is None or not seen or (sieve := guessing.Seen().sieve(kind)) is None:
            continue
        sifted.add(kind.search.kind)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.ref_id FROM unnest(%s::bigint[]) e (ref_id) WHERE {sieve[0]}", [[*seen], *sieve[1]]
            )
            assert {row[0] for row in cursor.fetchall()} == seen, kind.search.kind
    assert "node" in sifted


def test_however_it_is_looked_for_the_same_is_found_page_by_page(town, indexed, monkeypatch):
    mine = [make.make_file(town.alice, town.root, f"tent {number}.txt", mtime=1000 + number) for number in range(5)]
    told = [
        make.make_file(town.alice, town.root, f"{number}.txt", b"a tent", mtime=500 + number) for number in range(3)
    ]
    hers = make.make_folder(town.eve, make.home(town.eve), "tent of eve")
    indexed()
    all_of_it = [file.pk for file in (*reversed(mine), *reversed(told))]
    windows = [{}, {16: 1002}, {16: 1003, 4: 501}, {4: 9999, 16: 9999}, {16: 1, 4: 9}]
    for things, since, expected in product([guessing._THINGS, 0], windows, [0, 10_000, 10**6]):
        for what, value in {"_THINGS": things, "_much": guessing.Lately(), "_some": guessing.Lately()}.items():
            monkeypatch.setattr(guessing, what, value)
        monkeypatch.setattr(recent, "windows", partial(recent.between, since))
        monkeypatch.setattr(statement, "expected", lambda vector, wanted, expected=expected: expected)
        found, cursor = [], ""
        while True:
            page = finding.find(make.act(town.bob), "tent", after=cursor, limit=2)
            found += [hit.id for hit in page.hits]
            cursor = page.next
            if not cursor:
                break
        assert found == all_of_it, (things, since, expected)
        assert hers.pk not in found


def test_an_editor_finds_as_a_reader_does(town, find, indexed):
    file = make.make_file(town.alice, make.home(town.alice), "Guinguette.txt", b"accordion")
    make.share(town.alice, file, town.eve, EDITOR.mask)
    indexed()
    assert find(town.eve, "accordion") == ["Guinguette.txt"]
