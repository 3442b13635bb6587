"""“See as…” walks through files: what both see, by a matrix; nothing of anybody's own space; nothing is opened."""

from __future__ import annotations

import pytest

from collab.rights.right import EDITOR, READER
from files import seeing
from files.models import Node
from tests import town as make
from tests.shell.sharing import words


@pytest.fixture
def tree(town, admin):
    """In “Plans”: all four ways in which two people may see a folder, and what lies in each."""
    alice, bob, root = town.alice, town.bob, town.root
    for name in ("Both", "Bob alone", "Admin alone", "Nobody"):
        folder = make.make_folder(alice, root, name)
        make.make_file(alice, folder, f"{name}.txt")
        make.restrict(alice, folder)
    for name, who in (("Both", bob), ("Bob alone", bob)):
        make.share(alice, Node.objects.get(name=name), who, EDITOR.mask)
    make.share(alice, town.space, admin, READER.mask)
    for name in ("Both", "Admin alone"):
        make.share(alice, Node.objects.get(name=name), admin, READER.mask)
    make.make_file(alice, root, "open.txt")
    return root


@pytest.fixture
def looking(as_, admin, bob):
    browser = as_(admin)
    browser.post(f"/administration/see-as/{bob.pk}/")
    return browser


def at(person, thing, kind="node"):
    return f"/administration/see-as/{person.pk}/in/{kind}/{thing.pk}/"


def test_both_see_it_or_it_has_no_name(looking, bob, space, tree):
    for address in (at(bob, space, "space"), at(bob, tree)):
        page = words(looking.get(address))
        assert "Both" in page
        assert "open.txt" in page
        assert "Can edit" in page
        for hidden in ("Bob alone", "Admin alone", "Nobody"):
            assert hidden not in page
        assert "Bob finds 1 more thing here that you do not see." in page
        assert "You see Collab as Bob, read-only" in page


def test_one_walks_into_what_both_see_alone(looking, bob, tree):
    for name, status in (("Both", 200), ("Bob alone", 404), ("Admin alone", 404), ("Nobody", 404)):
        page = looking.get(at(bob, Node.objects.get(name=name)))
        assert page.status_code == status, name
        assert f"{name}.txt" not in words(page) or name == "Both"
    page = looking.get(at(bob, Node.objects.get(name="Both")))
    assert "Both.txt" in words(page)
    assert at(bob, tree) in page.content.decode(), "the way up"
    assert looking.get(at(bob, Node.objects.get(name="Both.txt"))).status_code == 404, "no content is opened"
    assert f"/files/download/{Node.objects.get(name='Both.txt').pk}" not in page.content.decode()


def test_it_is_open_while_it_was_asked_for_only(as_, admin, looking, bob, alice, tree):
    assert "Both" not in words(as_(admin).get(at(bob, tree))), "another session"
    assert "Both" not in words(looking.get(at(alice, tree))), "another person"
    looking.post(f"/administration/see-as/{bob.pk}/end/")
    assert "Both" not in words(looking.get(at(bob, tree)))
    assert as_(bob).get(at(alice, tree)).status_code == 403
    assert looking.post(at(bob, tree)).status_code == 405


def test_nothing_of_anybodys_own_space(looking, admin, bob, eve):
    diary = make.make_folder(eve, make.home(eve), "Diary")
    for person in (admin, bob):
        make.share(eve, diary, person, EDITOR.mask)
    for thing in (diary, make.home(eve), make.home(bob), make.home(admin)):
        assert looking.get(at(bob, thing)).status_code == 404
    assert looking.get(at(bob, bob.personal_space, "space")).status_code == 404


def test_pages_follow_each_other(looking, alice, bob, tree, monkeypatch):
    monkeypatch.setattr(seeing, "PAGE", 1)
    first = looking.get(at(bob, tree))
    assert "Both" in words(first)
    assert "open.txt" not in words(first)
    after = first.content.decode().split('href="?after=')[1].split('"')[0]
    second = words(looking.get(at(bob, tree), {"after": after}))
    assert "open.txt" in second
    assert "that you do not see" not in second
    for wrong in ("x", "WzEsMiwzXQ", "WyJhIiwiYiIsImMiXQ"):
        assert looking.get(at(bob, tree), {"after": wrong}).status_code in {200, 400}


def test_it_leads_there_from_what_the_person_finds(looking, bob, space, tree):
    page = looking.get(f"/administration/see-as/{bob.pk}/").content.decode()
    assert at(bob, space, "space") in page
    assert at(bob, Node.objects.get(name="Both")) in page
    assert at(bob, Node.objects.get(name="Bob alone")) not in page
