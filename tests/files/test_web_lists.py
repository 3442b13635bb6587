"""Lists that gather from everywhere, rows or pictures, and what takes the room: paged, and rights inside."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collab.lib.paging import seal
from collab.marks.actions import keeping, labelling
from collab.rights.right import READER
from collab.spaces.models import Space
from files.models import Node, Trash
from files.views import lists, weighing
from tests import town as make
from tests.files.test_web_browsing import MORE, many, names
from tests.files.web import HTMX, signed_in, space_url, text


@pytest.fixture
def web(town):
    return signed_in(town.alice)


def label(user, nodes, name):
    """Stick a new label on things."""
    labelling.label(make.act(user), [make.registry_thing(node) for node in nodes], add=set(), remove=set(), new=name)


def walk(client, address, *, fragment=True):
    """Return the names on all pages from this address on."""
    base, found = address.partition("?")[0], []
    for _page in range(20):
        page = client.get(address, **(HTMX if fragment and "after" in address else {}))
        assert page.status_code == 200
        found += names(page)
        more = MORE.search(text(page))
        if not more:
            return found
        address = base + more[1].replace("&amp;", "&")
    raise AssertionError("no end")


def test_what_i_shared_is_listed_with_who_sees_it(web, town, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 4)
    home = make.home(town.alice)
    files = [make.make_file(town.alice, home, f"{number}.txt") for number in range(9)]
    for file in files:
        make.share(town.alice, file, town.bob)
    make.make_file(town.alice, home, "kept for me")
    make.share(town.alice, files[0], town.eve)  # twice shared, once listed, and now the latest
    link = make.make_folder(town.alice, home, "By link")
    make.make_link(town.alice, link)
    ended = make.make_file(town.alice, home, "ended")
    make.share(town.alice, ended, town.bob)
    make.expire(ended, town.bob.principal)
    shared = make.make_file(town.bob, make.home(town.bob), "of bob")
    make.share(town.bob, shared, town.alice)
    found = walk(web, reverse("files:given"))
    assert found[:2] == ["By link", "0.txt"]
    assert sorted(found[1:]) == [file.name for file in files]
    assert "Who sees it" in text(web.get(reverse("files:given")))
    assert names(signed_in(town.bob).get(reverse("files:given"))) == ["of bob"]
    assert web.get(reverse("files:given") + f"?after={seal(['x'])}").status_code == 400
    nobody = signed_in(town.eve).get(reverse("files:given"))
    assert "You have shared nothing yet" in text(nobody)


def test_what_i_may_not_see_any_more_is_not_among_what_i_shared(town):
    folder = make.make_folder(town.alice, town.root, "Board")
    make.share(town.alice, town.space, town.bob, 255)
    file = make.make_file(town.bob, folder, "plan.pdf")
    make.share(town.bob, file, town.eve)
    bob = signed_in(town.bob)
    assert names(bob.get(reverse("files:given"))) == ["plan.pdf"]
    make.unshare(town.alice, town.space, town.bob)
    make.unshare(town.alice, town.space, town.team)
    assert names(bob.get(reverse("files:given"))) == []


def test_things_by_label(web, town, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 3)
    files = [make.make_file(town.alice, town.root, f"{number}.txt") for number in range(8)]
    label(town.alice, files, "Urgent")
    secret = make.make_folder(town.alice, town.root, "Secret")
    label(town.alice, [secret], "Hidden")
    make.restrict(town.alice, secret)
    for name in ("b", "c", "d"):
        keeping.make(make.act(town.alice), town.space, name)
    page = text(web.get(reverse("files:labels")))
    assert "Urgent" in page
    assert "8 things" in page
    assert "Hidden" in page
    assert ">b<" not in page  # no file bears it
    bob = signed_in(town.bob)
    assert "Hidden" not in text(bob.get(reverse("files:labels")))
    number = re.search(r"files/labels/(\d+)/", text(bob.get(reverse("files:labels"))))[1]
    assert sorted(walk(bob, reverse("files:labelled", args=[number]))) == [file.name for file in files]
    assert signed_in(town.eve).get(reverse("files:labelled", args=[number])).status_code == 404
    for cursor in ("hostile", seal([1, 1]), seal(["a\0", 1]), seal(["a", "b"])):
        assert web.get(f"{reverse('files:labels')}?after={cursor}").status_code == 400


def test_labels_come_in_pages(web, town, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    file = make.make_file(town.alice, town.root, "a.txt")
    for name in ("one", "two", "three", "four", "five"):
        label(town.alice, [file], name)
    found, address = [], reverse("files:labels")
    while address:
        page = text(web.get(address))
        found += re.findall(r'files/labels/\d+/">([^<]*)<', page)
        more = re.search(r'class="button button--wide" href="(\?after=[^"]*)"', page)
        address = reverse("files:labels") + more[1] if more else ""
    assert found == ["five", "four", "one", "three", "two"]


@pytest.mark.parametrize("order", ["", "&sort=size&order=desc", "&sort=modified"])
def test_a_filtered_folder_has_no_end_at_a_hundred(web, town, order):
    many(town.root, 230)
    make.make_folder(town.alice, town.root, "file of folders")
    found = walk(web, f"{space_url()}?q=file{order}")
    assert len(found) == len(set(found)) == 230
    assert found[0] == "file of folders"


def test_pictures_instead_of_rows_are_kept_with_the_account(web, town):
    make.make_folder(town.alice, town.root, "Été")
    make.make_file(town.alice, town.root, "plan.pdf")
    assert "files--grid" not in text(web.get(space_url()))
    back = web.post(reverse("files:layout"), {"lists": "grid", "next": space_url()})
    assert back.headers["Location"] == space_url()
    page = signed_in(town.alice).get(space_url())
    assert "files--grid" in text(page)
    assert 'aria-pressed="true" aria-label="As pictures"' in text(page)
    assert names(page) == ["Été", "plan.pdf"]
    assert "files--grid" in text(web.get("/files/recent/"))
    assert "files--grid" not in text(signed_in(town.bob).get(space_url()))
    web.post(reverse("files:layout"), {"lists": "rows"})
    assert "files--grid" not in text(web.get(space_url()))


def test_pictures_cost_no_query_per_row(web, town):
    web.post(reverse("files:layout"), {"lists": "grid"})
    make.make_file(town.alice, town.root, "one.txt")
    web.get(space_url())
    with CaptureQueriesContext(connection) as few:
        web.get(space_url())
    many(town.root, 150)
    with CaptureQueriesContext(connection) as lots:
        page = web.get(space_url())
    assert len(lots) == len(few)
    assert len(page.content) < 80_000


def test_the_largest_and_the_oldest(web, town, monkeypatch):
    monkeypatch.setattr(weighing, "PAGE", 3)
    for number in range(8):
        file = make.make_file(town.alice, town.root, f"{number}.txt", b"x" * (100 + number // 2))
        make.change(file, mtime=1_700_000_000 - number // 3)
    secret = make.make_file(town.alice, town.root, "secret", b"x" * 9999)
    make.restrict(town.alice, secret)
    bob = signed_in(town.bob)
    address = reverse("files:space-weight", args=["plans"])
    assert walk(bob, f"{address}?by=largest")[:3] == ["7.txt", "6.txt", "5.txt"]
    assert walk(bob, f"{address}?by=oldest")[:3] == ["6.txt", "7.txt", "3.txt"]
    for by in ("largest", "oldest"):
        assert sorted(walk(bob, f"{address}?by={by}")) == [f"{number}.txt" for number in range(8)]
    assert walk(web, address)[0] == "secret"
    assert signed_in(town.eve).get(address).status_code == 404
    for cursor in ("hostile", seal([1]), seal(["a", 1]), seal([True, None])):
        assert web.get(f"{address}?after={cursor}").status_code == 400


def test_files_of_the_same_content(web, town, monkeypatch):
    monkeypatch.setattr(weighing, "GROUPS", 2)
    folder = make.make_folder(town.alice, town.root, "Été")
    for number in range(3):
        make.make_file(town.alice, folder, f"large {number}", b"y" * 5000)
    for content in (b"a" * 100, b"b" * 90, b"c" * 80):
        for number in range(2):
            make.make_file(town.alice, town.root, f"{content[:1].decode()} {number}", content)
    make.make_file(town.alice, town.root, "alone", b"z" * 7000)
    make.throw_away(town.alice, make.make_file(town.alice, town.root, "thrown", b"z" * 7000))
    hidden = make.make_file(town.alice, town.root, "hidden", b"c" * 80)
    make.restrict(town.alice, hidden)
    address = reverse("files:space-weight", args=["plans"])
    bob = signed_in(town.bob)
    first = bob.get(f"{address}?by=twins")
    assert names(first) == ["large 0", "large 1", "large 2", "a 0", "a 1"]
    assert "3 times the same file of 5\N{NO-BREAK SPACE}KB: 10\N{NO-BREAK SPACE}KB could go" in text(first)
    more = re.search(r'href="(\?by=twins&amp;after=[^"]*|\?by=twins&after=[^"]*)"', text(first))[1].replace(
        "&amp;", "&"
    )
    second = bob.get(address + more)
    assert names(second) == ["b 0", "b 1", "c 0", "c 1"]
    assert second.context["next_groups"] == ""
    for cursor in (seal([1, "x"]), seal(["1", "0" * 64]), "hostile"):
        assert web.get(f"{address}?by=twins&after={cursor}").status_code == 400


def test_folders_by_what_they_weigh(web, town):
    small, large = (make.make_folder(town.alice, town.root, name) for name in ("Small", "Large"))
    make.make_file(town.alice, small, "a", b"x" * 100)
    inside = make.make_folder(town.alice, large, "Inside")
    make.make_file(town.alice, inside, "b", b"x" * 300)
    make.make_file(town.alice, town.root, "c", b"x" * 100)
    address = reverse("files:space-weight", args=["plans"])
    page = text(web.get(f"{address}?by=folders"))
    assert re.findall(r'class="item__title" href="[^"]*">([^<]*)<', page) == ["Large", "Small"]
    assert "300\N{NO-BREAK SPACE}bytes · 60 %" in page
    assert "100\N{NO-BREAK SPACE}bytes lie directly in this folder." in page
    assert "Inside" in text(web.get(f"{address}?by=folders&folder={large.pk}"))
    assert web.get(f"{address}?by=folders&folder={make.home(town.alice).pk}").status_code == 404
    assert web.get(f"{address}?by=folders&folder=x").status_code == 400


def test_the_room_is_said_with_its_parts_and_files_go_from_there(web, town):
    file = make.make_file(town.alice, town.root, "plan.pdf", b"x" * 1000)
    make.make_file(town.alice, town.root, "plan.pdf", b"y" * 2000)
    make.throw_away(town.alice, make.make_file(town.alice, town.root, "gone", b"x" * 500))
    Space.objects.filter(pk=town.space.pk).update(quota=10_000)
    address = reverse("files:space-weight", args=["plans"])
    page = text(web.get(address)).replace("\N{NO-BREAK SPACE}", " ")
    assert "3.5 KB of 10 KB" in page
    assert "files 2 KB · earlier versions 1 KB · trash 500 bytes" in page
    assert f'href="{reverse("files:space-weight", args=["plans"])}"' in text(web.get(space_url()))
    web.post(reverse("files:trash-things"), {"id": file.pk, "next": address})
    assert names(web.get(address)) == []
    assert Trash.objects.count() == 2
    own = web.get(reverse("files:weight"))
    assert "Nothing takes room yet" in text(own)


def test_somebody_who_sees_a_part_gets_no_report(town):
    folder = make.make_folder(town.alice, town.root, "For Eve")
    make.share(town.alice, folder, town.eve, READER.mask)
    assert signed_in(town.eve).get(reverse("files:space-weight", args=["plans"])).status_code == 404
    assert Node.objects.visible_to(make.act(town.eve)).filter(pk=folder.pk).exists()
