"""What is found: words in names and texts, in both languages, with filters, page by page, and nothing of the trash."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.lib.errors import BadInput
from collab.marks.actions.labelling import label
from collab.registry import house
from collab.rights.right import READER
from collab.search import finding
from collab.search.models import Entry
from files.actions import moving
from tests import sealing
from tests import town as make
from tests.conftest import Town, build_town
from tests.replay import Replay
from tests.search.conftest import read_all

pytestmark = pytest.mark.django_db

NOON = 1_699_963_200
"""14 November 2023, UTC: when what is on the shelf was written; later by as long as the tests have run."""


@pytest.fixture(scope="session")
def _shelf(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Replay(fill_shelf)


@pytest.fixture
def town(request, db, store):
    if "shelf" in request.fixturenames and not sealing.IS_ON:
        return Town(*(make.fresh(one) for one in request.getfixturevalue("_shelf").again()[0]))
    return build_town()


@pytest.fixture
def shelf(town, request):
    """Some files of alice in the space."""
    files = put_on_shelf(town) if sealing.IS_ON else request.getfixturevalue("_shelf").result[1]
    return {name: make.fresh(one) for name, one in files.items()}


def fill_shelf():
    town = build_town()
    return town, put_on_shelf(town)


def put_on_shelf(town):
    summer = make.make_folder(town.alice, town.root, "Été 2026")
    files = {
        "Compte-rendu réunion.md": "Les réunions du bureau ont lieu le mardi. Le cœur du sujet est la buvette.",
        "budget.csv": "poste;montant\nbuvette;1250\nballons;300",
        "Annual report.txt": "Our meetings were running late. The treasurer presents expenses.",
        "IMG_2041.jpg": "no text",
    }
    made = {
        name: make.make_file(town.bob, summer, name, text.encode(), mtime=NOON + 1000 * place)
        for place, (name, text) in enumerate(files.items())
    }
    read_all()
    return made | {"summer": summer}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("réunion", ["Compte-rendu réunion.md"]),
        ("REUNIONS", ["Compte-rendu réunion.md"]),
        ("reuni", ["Compte-rendu réunion.md"]),
        ("été", ["Été 2026"]),
        ("ete 2026", ["Été 2026"]),
        ("buvette", ["budget.csv", "Compte-rendu réunion.md"]),
        ("coeur", ["Compte-rendu réunion.md"]),
        ("cœur", ["Compte-rendu réunion.md"]),
        ("meeting", ["Annual report.txt"]),
        ("expense run", ["Annual report.txt"]),
        ("expense buvette", []),
        ("buvette -montant", ["Compte-rendu réunion.md"]),
        ("buvette -budget", ["Compte-rendu réunion.md"]),
        ('"bureau ont lieu"', ["Compte-rendu réunion.md"]),
        ('"lieu bureau"', []),
        ("compte-rendu", ["Compte-rendu réunion.md"]),
        ("rendu-compte", []),
        ("2041", ["IMG_2041.jpg"]),
        ("img", ["IMG_2041.jpg"]),
        ("csv", ["budget.csv"]),
        ("budget.csv", ["budget.csv"]),
        ("type:pdf", []),
        ("type:csv", ["budget.csv"]),
        ("type:pictures", ["IMG_2041.jpg"]),
        ("type:photos", ["IMG_2041.jpg"]),
        ("type:tables buvette", ["budget.csv"]),
        ("type:folder ete", ["Été 2026"]),
        ("type:dossier", ["Été 2026"]),
        ("buvette in:plans", ["budget.csv", "Compte-rendu réunion.md"]),
        ('buvette in:"Plans/Été 2026"', ["budget.csv", "Compte-rendu réunion.md"]),
        ('buvette dans:"été 2026"', ["budget.csv", "Compte-rendu réunion.md"]),
        ("buvette in:Plans/Hiver", []),
        ("buvette in:nowhere", []),
        ("buvette in:mine", []),
        ("buvette by:bob", ["budget.csv", "Compte-rendu réunion.md"]),
        ("buvette de:alice", []),
        ("buvette by:me", []),
        ("buvette after:2023-11-14", ["budget.csv", "Compte-rendu réunion.md"]),
        ("buvette after:2024", []),
        ("buvette before:2024", ["budget.csv", "Compte-rendu réunion.md"]),
        ("buvette before:2023", []),
        ("buvette app:files", ["budget.csv", "Compte-rendu réunion.md"]),
        ("buvette app:people", []),
        ("buvette type:person", []),
        ("'; DROP TABLE x; -- buvette & | ! :* \\ <-> %s", []),
        ("100% \\", []),
    ],
)
def test_what_is_typed_finds(town, shelf, find, typed, found):
    assert find(town.alice, typed) == found


def test_what_is_called_just_so_comes_first_then_names_then_texts(town, shelf, find, indexed):
    make.make_file(town.alice, town.root, "notes.txt", b"the budget of next year", mtime=1_900_000_000)
    make.make_file(town.alice, town.root, "Budget 2025 draft.txt", b"", mtime=1_800_000_000)
    indexed()
    assert find(town.alice, "budget") == ["budget.csv", "Budget 2025 draft.txt", "notes.txt"]


def test_people_groups_and_spaces_are_found_by_name(town, find):
    assert find(town.bob, "alic") == ["Alice"]
    assert find(town.bob, "team") == ["Team"]
    assert find(town.eve, "team") == []
    assert find(town.bob, "plan") == ["Plans"]
    assert find(town.eve, "plan") == []
    assert find(town.bob, "type:espace plans") == ["Plans"]


def test_a_new_name_is_found_at_once_and_its_contents_later(town, find, indexed):
    file = make.make_file(town.alice, town.root, "Guinguette.txt", b"accordion")
    assert find(town.bob, "guinguet") == ["Guinguette.txt"]
    assert find(town.eve, "guinguet") == []
    assert find(town.bob, "accordion") == []
    indexed()
    assert find(town.bob, "accordion") == ["Guinguette.txt"]
    moving.move(make.act(town.alice), make.fresh(file), make.fresh(town.root), "Bal musette.txt")
    assert find(town.bob, "musette") == ["Bal musette.txt"]
    indexed()
    assert find(town.bob, "musette accordion") == ["Bal musette.txt"]
    assert find(town.bob, "guinguette") == []


def test_what_is_in_the_trash_is_not_found_and_comes_back_with_it(town, shelf, find, indexed):
    row = make.throw_away(town.alice, shelf["summer"])
    assert find(town.alice, "buvette") == find(town.alice, "2041") == []
    indexed()
    assert find(town.alice, "buvette") == []
    from files.actions import trashing

    trashing.restore(make.act(town.alice), row)
    assert len(find(town.alice, "buvette")) == 2


def test_what_was_removed_for_good_leaves_the_index(town, shelf, indexed):
    from files.actions import trashing

    trashing.purge(make.act(town.alice), make.throw_away(town.alice, shelf["summer"]))
    indexed()
    assert not Entry.objects.exists()


def test_a_space_that_is_deleted_leaves_the_index(town, shelf):
    from collab.search import indexing

    indexing.erase(town.space)
    assert not Entry.objects.exists()


def test_copies_of_a_folder_are_found_with_their_texts(town, shelf, find, indexed):
    moving.copy(make.act(town.alice), make.fresh(shelf["summer"]), make.fresh(town.root), "Copy")
    indexed()
    assert len(find(town.alice, "treasurer")) == 2


def test_what_moves_to_another_space_is_found_there(town, shelf, find, indexed):
    other = make.make_space(town.alice, "Other")
    moving.move(make.act(town.alice), make.fresh(shelf["summer"]), make.root_of(other), "Été 2026")
    indexed()
    assert len(find(town.alice, "buvette in:other")) == 2
    assert find(town.bob, "buvette") == find(town.alice, "buvette in:plans") == []
    assert set(Entry.objects.values_list("space_id", flat=True)) == {other.pk}


def test_archived_spaces_are_found_and_say_so(town, shelf):
    make.change(town.space, archived_at=timezone.now())
    found = finding.find(make.act(town.bob), "buvette")
    assert [hit.shown.archived for hit in found.hits] == [True, True]


def test_apps_that_are_switched_off_are_left_out(town, shelf, find):
    house.put("files.who", [])
    assert find(town.alice, "buvette") == []
    assert find(town.alice, "plans") == ["Plans"]


def test_pages_follow_each_other_without_a_gap(town, find, indexed):
    names = [f"Photo {number:03}.txt" for number in range(21)]
    for number, name in enumerate(names):
        make.make_file(town.alice, town.root, name, b"photo", mtime=1_700_000_000 + number // 2)
    make.make_file(town.alice, town.root, "album.txt", b"a photo inside")
    indexed()
    seen, after = [], ""
    while True:
        found = finding.find(make.act(town.bob), "photo", after=after, limit=5)
        seen += [hit.shown.title for hit in found.hits]
        after = found.next
        if not after:
            break
    assert sorted(seen) == sorted([*names, "album.txt"])
    assert len(seen) == len(set(seen)) == 22
    assert seen[-1] == "album.txt"


@pytest.mark.parametrize("after", ["x", "WzFd", "WzEsMiwzXQ", "WzEsIjIwMjYtMDEtMDEiLDFd"])
def test_a_foreign_cursor_is_refused(town, after):
    with pytest.raises(BadInput):
        finding.find(make.act(town.bob), "photo", after=after)


def test_what_bears_a_label_is_found_by_it(town, shelf, find):
    label(make.act(town.alice), [make.fresh(shelf["budget.csv"])], new="À revoir")
    assert find(town.alice, 'tag:"a revoir"') == find(town.alice, "buvette étiquette:«à revoir»") == ["budget.csv"]
    assert find(town.alice, "buvette tag:urgent") == find(town.eve, 'tag:"à revoir"') == []


def test_a_result_says_where_who_when_and_marks_the_words(town, shelf):
    hit = finding.find(make.act(town.alice), "reunions").hits[0]
    assert (hit.shown.place, hit.shown.by) == ("Plans › Été 2026", "Bob")
    assert hit.shown.at == datetime.fromtimestamp(shelf["Compte-rendu réunion.md"].mtime, UTC)
    assert [piece.text for piece in hit.title if piece.found] == ["réunion"]
    assert [piece.text for piece in hit.excerpt if piece.found] == ["réunions"]
    hit = finding.find(make.act(town.alice), "buvet").hits[-1]
    assert [piece.text for piece in hit.excerpt if piece.found] == ["buvette"]


def test_an_excerpt_is_taken_where_the_words_are(town, indexed):
    text = "du vent " * 5000 + "enfin le Cœur de l'été arrive " + "et du vent " * 5000
    make.make_file(town.alice, town.root, "long.txt", text.encode())
    indexed()
    (hit,) = finding.find(make.act(town.alice), "coeur ete").hits
    shown = "".join(piece.text for piece in hit.excerpt)
    assert "enfin le Cœur de l'été arrive" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert [piece.text for piece in hit.excerpt if piece.found] == ["Cœur", "été"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("buvvete", None), ("bugdet", "budget"), ("anual", "annual"), ("reunoin", "reunion"),
     ("compte reunoin", "compte reunion"), ("Allice", "alice"), ("zzzzzz", None)],
)  # fmt: skip
def test_a_word_of_a_name_that_is_mistyped_is_put_right(town, shelf, typed, meant):
    found = finding.find(make.act(town.alice), typed)
    assert (found.instead and found.instead.said) == meant
    assert found.swapped == bool(meant)
    assert bool(found) == bool(meant)


@pytest.mark.parametrize(
    "typed", ["buvette", "bu", "zzz", "bugdet", 'buvette type:csv in:"Plans/Été 2026" by:bob after:2020']
)
def test_a_search_costs_a_handful_of_queries(town, shelf, typed):
    actor = make.act(town.alice)
    with CaptureQueriesContext(connection) as queries:
        finding.find(actor, typed)
    assert len(queries) <= 20, "\n".join(query["sql"] or "" for query in queries)
    few = len(queries)
    with CaptureQueriesContext(connection) as queries:
        finding.find(actor, typed, limit=100)
    assert len(queries) <= few


def test_visitors_and_nobody_find_nothing(town, shelf):
    link = make.make_link(town.alice, shelf["summer"], READER.mask)
    with CaptureQueriesContext(connection) as queries:
        assert not finding.find(make.visitor(link), "buvette")
    assert len(queries) == 0


def test_a_link_that_is_open_widens_no_search(town, shelf):
    link = make.make_link(town.alice, shelf["summer"], READER.mask)
    assert finding.find(make.act(town.eve).with_links([link]), "buvette").hits == ()
