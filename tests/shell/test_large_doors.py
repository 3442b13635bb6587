"""A large folder's first right, given through every door: no request does it, a job does, as a whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from collab.events import jobs
from collab.events.models import Job
from collab.rights import lineage
from collab.rights.models import Grant, Link
from collab.rights.right import EDITOR, READER, Right
from files import mounts
from files.actions import settling
from tests import town as make
from tests.accounts.people import basic
from tests.api.program import Program
from tests.dav.client import give_password
from tests.shell.sharing import mask, words
from tests.shell.test_board import SCRIPT, cell

pytestmark = pytest.mark.usefixtures("few_are_many")


@pytest.fixture
def file(big):
    return make.Node.objects.get(name="3.jpg")


def work() -> Job:
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def untouched(big: Any) -> bool:
    return make.fresh(big).acl.kind == "space" and not Grant.objects.filter(acl__kind="node").exists()


def test_a_program_is_told_where_to_ask_and_finds_the_share_there(alice, bob, eve, big, file):
    program, wanted = Program(alice), {"username": "eve", "role": "reader", "note": "for you"}
    status, told = program("POST", f"shares/node/{big.pk}", wanted)
    assert (status, told["state"], told["made"]) == (202, "waiting", None)
    assert told["title"] == "“Photos” is being shared with Eve"
    address = program.last["Location"].removeprefix("/api/v1/")
    assert program.get(address) == told
    assert Program(bob).refused("GET", address)[0] == 404
    assert untouched(big)
    work()
    told = program.get(address)
    assert told["state"] == "done"
    assert program.get(told["made"].removeprefix("/api/v1/"))["note"] == "for you"
    assert make.finds(eve, file)
    assert make.is_clean()


def test_a_password_of_files_alone_may_ask_and_another_may_not(alice, big):
    files, other = Program(alice, scopes=("files",)), Program(alice, scopes=("calendars",))
    files("POST", f"shares/node/{big.pk}", {"username": "eve", "role": "reader"})
    address = files.last["Location"].removeprefix("/api/v1/")
    assert files.get(address)["state"] == "waiting"
    assert other.refused("GET", address)[0] == 403


def test_what_is_wrong_is_said_at_once(alice, bob, space, big):
    make.share(alice, space, bob, EDITOR.mask | Right.SHARE)
    program, past = Program(bob), {"username": "eve", "role": "reader", "until": "2001-01-01T00:00:00Z"}
    assert program.refused("POST", f"shares/node/{big.pk}", {"username": "eve", "role": "manager"})[0] == 403
    assert program.refused("POST", f"shares/node/{big.pk}", past)[0] == 400
    assert program.refused("PUT", f"shares/node/{big.pk}/restriction")[0] == 403
    assert program.refused("POST", f"links/node/{big.pk}", {"until": "2001-01-01T00:00:00Z"})[0] == 400
    assert not Job.objects.exists()


def test_a_worker_that_dies_on_the_way_has_changed_nothing_and_the_next_one_goes_on(living_town, monkeypatch):
    town = living_town
    top = make.make_folder(town.alice, town.root, "Photos")
    for number in range(8):
        make.make_file(town.alice, top, f"{number}.jpg")
    Program(town.alice)("POST", f"shares/node/{top.pk}", {"username": "eve", "role": "reader"})
    inside = make.Node.objects.filter(parent=top)

    class Killed(BaseException):
        """What no handler takes: the worker is gone."""

    def die(*_far: Any) -> None:
        raise Killed

    settled = settling.settle
    with monkeypatch.context() as dying:
        dying.setattr(settling, "settle", lambda node: settled(node, die))
        with pytest.raises(Killed):
            jobs.run(str(Job.objects.get().pk))
    assert inside.exclude(acl=make.fresh(top).acl).count() == settling.STEP, "a step was done"
    assert untouched(top)
    for one in inside:
        assert (make.finds(town.eve, one), make.finds(town.bob, one)) == (False, True)
    assert make.is_clean()
    Job.objects.update(updated_at=timezone.now() - 2 * jobs.STALE)
    assert work().state == "done"
    assert all(make.finds(town.eve, one) for one in inside)
    assert Grant.objects.filter(acl__kind="node").count() == 1
    assert make.is_clean()
    assert lineage.verify() == []


def test_a_program_restricts_and_links(alice, bob, big, file):
    program = Program(alice)
    assert program("PUT", f"shares/node/{big.pk}/restriction")[0] == 202
    assert make.finds(bob, file)
    work()
    assert not make.finds(bob, file)
    assert make.finds(alice, file)
    Job.objects.all().delete()
    other = make.make_folder(alice, big.parent, "Plans")
    for number in range(6):
        make.make_file(alice, other, f"{number}.txt")
    until = (timezone.now() + timedelta(days=9)).isoformat()
    status, _told = program("POST", f"links/node/{other.pk}", {"label": "Ball", "password": "a-secret", "until": until})
    assert status == 202
    assert "a-secret" not in str(Job.objects.get().arguments)
    assert not Link.objects.exists()
    made = work().result["made"]
    told = program.get(made.removeprefix("/api/v1/"))
    assert (told["label"], told["has_password"]) == ("Ball", True)


@pytest.mark.parametrize("version", [1, 2])
def test_a_client_is_told_that_it_is_begun(client, alice, eve, big, file, version):
    headers = basic("alice", give_password(alice))
    calls = f"/ocs/v{version}.php/apps/files_sharing/api/v1/shares?format=json"
    told = {"path": f"/{mounts.path_to(make.act(alice), big.pk)}", "shareType": 0, "shareWith": "eve", "permissions": 1}
    answer = client.post(calls, told, **headers, HTTP_ACCEPT_LANGUAGE="en")
    meta = answer.json()["ocs"]["meta"]
    assert answer.status_code == (202 if version == 2 else 200)
    assert meta["statuscode"] == 202, "no client takes it for a share that is there"
    assert "look again in a minute" in meta["message"]
    assert untouched(big)
    assert work().state == "done"
    assert mask(big, eve) == READER.mask
    assert make.finds(eve, file)
    found = client.get(f"{calls}&path={told['path']}", **headers).json()["ocs"]["data"]
    assert [one["share_with"] for one in found] == ["eve"]


def test_a_client_hears_at_once_what_is_wrong_and_makes_links(client, alice, big):
    headers = basic("alice", give_password(alice))
    calls = "/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json"
    path = f"/{mounts.path_to(make.act(alice), big.pk)}"
    assert client.post(calls, {"path": path, "shareType": 0, "shareWith": "nobody"}, **headers).status_code == 404
    assert client.post(calls, {"path": path, "shareType": 0, "shareWith": "alice"}, **headers).status_code == 403
    assert not Job.objects.exists()
    link = {"path": path, "shareType": 3, "password": "a-secret", "label": "Ball"}
    assert client.post(calls, link, **headers).status_code == 202
    assert "a-secret" not in str(Job.objects.get().arguments)
    assert work().state == "done"
    assert Link.objects.get().label == "Ball"
    assert Link.objects.get().password


def test_a_link_is_made_by_its_page(as_, alice, big):
    browser, page = as_(alice), reverse("shell:links", args=["node", big.pk])
    sent = browser.post(page, {"role": "reader", "password": "a-secret", "label": "Ball"})
    job = Job.objects.get()
    assert sent["Location"] == f"/jobs/{job.pk}/"
    assert "a-secret" not in str(job.arguments)
    assert "A public link to “Photos” is being made" in words(browser.get(page))
    assert not Link.objects.exists()
    assert work().state == "done"
    told = browser.get(f"/jobs/{job.pk}/")
    assert "The link is made: copy it and send it." in words(told)
    assert page in told.content.decode()
    assert "Ball" in words(browser.get(page))
    browser.post(Job.objects.get().result["undo"], {"made": "1"})
    assert not Link.objects.exists()


def test_a_link_that_is_refused_says_so_in_its_form(as_, alice, eve, space, big):
    make.share(alice, space, eve, READER.mask | Right.SHARE)
    answer = as_(eve).post(reverse("shell:links", args=["node", big.pk]), {"role": "editor"})
    assert answer.status_code == 400
    assert not Job.objects.exists()


def test_a_board_saves_all_of_its_changes_or_none(as_, alice, bob, eve, space, big, file):
    small = make.make_folder(alice, big.parent, "Small")
    make.share(alice, small, bob, READER.mask)
    browser, door = as_(alice), f"/spaces/{space.pk}/rights/save/"
    cells = {"cell": [cell(big, eve, 0, READER.mask), cell(small, eve, 0, EDITOR.mask)]}
    answer = browser.post(door, cells, **SCRIPT)
    job = Job.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"url": f"/jobs/{job.pk}/"})
    assert mask(small, eve) is None
    assert work().state == "done"
    assert (mask(big, eve), mask(small, eve)) == (READER.mask, EDITOR.mask)
    assert make.finds(eve, file)
    told = browser.get(f"/jobs/{job.pk}/")
    assert "1 person gains" in words(told)
    result = Job.objects.get().result
    browser.post(result["undo"], result["fields"])
    assert (mask(big, eve), mask(small, eve)) == (None, None)


def test_a_board_saves_nothing_when_somebody_was_quicker(as_, alice, bob, eve, space, big):
    small = make.make_folder(alice, big.parent, "Small")
    make.share(alice, small, bob, READER.mask)
    cells = {"cell": [cell(big, eve, 0, READER.mask), cell(small, eve, 0, EDITOR.mask)]}
    sent = as_(alice).post(f"/spaces/{space.pk}/rights/save/", cells)
    assert sent["Location"] == f"/jobs/{Job.objects.get().pk}/"
    make.share(alice, small, eve, READER.mask)
    job = work()
    assert job.state == "failed"
    assert "Nothing was saved" in job.message
    assert mask(big, eve) is None
    assert mask(small, eve) == READER.mask
    assert make.is_clean()
