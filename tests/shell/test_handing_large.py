"""A large folder handed over: a job of which nobody sees anything before it is done, and nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from collab.dav.models import Lock
from collab.events import jobs
from collab.events.models import AuditEntry, Job
from collab.lib.errors import Locked
from collab.marks.actions import labelling
from collab.rights.right import EDITOR, READER, Right
from files.actions import crossing, handing, settling
from tests import town as make
from tests.shell.sharing import words

pytestmark = pytest.mark.usefixtures("few_are_many")


@pytest.fixture
def mine(alice):
    return fill(alice)


def fill(alice: Any) -> Any:
    """Eight files, two of them in a folder, one shared with nobody yet, in alice's own files."""
    top = make.make_folder(alice, make.home(alice), "Archive")
    inner = make.make_folder(alice, top, "Old")
    for number in range(8):
        make.make_file(alice, inner if number > 5 else top, f"{number}.txt", b"x" * number)
    make.throw_away(alice, make.make_file(alice, inner, "thrown.txt"))
    return make.fresh(top)


def url(thing):
    return f"/files/hand-over/{thing.pk}/"


def work(name: str = "") -> Job:
    job = Job.objects.get(state="waiting")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def everything(top: Any) -> Any:
    """All that lives in the folder, itself included."""
    return make.Node.objects.filter(pk__in=handing.crossing.subtree.ids(top.pk))


def is_hers_alone(alice: Any, bob: Any, top: Any) -> bool:
    """Whether nothing has happened that anybody could notice."""
    here = everything(top)
    return (
        set(here.values_list("space_id", flat=True)) == {make.home(alice).space_id}
        and all(make.finds(alice, one) and not make.finds(bob, one) for one in here)
        and make.names(bob, make.home(bob)) == []
        and make.is_clean()
    )


def test_it_is_a_job_and_so_is_the_way_back(as_, alice, bob, mine):
    browser = as_(alice)
    sent = browser.post(url(mine), {"who": "bob"})
    job = Job.objects.get()
    assert sent["Location"] == f"/jobs/{job.pk}/"
    assert "“Archive” is being handed over to Bob" in words(browser.get(sent["Location"]))
    assert is_hers_alone(alice, bob, mine)
    assert browser.post(url(mine), {"who": "bob"})["Location"] == sent["Location"], "it is begun once"
    assert work().state == "done"
    assert make.names(bob, make.home(bob)) == ["Archive"]
    for one in everything(mine):
        assert (make.mask_on(bob, one), make.finds(alice, one)) == (Right.ALL, False)
    assert not Lock.objects.exists()
    assert make.is_clean(deep=True)
    assert AuditEntry.objects.filter(kind="handed-over").count() == 1
    page = browser.get(sent["Location"])
    assert "“Archive” is in the hands of Bob." in words(page)
    job.refresh_from_db()
    assert f'value="{job.result["fields"]["handed"]}"' in page.content.decode()
    back = browser.post(job.result["undo"], job.result["fields"])
    assert make.names(alice, make.home(alice)) == []
    assert "/jobs/" in back["Location"]
    assert work().state == "done"
    assert is_hers_alone(alice, bob, mine)
    assert make.mask_on(alice, mine) == Right.ALL
    assert "“Archive” is back." in words(browser.get(back["Location"]))
    assert make.is_clean(deep=True)


def test_what_one_keeps_and_what_others_had_goes_along(as_, alice, bob, eve, mine):
    inner = make.Node.objects.get(name="Old")
    make.share(alice, inner, eve, READER.mask)
    as_(alice).post(url(mine), {"who": "bob", "keep": "editor"})
    assert work().state == "done"
    for name in ("3.txt", "7.txt"):
        file = make.Node.objects.get(name=name)
        assert make.mask_on(alice, file) == EDITOR.mask
        assert make.mask_on(bob, file) == Right.ALL
        assert make.finds(eve, file) == (name == "7.txt")
    assert make.is_clean(deep=True)


def test_to_a_team_with_labels(as_, alice, bob, space, root, mine):
    file = make.Node.objects.get(name="7.txt")
    labelling.label(make.act(alice), [make.registry_thing(file)], new="Due")
    as_(alice).post(url(mine), {"space": space.pk})
    assert work().state == "done"
    assert make.names(bob, root) == ["Archive"]
    assert make.mask_on(bob, file) == EDITOR.mask
    assert make.is_clean(deep=True)


def test_what_cannot_be_is_said_at_once(as_, alice, bob, space, root, mine):
    make.restrict(alice, mine)
    assert as_(alice).post(url(mine), {"who": "bob"}).status_code == 409
    others = make.make_space(bob, "Others")
    assert as_(alice).post(url(mine), {"space": others.pk}).status_code == 400
    assert not Job.objects.exists()


def test_what_stands_against_it_later_hands_over_nothing_and_says_why(as_, alice, bob, mine):
    browser = as_(alice)
    sent = browser.post(url(mine), {"who": "bob"})
    make.change(make.home(bob).space, quota=1)
    job = work()
    assert job.state == "failed"
    assert is_hers_alone(alice, bob, mine)
    assert not Lock.objects.exists()
    page = browser.get(sent["Location"])
    assert job.message in words(page)
    assert url(mine) in page.content.decode()


class Killed(BaseException):
    """What no handler takes: the worker is gone."""


@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_worker_that_dies_on_the_way_has_changed_nothing_and_the_next_one_goes_on(living_town, monkeypatch, after):
    town = living_town
    top = fill(town.alice)
    handing_job(town, top)
    steps = []

    def die(self: Any, done: int, total: int, message: str = "") -> None:
        steps.append((done, total))
        if len(steps) == after:
            raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(jobs.Progress, "tell", die)
        dying.setattr(crossing, "_shut", forgetful(crossing._shut))
        with pytest.raises(Killed):
            jobs.run(str(Job.objects.get().pk))
    assert steps == sorted(steps)
    assert is_hers_alone(town.alice, town.bob, top)
    Job.objects.update(updated_at=timezone.now() - 2 * jobs.STALE)
    jobs.run(str(Job.objects.get().pk))
    assert Job.objects.get().state == "done"
    assert all(make.finds(town.bob, one) and not make.finds(town.alice, one) for one in everything(top))
    assert not Lock.objects.exists()
    assert make.is_clean(deep=True)


def handing_job(town: Any, top: Any) -> Job:
    from django.test import Client

    browser = Client()
    browser.force_login(town.alice)
    browser.post(url(top), {"who": "bob"})
    return Job.objects.get()


def forgetful(shut: Any) -> Any:
    """The lock of a worker that is killed stays: nothing takes it away."""

    class Left:
        def __init__(self, *args: Any):
            self.args = args

        def __enter__(self) -> Any:
            return shut(*self.args).__enter__()

        def __exit__(self, *failure: object) -> None:
            return None

    return Left


def test_meanwhile_nobody_waits_and_nobody_writes_inside(living_town, monkeypatch):
    town = living_town
    top = fill(town.alice)
    elsewhere = make.make_folder(town.alice, make.home(town.alice), "Elsewhere")
    make.share(town.alice, elsewhere, town.eve, EDITOR.mask)
    before = len(make.names(town.alice, top))
    handing_job(town, top)
    seen: list[Any] = []
    rewrite = crossing._rewrite

    def look(*args: Any) -> None:
        """All is rewritten, and nothing committed: what do others find?"""
        rewrite(*args)
        seen.append(aside(lambda: make.make_file(town.eve, elsewhere, "e.txt").name))
        seen.append(aside(lambda: make.make_file(town.bob, make.home(town.bob), "b.txt").name))
        seen.append(aside(lambda: make.make_file(town.alice, top, "inside.txt").name))
        seen.append(aside(lambda: len(make.names(town.alice, top))))
        seen.append(aside(lambda: make.finds(town.bob, top)))

    monkeypatch.setattr(crossing, "_rewrite", look)
    jobs.run(str(Job.objects.get().pk))
    assert seen[:2] == ["e.txt", "b.txt"]
    assert isinstance(seen[2], Locked)
    assert "Alice" in str(seen[2].message)
    assert seen[3:] == [before, False]
    assert Job.objects.get().state == "done"
    assert make.names(town.bob, make.home(town.bob)) == ["Archive", "b.txt"]
    assert make.is_clean(deep=True)


def aside(act: Callable[[], Any]) -> Any:
    """What somebody else gets, on a connection of their own, who would wait for two seconds at most."""
    found: list[Any] = []

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            found.append(act())
        except Exception as problem:
            found.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return found[0]


def test_two_that_wait_for_one_another_end_well(as_, alice, bob, mine, monkeypatch):
    as_(alice).post(url(mine), {"who": "bob"})
    rewrite, tries = crossing._rewrite, []

    def collide(*args: Any) -> None:
        rewrite(*args)
        tries.append(1)
        if len(tries) < crossing.TRIES:
            raise OperationalError from DeadlockDetected()

    monkeypatch.setattr(crossing, "_rewrite", collide)
    monkeypatch.setattr(crossing, "PAUSE", 0)
    assert work().state == "done"
    assert make.names(bob, make.home(bob)) == ["Archive"]
    assert make.is_clean(deep=True)


def test_small_ones_are_handed_over_at_once(as_, alice, bob, mine, monkeypatch):
    monkeypatch.setattr(settling, "LARGE", 100)
    as_(alice).post(url(mine), {"who": "bob"})
    assert not Job.objects.exists()
    assert make.names(bob, make.home(bob)) == ["Archive"]
    assert make.is_clean(deep=True)
