"""Canaries: names that the asker may not know are planted, and every stream, feed, home and front page is read."""

import secrets

import pytest
from django.test import Client
from django.utils import translation

from collab.activity import feeds, stream
from collab.activity.scope import Scope
from collab.rights.right import DROP_BOX, EDITOR, READER
from files.actions import moving
from tests import town as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cage(town):
    """{canary: who may know it}; eve sees one folder, gus (a guest) the space, bob edits there, otto owns the house."""
    seen_by, alice = {}, town.alice

    def canary(*who):
        name = f"kanari{secrets.token_hex(9)}"
        seen_by[name] = set(who)
        return name

    gus, otto = make.make_user("gus", "guest"), make.make_user("otto", "owner")
    make.share(alice, town.space, gus, READER.mask)
    hermit = make.make_user("hermit")
    make.change(hermit, display_name=canary())
    hidden_group = make.make_group(canary("bob", "gus"), hermit)
    private = make.make_space(hermit, canary(), description=canary())
    for folder in (make.home(alice), make.root_of(private)):
        who = alice if folder.space.owner_id else hermit
        inner = make.make_folder(who, folder, canary())
        for _ in range(3):
            make.make_file(who, inner, f"{canary()}.txt")
        make.throw_away(who, make.make_file(who, inner, canary()))
    closed = make.make_folder(alice, town.root, canary())
    make.restrict(alice, closed)
    make.share(alice, closed, hermit, EDITOR.mask)
    for _ in range(4):
        node = make.make_file(hermit, closed, canary())
        moving.move(make.act(hermit), node, closed, canary())
    opened = make.make_folder(alice, town.root, "Open")
    for number in range(3):
        moved = make.make_file(alice, closed, f"plain{number}.txt")
        moving.move(make.act(alice), moved, opened, moved.name)
    make.share(alice, opened, town.eve, READER.mask)
    make.make_file(alice, opened, canary("bob", "gus", "eve"))
    make.make_file(alice, town.root, canary("bob", "gus"))
    make.share(alice, town.space, hidden_group, READER.mask, note=canary())
    make.make_link(alice, opened, DROP_BOX.mask, label=canary(), note=canary())
    people = {"bob": town.bob, "eve": town.eve, "gus": gus, "otto": otto}
    return people, seen_by, {"space": town.space, "private": private, "nodes": [closed, opened, town.root]}


def answers(browser, things):
    pages = [
        "/",
        "/activity/",
        "/activity/?who=others",
        "/activity/?app=files",
        "/activity/?above=1",
        "/settings/feeds/",
    ]
    for space in (things["space"], things["private"]):
        here = f"/spaces/{space.pk}/"
        pages += [here, f"{here}activity/", f"{here}activity/?above=1", f"{here}?open=info&tab=history"]
        pages.append(f"/activity/?space={space.pk}")
    for node in things["nodes"]:
        pages += [f"/files/@plans/?open={node.pk}&tab=activity", f"/files/shared/?open={node.pk}&tab=activity"]
    for slug in ("files-recent", "sample-newest"):
        pages.append(f"/home/{slug}/")
    for page in pages:
        yield page, browser.get(page)
        yield page, browser.get(page, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="stream")


@pytest.mark.parametrize("name", ["bob", "eve", "gus", "otto"])
def test_no_stream_tells_what_its_reader_may_not_know(cage, name):
    people, seen_by, things = cage
    who = people[name]
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    browser.force_login(who)
    hidden = [word for word, seen in seen_by.items() if name not in seen]
    known = [word for word, seen in seen_by.items() if name in seen]
    told = ""
    for page, answer in answers(browser, things):
        text = answer.content.decode() + repr(dict(answer.items()))
        assert [word for word in hidden if word in text] == [], page
        told += text
    actor = make.act(who)
    with translation.override("en"):
        for space in (None, things["space"], things["private"]):
            if space is None or make.Space.objects.visible_to(actor).filter(pk=space.pk).exists():
                path = feeds.path_of(actor, feeds.make(actor, space))
                told += Client().get(path).content.decode()
        for node in things["nodes"]:
            told += repr(stream.page(actor, Scope(thing=("node", node.pk))).lines)
    assert [word for word in hidden if word in told] == []
    assert [word for word in known if word not in told] == [], "what one may know is told: the sweep reads something"
