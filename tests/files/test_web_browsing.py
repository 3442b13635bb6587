"""Finding one's way: folders, pages of a list, order, what is shared, and what may not be seen."""

import gzip
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collab.lib.paging import seal
from collab.rights.right import READER
from collab.spaces.models import Space
from files.models import Node
from files.views import lists
from files.views.order import Order
from tests import town as make
from tests.files.web import HTMX, signed_in, space_url, text

NAME = re.compile(r'class="item__title" href="[^"]*">([^<]*)</a>')
MORE = re.compile(r'hx-get="(\?[^"]*)"')


def names(response):
    return NAME.findall(text(response))


def test_it_works(town):
    make.make_folder(town.alice, town.root, "Été")
    make.make_file(town.alice, town.root, "plan.pdf", b"x" * 1500)
    page = signed_in(town.bob).get(space_url())
    assert page.status_code == 200
    assert names(page) == ["Été", "plan.pdf"]
    assert "Team" in text(page)
    assert "1.5\N{NO-BREAK SPACE}KB" in text(page)


def test_ones_own_files_are_at_a_short_address(town):
    make.make_folder(town.alice, make.home(town.alice), "Docs")
    page = signed_in(town.alice).get("/files/")
    assert names(page) == ["Docs"]
    assert 'href="/files/@~alice/Docs"' in text(page)
    assert "Only you" in text(page)


def test_a_guest_begins_at_what_is_shared(town):
    guest = make.make_user("gina", rank="guest")
    assert signed_in(guest).get("/files/").headers["Location"] == "/files/shared/"


def test_a_visitor_is_sent_to_the_door(client, town):
    answer = client.get(space_url())
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_what_may_not_be_seen_is_not_there(town):
    folder = make.make_folder(town.alice, town.root, "Secret")
    eve = signed_in(town.eve)
    for address in (
        space_url(),
        space_url("Secret"),
        space_url("trash/"),
        f"/f/{folder.pk}",
        f"/files/?open={folder.pk}",
    ):
        answer = eve.get(address)
        assert names(answer) == [], address
        assert answer.status_code == (200 if "open" in address else 404), address


def test_a_restricted_folder_disappears_from_the_list(town):
    folder = make.make_folder(town.alice, town.root, "Board only")
    make.make_folder(town.alice, town.root, "Open")
    make.restrict(town.alice, folder)
    assert names(signed_in(town.bob).get(space_url())) == ["Open"]
    page = signed_in(town.alice).get(space_url())
    assert names(page) == ["Board only", "Open"]
    assert 'aria-label="reserved"' in text(page)


def test_a_share_below_opens_at_its_own_address_with_names_above(town):
    folder = make.make_folder(town.alice, town.root, "Hidden above")
    inside = make.make_folder(town.alice, folder, "For Eve")
    make.make_file(town.alice, inside, "hello.txt")
    make.share(town.alice, inside, town.eve, READER.mask)
    eve = signed_in(town.eve)
    assert names(eve.get("/files/shared/")) == ["For Eve"]
    target = eve.get(f"/f/{inside.pk}").headers["Location"]
    assert target == space_url("Hidden%20above/For%20Eve")
    page = eve.get(target)
    assert names(page) == ["hello.txt"]
    assert "<span>Hidden above</span>" in text(page)
    assert f'href="{space_url("Hidden%20above")}"' not in text(page)
    assert eve.get(space_url("Hidden%20above")).status_code == 404


def test_a_files_path_leads_to_its_folder_with_the_file_open(town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    assert signed_in(town.bob).get(space_url("plan.pdf")).headers["Location"] == f"{space_url()}?open={file.pk}"


def test_a_folder_called_trash_is_no_trash(town):
    make.make_folder(town.alice, town.root, "trash")
    alice = signed_in(town.alice)
    assert "<h1>trash</h1>" in text(alice.get(space_url("trash")))
    assert "<h1>Trash</h1>" in text(alice.get(space_url("trash/")))


@pytest.mark.parametrize(
    "name", ["a?b#c", "100%", "%2e%2e", "a;b=c", " blank ", "back\\slash", "x" * 250, "e\u0301 nfd", "🎈", "a&b<c>\"d'"]
)
def test_any_name_has_an_address(town, name):
    folder = make.make_folder(town.alice, town.root, name)
    alice = signed_in(town.alice)
    target = alice.get(f"/f/{folder.pk}").headers["Location"]
    assert alice.get(target).context["place"].here.id == folder.pk
    row = next(row for row in alice.get(space_url()).context["rows"])
    assert row.url == target


def test_names_are_never_markup(town):
    hostile = "<img src=x onerror=alert(1)>\"'&amp;"
    file = make.make_file(town.alice, town.root, hostile)
    make.make_folder(town.alice, town.root, "<script>alert(2)<")
    alice = signed_in(town.alice)
    make.make_file(town.alice, town.root, hostile, b"second")
    for address in (
        space_url(),
        f"{space_url()}?open={file.pk}&tab=versions",
        "/files/recent/",
        f"{space_url()}?q=<b>",
    ):
        page = text(alice.get(address))
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b>" not in page
    make.throw_away(town.alice, file)
    assert "<img src=x" not in text(alice.get(space_url("trash/")))


@pytest.mark.parametrize("sort", ["name", "size", "modified"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_lose_nothing_and_repeat_nothing(town, sort, order):
    for number in range(7):
        make.make_folder(town.alice, town.root, f"dir {number % 3} {number}", mtime=number // 2)
    for number in range(12):
        make.make_file(town.alice, town.root, f"f{number}", b"x" * (number % 4))
    many(town.root, 240)
    alice = signed_in(town.alice)
    address, seen = f"{space_url()}?sort={sort}&order={order}", []
    while address:
        page = alice.get(address, **HTMX)
        seen += names(page)
        found = MORE.search(text(page))
        address = space_url() + found[1].replace("&amp;", "&") if found else ""
    everything = set(Node.objects.inside(town.root).values_list("name", flat=True))
    assert len(seen) == len(set(seen)) == len(everything) == 7 + 12 + 240
    assert seen[0].startswith("dir")


def test_numbers_in_names_sort_by_value_and_case_aside(town):
    for name in ("file 10", "File 2", "élan", "Zoo", "file 1"):
        make.make_file(town.alice, town.root, name)
    assert names(signed_in(town.alice).get(space_url())) == ["élan", "file 1", "File 2", "file 10", "Zoo"]


def test_a_page_of_a_foreign_mark_is_refused(town):
    alice = signed_in(town.alice)
    for mark in ("x", "bm9wZQ", "WzEsMl0", "WzEsMiwzXQ", "W251bGwsbnVsbCxudWxsXQ"):
        assert alice.get(f"{space_url()}?after={mark}", **HTMX).status_code == 400
    assert alice.get(f"{space_url()}?sort=nonsense").context["order"] == Order()


def test_the_filter_finds_names_in_the_folder(town):
    for name in ("Plan du gymnase.pdf", "PLAN 2", "autre", "Été"):
        make.make_file(town.alice, town.root, name)
    alice = signed_in(town.alice)
    assert names(alice.get(f"{space_url()}?q=plan")) == ["PLAN 2", "Plan du gymnase.pdf"]
    assert names(alice.get(f"{space_url()}?q=ete")) == ["Été"]
    nothing = text(alice.get(f"{space_url()}?q=gymase%25"))
    assert "Nothing here is called “gymase%”." in nothing


def test_a_listing_costs_the_same_for_one_and_for_ten_thousand(town):
    bob = signed_in(town.bob)
    make.make_file(town.alice, town.root, "one.txt")
    bob.get(space_url())
    with CaptureQueriesContext(
        connection,
    ) as few:
        bob.get(space_url())
    many(town.root, 10_000)
    shared = make.make_folder(town.alice, town.root, "a shared folder")
    make.share(town.alice, shared, town.eve, READER.mask)
    with CaptureQueriesContext(connection) as lots:
        page = bob.get(space_url())
    assert len(names(page)) == 100
    assert len(lots) == len(few) <= 9, [query["sql"][:90] for query in lots]
    assert len(page.content) < 80_000
    drawn = re.sub(r"<template.*?</template>", "", page.content.decode(), flags=re.DOTALL)
    assert len(re.findall(r"<[a-z]", drawn)) <= 1_500  # elements of the document
    assert len(gzip.compress(page.content)) < 12_000


def test_a_fragment_is_only_what_was_asked(town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    alice = signed_in(town.alice)
    listing = alice.get(space_url(), HTTP_HX_TARGET="listing", **HTMX)
    assert text(listing).lstrip().startswith('<div id="listing"')
    panel = alice.get(f"{space_url()}?open={file.pk}", HTTP_HX_TARGET="panel", **HTMX)
    assert text(panel).startswith('<aside class="panel" id="panel"')
    gone = alice.get(f"{space_url()}?open=999999", HTTP_HX_TARGET="panel", **HTMX)
    assert gone.status_code == 404
    assert "not here any more" in text(alice.get(f"{space_url()}?open=999999"))


def test_recent_and_favourites_say_where_things_lie(town):
    folder = make.make_folder(town.alice, town.root, "Été")
    file = make.make_file(town.alice, folder, "new.txt")
    make.make_file(town.alice, make.home(town.alice), "mine.txt")
    bob = signed_in(town.bob)
    recent = bob.get("/files/recent/")
    assert names(recent) == ["new.txt"]
    assert "Plans › Été" in text(recent)
    bob.post(reverse("shell:star", args=["node", file.pk]), {"starred": "1"})
    assert names(bob.get("/files/favourites/")) == ["new.txt"]
    make.restrict(town.alice, folder)
    assert names(bob.get("/files/favourites/")) == []
    assert names(bob.get("/files/recent/")) == []


@pytest.mark.parametrize("gathering", ["recent", "favourites", "shared"])
def test_what_is_gathered_comes_in_pages(town, gathering, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 4)
    home = make.home(town.alice)
    files = [make.make_file(town.alice, home, f"{number}.txt") for number in range(10)]
    for file in files:
        make.share(town.alice, file, town.bob)
        make.change(file, mtime=1_700_000_000 + file.pk % 3)  # many of one second
    bob = signed_in(town.bob)
    for file in files:
        bob.post(reverse("shell:star", args=["node", file.pk]), {"starred": "1"})
    found, address = [], f"/files/{gathering}/"
    for _page in range(3):
        page = bob.get(address)
        found += names(page)
        more = MORE.search(text(page))
        address = f"/files/{gathering}/{more[1]}" if more else ""
    assert sorted(found) == sorted(file.name for file in files)
    assert address == ""
    for cursor in ("hostile", seal(["x"]), seal([1, 1, 1]), seal([True, None])):
        assert bob.get(f"/files/{gathering}/?after={cursor}").status_code == 400


def test_an_archived_space_can_be_read_not_changed(town):
    file = make.make_file(town.alice, town.root, "old.txt")
    Space.objects.filter(pk=town.space.pk).update(archived_at=make.in_hours(0))
    alice = signed_in(town.alice)
    page = text(alice.get(f"{space_url()}?open={file.pk}"))
    assert "This space is archived" in page
    assert 'data-new="folder"' not in page
    refused = alice.post(reverse("files:trash-things"), {"id": file.pk})
    assert refused.status_code == 403
    assert "archived" in text(refused)
    assert alice.get(reverse("files:content", args=[file.pk])).status_code == 200


def test_the_room_taken_is_shown(town):
    Space.objects.filter(pk=town.space.pk).update(quota=1000)
    make.make_file(town.alice, town.root, "half", b"x" * 500)
    page = text(signed_in(town.bob).get(space_url()))
    assert '<meter value="50"' in page
    assert "Plans: 500\N{NO-BREAK SPACE}bytes of 1\N{NO-BREAK SPACE}KB" in page


def test_pages_are_in_french_too(town):
    town.alice.language = "fr"
    town.alice.save()
    page = text(signed_in(town.alice).get(space_url()))
    assert "Glissez des fichiers, ou créez un premier dossier." in page


def test_the_declared_addresses_exist(town):
    call_command("check")


def many(folder, count):
    """Put so many files into the folder, past the actions: they are only looked at."""
    original = make.make_file(Node.objects.get(pk=folder.pk).created_by, folder, "0000 first")
    Node.objects.bulk_create(
        Node(
            space_id=folder.space_id, parent=folder, name=f"file {number:05}", sort=f"file {number:012}", kind=2,
            acl_id=folder.acl_id, blob_id=original.blob_id, size=number % 5, mtime=number // 3, etag="0" * 32,
            modified_by_id=original.modified_by_id,
        )
        for number in range(count - 1)
    )  # fmt: skip
