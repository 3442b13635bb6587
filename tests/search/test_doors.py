"""The doors of the search: the page, the box, REST, the command, and an app that is found by its declaration alone."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from collab.events import log
from collab.registry import checks, registry
from collab.registry.plugin import Plugin
from collab.registry.searching import Written
from collab.search import indexing
from collab.search.models import Entry
from collab.search.plugin import plugin
from tests import town as make
from tests.api.program import Program
from tests.sample_app.models import Whiteboard
from tests.sample_app.plugin import plugin as sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(town, indexed):
    folder = make.make_folder(town.alice, town.root, "Été")
    file = make.make_file(town.bob, folder, "<b>Budget.txt", b"<script>alert()</script> buvette & co")
    indexed()
    return file


def test_the_page_and_the_box_show_the_same_and_escape_it(client, town, shelf):
    client.force_login(town.bob)
    for address in ("/search/", "/search/box/"):
        html = client.get(address, {"q": "buvette budget"}).content.decode()
        assert "&lt;b&gt;<mark>Budget</mark>.txt" in html
        assert "<script>alert" not in html
    html = client.get("/search/", {"q": "buvette"}).content.decode()
    assert "<mark>buvette</mark> &amp; co" in html
    assert f'href="/f/{shelf.pk}"' in html


def test_a_filter_is_a_link_to_the_same_line_with_it(client, town, shelf):
    client.force_login(town.bob)
    html = client.get("/search/", {"q": "buvette"}).content.decode()
    for more in ("type%3Atexts", "app%3Afiles", "in%3Aplans", "by%3ABob", "after%3A7d", "in%3Aplans%2F%C3%89t%C3%A9"):
        assert f'href="/search/?q=buvette+{more}"' in html, more
    assert "Clear the filters" not in html


def test_strangers_sign_in_first(client, db):
    for address in ("/search/", "/search/box/?q=x"):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code in {302, 405}


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "\0", "é" * 300, "in:" * 300, "type:" + "x" * 190, "%s %% \\ ' \" <->"]
)
def test_no_line_is_too_strange(client, town, shelf, query):
    client.force_login(town.bob)
    for address in ("/search/", "/search/box/"):
        assert client.get(address, {"q": query}).status_code == 200
    assert client.get("/search/", {"q": "x", "after": query}).status_code == 400


def test_the_box_offers_what_one_may_begin_here(client, town):
    client.force_login(town.bob)
    html = client.get("/search/box/", {"space": town.space.pk}).content.decode()
    assert 'href="/files/@plans/?new=folder"' in html
    client.force_login(town.eve)
    html = client.get("/search/box/", {"space": town.space.pk}).content.decode()
    assert 'href="/files/?new=folder"' in html
    assert "plans" not in html.lower()


def test_programs_find_the_same(town, shelf):
    program = Program(town.bob)
    answer = program.get("search?q=buvette")
    (item,) = answer["items"]
    assert item["thing"] == {"kind": "node", "id": shelf.pk}
    assert (item["title"], item["place"], item["by"]) == ("<b>Budget.txt", "Plans › Été", "Bob")
    assert [piece["text"] for piece in item["excerpt"] if piece["found"]] == ["buvette"]
    assert answer["next"] is None
    assert program.get("search?q=buvvete")["instead"] is None
    assert program.get("search?q=budgte")["swapped"] is True
    assert program.refused("GET", "search?q=x&after=zzz")[0] == 400
    assert program.refused("GET", "search?q=x&limit=1000")[0] == 400


def test_a_password_for_one_app_finds_what_is_in_it(town, shelf):
    files = Program(town.bob, scopes=("files",))
    assert len(files.get("search?q=buvette")["items"]) == 1
    assert files.get("search?q=plans")["items"] == files.get("search?q=alice")["items"] == []
    assert Program(town.bob, scopes=("calendars",)).get("search?q=buvette")["items"] == []
    assert Program(town.bob, scopes=("contacts",)).refused("GET", "search?q=buvette")[0] == 403


def test_reindex_makes_everything_anew_and_says_how_far_it_is(town, shelf, find):
    Entry.objects.all().delete()
    said = io.StringIO()
    call_command("reindex", stdout=said)
    assert "names: 2 of 2" in said.getvalue()
    assert "texts: 1 of 1" in said.getvalue()
    assert "Everything is indexed." in said.getvalue()
    assert find(town.bob, "buvette") == ["<b>Budget.txt"]
    Entry.objects.filter(ref_id=shelf.pk).update(body="", shadow="", words="")
    Entry.objects.create(kind="node", ref_id=10**9, title="ghost", label="ghost", at=datetime.now(UTC))
    call_command("reindex", space="plans", stdout=said)
    assert find(town.bob, "buvette") == ["<b>Budget.txt"]
    call_command("reindex", names=True, stdout=said)
    assert not Entry.objects.filter(title="ghost").exists()
    with pytest.raises(CommandError, match="no space"):
        call_command("reindex", space="nowhere", stdout=said)


def test_what_the_log_never_named_is_found_by_looking_through(town, shelf, find):
    Entry.objects.all().delete()
    assert indexing.look_through() == 2
    assert indexing.look_through() == 0
    assert Entry.objects.count() == 2


def test_words_that_no_name_has_any_more_are_forgotten(town, shelf):
    from collab.search.models import Term

    assert set(Term.objects.values_list("term", flat=True)) == {"budget"}
    Entry.objects.all().delete()
    indexing.tidy()
    assert not Term.objects.exists()


def test_a_third_party_app_is_found_by_its_declaration_alone(client, town, find, indexed):
    board = Whiteboard.objects.create(space=town.space, acl=town.space.acl, title="Ideas for the summer")
    log.record(town.space.pk, "add", ("whiteboard", board.pk), town.alice.pk)
    assert find(town.bob, "ideas") == ["Ideas for the summer"]
    assert find(town.eve, "ideas") == []
    indexed()
    assert find(town.bob, "summers app:sample") == ["Ideas for the summer"]
    assert find(town.bob, "pinned colour") == ["Ideas for the summer"], "its own words"
    assert find(town.bob, "ideas colour:blue") == ["Ideas for the summer"], "its own filter"
    assert find(town.bob, "ideas colour:red") == []
    client.force_login(town.bob)
    assert f'href="/sample/board/{board.pk}/"' in client.get("/search/?q=ideas").content.decode()
    board.delete()
    assert find(town.bob, "ideas") == []


def test_two_apps_cannot_search_one_kind(monkeypatch):
    twin = Plugin(slug="twin", name="Twin", icon="board", searches=sample.searches)
    monkeypatch.setattr(registry, "plugins", lambda: (sample, twin))
    assert [error.id for error in checks.check_plugins()] == ["collab.E005"]


def test_the_end_of_a_persons_own_space_ends_its_entries(town):
    make.make_file(town.bob, make.home(town.bob), "mine.txt")
    indexing.look_through()
    assert Entry.objects.filter(title="mine.txt").exists()
    plugin.people.forget(town.bob, heir=None, erase=True, by=None)
    assert not Entry.objects.filter(title="mine.txt").exists()


def test_a_text_at_hand_needs_no_reading():
    assert Written("a", None, datetime.now(UTC), text="b").source == ""
