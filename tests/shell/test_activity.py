"""The pages of activity: days, filters, going on, and what others may not see."""

import pytest
from django.utils import timezone

from collab.activity import stream
from collab.lib import paging
from collab.registry import house
from collab.rights.right import READER
from tests import town as make
from tests.activity import log
from tests.files.web import HTMX


def test_it_stands_under_days_with_what_and_where(as_, alice, bob, root):
    folder = make.make_folder(alice, root, "Été")
    for name in ("one.jpg", "two.jpg"):
        make.make_file(alice, folder, name)
    html = as_(bob).get("/activity/").content.decode()
    assert '<h2 class="caption">Today</h2>' in html
    assert "added 2 files to" in html
    assert "Plans › Été</a>" in html
    assert "one.jpg" in html
    french = as_(bob, "fr").get("/activity/").content.decode()
    assert "a ajouté 2 fichiers dans" in french
    assert "Aujourd’hui" in french


def test_it_is_narrowed_by_whom_what_and_where(as_, alice, bob, space, root, team):
    other = make.make_space(alice, "Other")
    make.share(alice, other, team, READER.mask)
    make.make_file(alice, root, "alices.txt")
    make.make_file(bob, root, "bobs.txt")
    make.make_file(alice, make.root_of(other), "far.txt")
    browser = as_(bob)

    def shown(**query):
        html = browser.get("/activity/", query).content.decode()
        return {name for name in ("alices.txt", "bobs.txt", "far.txt") if name in html}

    assert shown() == {"alices.txt", "bobs.txt", "far.txt"}
    assert shown(who="me") == {"bobs.txt"}
    assert shown(who="others") == {"alices.txt", "far.txt"}
    assert shown(who=alice.pk) == {"alices.txt", "far.txt"}
    assert shown(space=space.pk) == {"alices.txt", "bobs.txt"}
    assert shown(app="spaces") == set()
    assert shown(app="nothing", who="x", space="y") == {"alices.txt", "bobs.txt", "far.txt"}
    assert browser.get("/activity/", {"space": 10**9}).status_code == 404


def test_nobody_is_named_who_is_not_on_the_page(as_, bob, eve, root):
    html = as_(bob).get("/activity/", {"who": eve.pk}).content.decode()
    assert ">Eve<" not in html
    assert "No results" in html


def test_the_pages_go_on_and_back(as_, alice, bob, space, root, monkeypatch):
    for number in range(5):
        make.share(alice, make.make_file(alice, root, f"n{number}.txt"), make.everyone(), READER.mask)
    monkeypatch.setitem(stream.page.__kwdefaults__, "size", 3)
    browser = as_(bob)
    seen, url = [], "/activity/?app=files"
    for _turn in range(9):
        html = browser.get(url).content.decode()
        seen.append(html)
        start = html.find('href="/activity/?app=files&amp;before=')
        if start < 0:
            break
        url = html[start + 6 : html.index('"', start + 6)].replace("&amp;", "&")
    assert len(seen) > 1
    assert "Back to the newest" in seen[-1]
    assert "live-topic" in seen[0]
    assert "<live-topic" not in seen[1]


def test_a_page_counts_what_is_new_for_its_reader(as_, alice, bob, space, root):
    browser = as_(bob)
    top = stream.page(make.act(bob), stream.Scope(space=space.pk)).top
    address = f"/spaces/{space.pk}/activity/"
    assert browser.get(address, {"above": top}).json() == {"count": 0}
    make.make_file(alice, root, "new.txt")
    secret = make.make_folder(alice, root, "Reserved")
    make.restrict(alice, secret)
    assert browser.get(address, {"above": top}).json() == {"count": 1}
    assert browser.get(address, {"above": "x"}).json() == {"count": 0}
    fragment = browser.get(address, HTTP_HX_TARGET="stream", **HTMX).content.decode()
    assert fragment.lstrip().startswith("<live-stream")
    assert "new.txt" in fragment


def test_of_a_space_one_does_not_see_nothing_is_told(as_, eve, space):
    assert as_(eve).get(f"/spaces/{space.pk}/activity/").status_code == 404
    assert as_(eve).get(f"/spaces/{space.pk}/activity/", {"above": 1}).status_code == 404


@pytest.mark.parametrize(
    "cursor", ["%%%", "bm90aGluZw", paging.seal([1]), paging.seal(["x", {}]), paging.seal([5, []])]
)
def test_a_foreign_cursor_is_refused(as_, bob, space, cursor):
    assert as_(bob).get("/activity/", {"before": cursor}).status_code == 400


def test_hostile_cursors_tell_nothing_more(as_, alice, bob, root):
    secret = make.make_folder(alice, root, "Dismissals")
    make.restrict(alice, secret)
    for told in ({}, {"x": 5}, {"a" * 9000: 2**70}, {"x": "y"}):
        page = as_(bob).get("/activity/", {"before": paging.seal([2**61, told])})
        assert page.status_code == 200
        assert "Dismissals" not in page.content.decode()


def test_a_visitor_is_somebody(as_, alice, bob, space, root):
    node = make.make_file(alice, root, "dropped.pdf")
    log.write(space, [(None, "edit", node, {"parent": root.pk}, timezone.now())])
    assert "Somebody changed its contents" in as_(bob).get("/activity/").content.decode()


def test_an_app_that_is_off_tells_nothing(as_, alice, bob, root):
    make.make_file(alice, root, "here.txt")
    house.put("files.who", [])
    html = as_(bob).get("/activity/").content.decode()
    assert "here.txt" not in html
    assert ">Files</option>" not in html


def test_the_panel_of_a_thing_tells_of_it(as_, alice, bob, root):
    folder = make.make_folder(alice, root, "Été")
    make.make_file(alice, folder, "inside.txt")
    html = as_(bob).get(f"/files/@plans/?open={folder.pk}&tab=activity").content.decode()
    assert "<strong>Alice</strong> added it" in html
    assert "inside.txt" in html
