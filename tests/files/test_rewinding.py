"""A folder as it was: restoring any moment gives the tree of then, whatever was done since; its undo that of now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab.events import jobs
from collab.events.models import Change, Job
from collab.lib.errors import BadInput, Conflict, Forbidden, OverQuota
from collab.rights.right import CONTRIBUTOR, READER, Right
from collab.spaces.models import Space
from files import history, rewinding
from files.actions import moving, trashing, versions
from files.actions import rewinding as acts
from files.history import Span
from files.models import Node, Trash, Version
from tests import town as make

NAMES = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def clock(space: Any) -> int:
    return Space.objects.values_list("seq", flat=True).get(pk=space.pk)


def tree(folder: Any) -> dict[str, str | None]:
    """{path below the folder: digest of the content, None for a folder}."""
    found: dict[str, str | None] = {}

    def walk(parent: int, path: str) -> None:
        for node in Node.objects.inside(parent).select_related("blob"):
            here = f"{path}/{node.name}"
            found[here] = bytes(node.blob.sha256).hex() if node.blob else None
            if node.is_folder:
                walk(node.pk, here)

    walk(folder.pk, "")
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def back(who: Any, folder: Any, since: int, until: int | None = None, **options: Any) -> acts.Outcome:
    span = Span(folder.space_id, since, until or clock(folder.space))
    with transaction.atomic():
        return acts.rewind(make.act(who), make.fresh(folder), span, **options)


def undo(who: Any, outcome: acts.Outcome) -> acts.Outcome:
    with transaction.atomic():
        return acts.undo(make.act(who), outcome.undo)[1]


@pytest.fixture
def folder(town):
    return make.make_folder(town.alice, town.root, "Sport")


def test_every_kind_of_change_is_taken_back_and_given_again(town, folder):
    alice = make.act(town.alice)
    elsewhere = make.make_folder(town.alice, town.root, "Elsewhere")
    summer = make.make_folder(town.alice, folder, "Summer")
    gone = make.make_file(town.alice, summer, "gone.txt", b"gone")
    edited = make.make_file(town.alice, folder, "edited.txt", b"then")
    renamed = make.make_file(town.alice, folder, "before.txt", b"renamed")
    moved = make.make_file(town.alice, summer, "moved.txt", b"moved")
    left = make.make_file(town.alice, folder, "left.txt", b"left")
    guest = make.make_file(town.alice, elsewhere, "guest.txt", b"guest")
    then, since = tree(folder), clock(town.space)
    make.write(town.bob, folder, "edited.txt", b"now")
    moving.move(alice, make.fresh(renamed), make.fresh(folder), "after.txt")
    moving.move(alice, make.fresh(moved), make.fresh(folder), "moved.txt")
    moving.move(alice, make.fresh(left), make.fresh(elsewhere), "left.txt")
    moving.move(alice, make.fresh(guest), make.fresh(folder), "guest.txt")
    make.throw_away(town.alice, make.fresh(gone))
    make.throw_away(town.alice, make.fresh(summer))
    make.make_file(town.alice, folder, "new.txt", b"new")
    moving.copy(alice, make.fresh(elsewhere), make.fresh(folder), "copied")
    now = tree(folder)
    assert now != then
    found = rewinding.plan(alice, folder.pk, Span(town.space.pk, since, clock(town.space)))
    assert found.counts() == {"back": 2, "content": 1, "moved": 3, "renamed": 1, "away": 2}
    outcome = back(town.alice, folder, since, to="22 Nov.")
    assert outcome.left == []
    assert outcome.count == 9
    assert tree(folder) == then
    assert {node.pk for node in (gone, edited, renamed, moved, left)} <= set(
        Node.objects.living().values_list("pk", flat=True)
    ), "ids, and with them shares and versions, are kept"
    assert make.fresh(guest).parent_id == elsewhere.pk
    assert make.log_of(town.space)[-1] == "rewind"
    assert make.is_clean(deep=True)
    undo(town.alice, outcome)
    assert tree(folder) == now
    assert make.is_clean(deep=True)


def test_done_twice_there_is_nothing_left_to_do(town, folder):
    make.make_file(town.alice, folder, "a", b"1")
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"2")
    until = clock(town.space)
    assert back(town.alice, folder, since).count == 1
    assert back(town.alice, folder, since).count == 0
    assert back(town.alice, folder, since, until).count == 0


def test_names_that_changed_owners_and_folders_that_changed_sides(town, folder):
    alice = make.act(town.alice)
    outer = make.make_folder(town.alice, folder, "outer")
    inner = make.make_folder(town.alice, outer, "inner")
    one, two = (make.make_file(town.alice, folder, name, name.encode()) for name in ("one", "two"))
    then, since = tree(folder), clock(town.space)
    for node, name in ((one, "x"), (two, "one"), (one, "two")):
        moving.move(alice, make.fresh(node), make.fresh(folder), name)
    moving.move(alice, make.fresh(inner), make.fresh(folder), "inner")
    moving.move(alice, make.fresh(outer), make.fresh(inner), "outer")
    now = tree(folder)
    outcome = back(town.alice, folder, since)
    assert (tree(folder), outcome.left) == (then, [])
    undo(town.alice, outcome)
    assert tree(folder) == now
    assert make.is_clean()


def test_out_of_something_that_is_in_the_trash_and_stays_there(town, folder):
    """A file was moved into a new folder, which was thrown away: the file comes home, the rest stays where it was."""
    alice = make.act(town.alice)
    file = make.make_file(town.alice, folder, "plan.txt", b"plan")
    then, since = tree(folder), clock(town.space)
    box = make.make_folder(town.alice, town.root, "Box")
    make.make_file(town.alice, box, "other.txt")
    moving.move(alice, make.fresh(file), make.fresh(box), "plan.txt")
    row = make.throw_away(town.bob, make.fresh(box))
    outcome = back(town.alice, folder, since)
    assert (tree(folder), outcome.left) == (then, [])
    again = Trash.objects.get(node=box)
    assert (again.path, again.parent_id, again.deleted_by) == (row.path, row.parent_id, town.bob)
    assert Node.objects.filter(trash=again).count() == 2
    assert make.is_clean()


def test_what_came_into_a_folder_before_it_was_thrown_away_does_not_come_back_with_it(town, folder):
    summer = make.make_folder(town.alice, folder, "Summer")
    make.make_file(town.alice, summer, "then", b"then")
    then, since = tree(folder), clock(town.space)
    inner = make.make_folder(town.alice, summer, "inner")
    make.make_file(town.alice, inner, "since", b"since")
    make.throw_away(town.alice, make.fresh(summer))
    now = tree(folder)
    outcome = back(town.alice, folder, since)
    assert (tree(folder), outcome.left) == (then, [])
    undo(town.alice, outcome)
    assert tree(folder) == now
    assert make.is_clean()


def test_what_was_put_into_a_folder_that_itself_went_into_a_new_one(town, folder):
    """The folder comes home; what was put into it since goes to the trash, though the new folder goes there too."""
    alice = make.act(town.alice)
    summer = make.make_folder(town.alice, folder, "Summer")
    then, since = tree(folder), clock(town.space)
    fresh = make.make_folder(town.alice, folder, "New")
    moving.move(alice, make.fresh(summer), make.fresh(fresh), "Renamed")
    make.make_folder(town.alice, summer, "inner")
    for thrown in (False, True):
        if thrown:
            make.throw_away(town.alice, make.fresh(summer))
        now = tree(folder)
        outcome = back(town.alice, folder, since)
        assert (tree(folder), outcome.left) == (then, [])
        undo(town.alice, outcome)
        assert tree(folder) == now
    assert make.is_clean()


def test_what_only_visited_a_folder_goes_home_and_the_undo_takes_it_away_again(town, folder):
    alice = make.act(town.alice)
    elsewhere = make.make_folder(town.alice, town.root, "Elsewhere")
    guest = make.make_file(town.alice, elsewhere, "guest", b"guest")
    summer = make.make_folder(town.alice, folder, "Summer")
    then, since, home = tree(folder), clock(town.space), tree(elsewhere)
    moving.move(alice, make.fresh(guest), make.fresh(summer), "guest")
    make.throw_away(town.alice, make.fresh(summer))
    whole = tree(town.root)
    outcome = back(town.alice, folder, since)
    assert (tree(folder), tree(elsewhere), outcome.left) == (then, home, [])
    undo(town.alice, outcome)
    assert tree(town.root) == whole
    assert make.is_clean()


def test_what_others_did_after_the_preview_stays(town, folder):
    make.make_file(town.alice, folder, "a", b"1")
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"2")
    make.make_file(town.alice, folder, "b", b"since")
    until = clock(town.space)
    make.write(town.bob, folder, "a", b"3")
    make.make_file(town.bob, folder, "c", b"later")
    outcome = back(town.alice, folder, since, until)
    assert tree(folder) == {"/a": digest(b"3"), "/c": digest(b"later")}
    assert [str(why) for _step, why in outcome.left] == ["It has changed again meanwhile."]


def test_the_undo_leaves_what_others_did_since(town, folder):
    make.make_file(town.alice, folder, "a", b"1")
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"2")
    make.make_file(town.alice, folder, "b", b"since")
    outcome = back(town.alice, folder, since)
    make.make_file(town.bob, folder, "c", b"later")
    undo(town.alice, outcome)
    assert tree(folder) == {"/a": digest(b"2"), "/b": digest(b"since"), "/c": digest(b"later")}
    with pytest.raises(BadInput):
        acts.undo(make.act(town.bob), outcome.undo)
    with pytest.raises(BadInput):
        acts.undo(make.act(town.alice), outcome.undo + "x")


def test_what_one_may_not_change_is_said_and_left_and_what_one_does_not_see_is_not_told(town, folder):
    """Eve edits in the folder; one file in it is closed to her, and one she may only look at."""
    closed, open_, mine = (make.make_file(town.alice, folder, name, b"1") for name in ("closed", "open", "mine"))
    for node in (closed, open_):
        make.restrict(town.alice, node)
    make.share(town.alice, folder, town.eve, Right.SEE | Right.EDIT | Right.ADD | Right.DELETE)
    make.share(town.alice, open_, town.eve, READER.mask)
    since = clock(town.space)
    for name in ("closed", "open", "mine"):
        make.write(town.alice, folder, name, b"2")
    found = rewinding.plan(make.act(town.eve), folder.pk, Span(town.space.pk, since, clock(town.space)))
    assert [(step.kind, step.row.name) for step in found.steps] == [("content", "mine"), ("left", "open")]
    outcome = back(town.eve, folder, since)
    assert outcome.count == len(outcome.left) == 1
    assert [make.read(node) for node in (closed, open_, mine)] == [b"2", b"2", b"1"]


def test_it_needs_edit_on_the_folder(town, folder):
    since = clock(town.space)
    make.make_file(town.alice, folder, "a", b"1")
    make.share(town.alice, folder, town.eve, CONTRIBUTOR.mask)
    with pytest.raises(Forbidden):
        back(town.eve, folder, since)


def test_a_folder_that_was_not_there_then(town):
    since = clock(town.space)
    folder = make.make_folder(town.alice, town.root, "New")
    with pytest.raises(Conflict):
        back(town.alice, folder, since)
    copied = moving.copy(make.act(town.alice), folder, town.root, "Copy").entry
    inner = make.make_folder(town.alice, copied, "inside")
    with pytest.raises(Conflict):
        back(town.alice, inner, since)


def test_without_room_nothing_is_changed(town, folder):
    make.make_file(town.alice, folder, "a", b"x" * 100)
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"")
    make.make_file(town.alice, folder, "b")
    make.change(town.space, quota=150)
    before = tree(folder)
    with pytest.raises(OverQuota):
        back(town.alice, folder, since)
    assert tree(folder) == before
    assert make.is_clean()


def test_a_content_that_was_thinned_out_is_said(town, folder):
    file = make.make_file(town.alice, folder, "a", b"1")
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"2")
    versions.delete(make.act(town.alice), Version.objects.get(node=file))
    outcome = back(town.alice, folder, since)
    assert outcome.count == 0
    assert [str(why) for _step, why in outcome.left] == ["What it held is no longer kept: see its versions."]


def test_instead_of_a_content_that_is_kept_no_more_comes_the_last_before_it(town, folder):
    file = make.make_file(town.alice, folder, "a", b"older")
    make.write(town.alice, folder, "a", b"then")
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"now")
    kept, of_then = Version.objects.filter(node=file).order_by("pk")
    make.change(kept, created_at=make.in_hours(-1))
    versions.delete(make.act(town.alice), of_then)
    [step] = rewinding.plan(make.act(town.alice), folder.pk, Span(town.space.pk, since, clock(town.space))).steps
    assert (step.kind, step.near) == ("content", True)
    back(town.alice, folder, since)
    assert make.read(file) == b"older"


def test_what_left_for_another_space_and_what_is_gone_for_good(town, folder):
    alice = make.act(town.alice)
    other = make.make_space(town.alice, "Other")
    travelled = make.make_file(town.alice, folder, "travelled", b"1")
    erased = make.make_file(town.alice, folder, "erased", b"1")
    since = clock(town.space)
    moving.move(alice, make.fresh(travelled), make.root_of(other), "travelled")
    trashing.purge(alice, make.throw_away(town.alice, make.fresh(erased)))
    outcome = back(town.alice, folder, since)
    assert [(step.row.name, str(why)) for step, why in outcome.left] == [
        ("travelled", "It is in another space now. Move it back from there.")
    ]
    assert tree(folder) == {}


def test_a_large_one_is_a_job_that_goes_on_where_it_broke_off(town, folder, monkeypatch):
    from files.views import rewinding as pages

    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    for number in range(6):
        make.make_file(town.alice, folder, f"f{number}", b"then")
    then, since = tree(folder), clock(town.space)
    for number in range(6):
        make.write(town.alice, folder, f"f{number}", b"now")
    now, until = tree(folder), clock(town.space)
    job = jobs.start(
        pages.WORK, town.alice.pk, title="x", folder=folder.pk, span=list(Span(town.space.pk, since, until)), to="then"
    )
    give, calls = versions.restore, []

    def break_off(*wanted: Any, **options: Any) -> Any:
        calls.append(wanted)
        if len(calls) == 4:
            raise RuntimeError("the worker dies")
        return give(*wanted, **options)

    monkeypatch.setattr(versions, "restore", break_off)
    jobs.run(str(job.pk))
    assert Job.objects.get().state == "failed"
    assert tree(folder) not in (then, now)
    Job.objects.update(state="waiting")
    jobs.run(str(job.pk))
    done = Job.objects.get()
    assert (done.state, tree(folder)) == ("done", then)
    folder_now, outcome = acts.undo(make.act(town.alice), done.result["fields"]["act"])
    assert (folder_now.pk, outcome.count, tree(folder)) == (folder.pk, 6, now)


def test_what_was_put_into_something_that_comes_back_stays_out(town, root):
    outer = make.make_folder(town.alice, root, "outer")
    inner, other = make.make_folder(town.alice, outer, "inner"), make.make_folder(town.alice, root, "other")
    make.make_file(town.alice, other, "file", b"other")
    then, whole, since = tree(outer), tree(root), clock(town.space)
    moving.move(make.act(town.alice), inner, root, "a")
    moving.move(make.act(town.alice), other, make.fresh(inner), "b")
    make.make_file(town.alice, inner, "new", b"new")
    now = tree(root)
    outcome = back(town.alice, outer, since)
    assert (outcome.left, tree(outer), tree(root)) == ([], then, whole)
    undo(town.alice, outcome)
    assert tree(root) == now


def test_what_lies_in_something_that_cannot_come_back_stays_there(town, root):
    outer = make.make_folder(town.alice, root, "outer")
    inner, other = make.make_folder(town.alice, outer, "inner"), make.make_folder(town.alice, root, "other")
    since = clock(town.space)
    for thing in (inner, other, outer):
        moving.move(make.act(town.alice), make.fresh(thing), root if thing is inner else make.fresh(inner), thing.name)
    now = tree(root)
    outcome = back(town.alice, outer, since)
    assert [why for _step, why in outcome.left] == ["The folder you restore lies in it now. Move it out first."]
    assert tree(root) == now


def test_undo_gives_its_content_back_to_what_goes_out_again(town, root):
    outer = make.make_folder(town.alice, root, "outer")
    file = make.make_file(town.alice, outer, "a", b"one")
    then, since = tree(outer), clock(town.space)
    make.write(town.alice, outer, "a", b"two")
    moving.move(make.act(town.alice), make.fresh(file), root, "b")
    now = tree(root)
    outcome = back(town.alice, outer, since)
    assert tree(outer) == then
    undo(town.alice, outcome)
    assert tree(root) == now


@pytest.fixture
def came_home(town, root):
    """A file that came back out of a folder which the same act threw away; that folder, the act and the tree before."""
    outer = make.make_folder(town.alice, root, "outer")
    inner = make.make_folder(town.alice, outer, "inner")
    file = make.make_file(town.alice, outer, "file", b"one")
    since = clock(town.space)
    new = make.make_folder(town.alice, inner, "new")
    moving.move(make.act(town.alice), make.fresh(file), new, "file")
    moving.move(make.act(town.alice), make.fresh(inner), root, "elsewhere")
    whole = tree(root)
    outcome = back(town.alice, outer, since)
    assert make.fresh(new).trash_id is not None
    return file, new, outcome, whole


def test_undo_takes_what_came_home_back_into_what_was_thrown_away(town, root, came_home):
    _file, _new, outcome, whole = came_home
    undo(town.alice, outcome)
    assert tree(root) == whole


def test_undo_leaves_what_came_home_where_its_folder_is_gone_for_good(town, root, came_home):
    file, new, outcome, _whole = came_home
    trashing.purge(make.act(town.alice), Trash.objects.get(pk=make.fresh(new).trash_id))
    undone = undo(town.alice, outcome)
    assert [why for _step, why in undone.left] == ["The folder it lay in is not here any more."]
    assert make.fresh(file).trash_id is None


def test_what_it_is_taken_out_of_lies_in_the_trash_as_before(town, root):
    """Under its own name, in its own folder, seen by no more people."""
    folder = make.make_folder(town.alice, root, "folder")
    file = make.make_file(town.alice, folder, "file", b"one")
    make.share(town.alice, folder, town.eve, READER.mask)
    then, since = tree(folder), clock(town.space)
    other = make.make_folder(town.alice, root, "file")
    moving.move(make.act(town.alice), make.fresh(file), other, "b")
    trashing.trash(make.act(town.alice), make.fresh(other))
    back(town.alice, folder, since)
    assert tree(folder) == then
    thrown = make.fresh(other)
    assert (thrown.name, thrown.parent_id, thrown.acl_id) == ("file", root.pk, make.fresh(root).acl_id)
    trashing.restore(make.act(town.alice), Trash.objects.get(pk=thrown.trash_id))
    assert tree(root)["/file"] is None
    assert make.is_clean()


def test_the_moment_is_found_in_the_log(town, folder):
    make.make_file(town.alice, folder, "a", b"1")
    Change.objects.filter(space_id=town.space.pk).update(at=make.in_hours(-5))
    since = clock(town.space)
    make.write(town.alice, folder, "a", b"2")
    assert history.seq_at(town.space.pk, make.in_hours(-2)) == since
    assert history.seq_at(town.space.pk, make.in_hours(1)) == since + 1
    with pytest.raises(Conflict):
        history.seq_at(town.space.pk, make.in_hours(-9))


# ---- whatever was done

number = st.integers(0, 10**6)
verbs = st.sampled_from(["move", "throw", "restore", "put", "make", "copy", "revert", "move", "throw", "move"])
doings = st.lists(st.tuples(verbs, number, number, st.sampled_from([*NAMES, "file", "inner"])), max_size=18)


class Play:
    """Random work in one space; what is refused is not done."""

    def __init__(self, alice: Any, root: Any):
        self.actor, self.root = make.act(alice), root
        self.alice = alice

    def nodes(self, **wanted: Any) -> list[Node]:
        found = Node.objects.living().filter(space=self.root.space_id, **wanted).exclude(parent=None)
        return list(found.select_related("acl", "space").order_by("pk"))

    def pick(self, choice: int, found: list[Any]) -> Any:
        return found[choice % len(found)] if found else None

    def step(self, verb: str, what: int, where: int, name: str) -> None:
        try:
            with transaction.atomic():
                getattr(self, verb)(what, where, name)
        except (Conflict, Forbidden, BadInput):
            return

    def folder(self, where: int) -> Any:
        return self.pick(where, [make.fresh(self.root), *self.nodes(kind=Node.Kind.FOLDER)])

    def put(self, what: int, where: int, name: str) -> None:
        make.write(self.alice, self.folder(where), name, b"%d" % what)

    def make(self, _what: int, where: int, name: str) -> None:
        make.make_folder(self.alice, self.folder(where), name)

    def move(self, what: int, where: int, name: str) -> None:
        if node := self.pick(what, self.nodes()):
            moving.move(self.actor, node, self.folder(where), name, overwrite=what % 3 == 0)

    def copy(self, what: int, where: int, name: str) -> None:
        if node := self.pick(what, self.nodes()):
            moving.copy(self.actor, node, self.folder(where), name)

    def throw(self, what: int, _where: int, _name: str) -> None:
        if node := self.pick(what, self.nodes()):
            trashing.trash(self.actor, node)

    def restore(self, what: int, _where: int, _name: str) -> None:
        if row := self.pick(what, list(Trash.objects.filter(space=self.root.space_id).order_by("pk"))):
            trashing.restore(self.actor, row)

    def revert(self, what: int, _where: int, _name: str) -> None:
        kept = Version.objects.filter(node__space=self.root.space_id, node__trash=None).select_related("node")
        if version := self.pick(what, list(kept.order_by("pk"))):
            versions.restore(self.actor, version)


def below(folder: Any) -> set[int]:
    found, nodes = set(), [folder]
    while nodes:
        inside = list(Node.objects.inside(nodes.pop().pk))
        found |= {node.pk for node in inside}
        nodes += inside
    return found


def above(node: Any) -> set[int]:
    found, parent = set(), make.fresh(node).parent_id
    while parent is not None:
        found.add(parent)
        parent = Node.objects.get(pk=parent).parent_id
    return found


def folders_then(root: Any) -> list[int]:
    found = Node.objects.living().filter(space=root.space_id, kind=Node.Kind.FOLDER)
    return list(found.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def played(town):
    """A space that nothing else is in, so that examples begin alike."""
    space = make.make_space(town.alice, "Played")
    return town.alice, make.root_of(space)


def campaign(alice: Any, root: Any, before: list[Any], after: list[Any], choice: int) -> None:
    with make.rolled_back():
        play = Play(alice, root)
        outer = make.make_folder(alice, root, "outer")
        for folder in (root, outer, make.make_folder(alice, outer, "inner"), make.make_folder(alice, root, "other")):
            make.make_file(alice, folder, "file", folder.name.encode())
        for doing in before:
            play.step(*doing)
        since = clock(root.space)
        folder = Node.objects.get(pk=folders_then(root)[choice % len(folders_then(root))])
        then, inside = tree(folder), below(folder)
        for doing in after:
            play.step(*doing)
        if not Node.objects.living().filter(pk=folder.pk).exists():
            return  # there is no folder to ask it of
        now, whole = tree(folder), tree(root)
        outcome = back(alice, folder, since)
        if above(folder) & inside:
            assert "The folder you restore lies in it now. Move it out first." in [why for _step, why in outcome.left]
            undo(alice, outcome)
            assert tree(root) == whole
            return
        assert [why for _step, why in outcome.left] == []
        assert tree(folder) == then
        assert back(alice, folder, since).count == 0
        undo(alice, outcome)
        assert tree(folder) == now
        assert tree(root) == whole
        assert make.is_clean()
        connection.check_constraints()


def options(examples: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=examples < 100,
        database=None,
    )  # fmt: skip


@given(before=doings, after=doings, choice=number)
@options(15)
def test_any_folder_at_any_moment(played, before, after, choice):
    campaign(*played, before, after, choice)


@pytest.mark.full
@given(before=doings, after=doings, choice=number)
@options(3000)
def test_any_folder_at_any_moment_for_long(played, before, after, choice):
    campaign(*played, before, after, choice)
