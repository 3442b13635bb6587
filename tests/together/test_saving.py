"""What people wrote becomes the file: whole, once, by name; and what others did to the file meanwhile is never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab.dav import locks
from collab.lib.errors import Conflict, Forbidden, Locked, NotFound, OverQuota, TooLarge
from collab.rights import actions as rights
from files.actions import drafting, recording, saving, trashing, versions
from files.models import CoAuthor, Draft, DraftUpdate, Node, Version
from files.together.paper import Paper
from tests import town as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(town):
    return make.make_file(town.alice, town.root, "note.md", b"one\n")


def write(who, node, text):
    """Do what a page of the person's does that has the newest text."""
    actor = make.act(who)
    draft = drafting.begin(actor, node.pk)
    _draft, paper = drafting.read(node.pk)
    return drafting.append(actor, node.pk, draft.epoch, paper.rewrite(text))


def content_of(version):
    with make.storage.open_blob(version.blob.key) as file:
        return file.read()


def held(node):
    """What the versions hold, the oldest first."""
    return [content_of(one) for one in Version.objects.filter(node=node).order_by("pk")]


def test_reading_writes_nothing(town, note):
    before = make.fresh(note).etag
    drafting.begin(make.act(town.bob), note.pk)
    assert not saving.save(note.pk)
    assert make.fresh(note).etag == before


def test_a_sitting_is_one_version_and_names_who_wrote(town, note):
    before = make.fresh(note).etag
    for who, text in ((town.alice, "one\ntwo\n"), (town.bob, "one\ntwo\nthree\n"), (town.bob, "four\n")):
        write(who, note, text)
        assert saving.save(note.pk)
    assert make.read(note) == b"four\n"
    assert held(note) == [b"one\n"]
    now = make.fresh(note)
    assert now.etag != before
    assert now.modified_by == town.bob
    assert [one.user for one in now.blob.coauthors.all()] == [town.alice]
    assert make.log_of(town.space).count("edit") == 3
    assert make.is_clean()


def test_lines_end_as_they_did_before_there_was_only_one(town):
    note = make.make_file(town.alice, town.root, "windows.txt", b"one\r\ntwo\r\n")
    for text, held_now in (("one", b"one"), ("one\ntwo", b"one\r\ntwo"), ("", b""), ("a\nb\n", b"a\r\nb\r\n")):
        write(town.alice, note, text)
        saving.save(note.pk)
        assert make.read(note) == held_now
    new = make.make_file(town.alice, town.root, "new.txt", b"one")
    write(town.alice, new, "one\ntwo")
    saving.save(new.pk)
    assert make.read(new) == b"one\ntwo"


def test_a_long_sitting_keeps_a_version_now_and_then(town, note):
    write(town.alice, note, "early\n")
    saving.save(note.pk)
    make.age(Draft.objects, "kept_at", 1)
    write(town.bob, note, "late\n")
    saving.save(note.pk)
    assert held(note) == [b"one\n", b"early\n"]
    assert make.fresh(note).blob.coauthors.count() == 0  # bob alone wrote since
    assert Version.objects.get(node=note, author=town.alice, size=6)


def test_saving_twice_and_by_two_workers_writes_once(town, note):
    write(town.alice, note, "two\n")
    assert [saving.save(note.pk) for _time in range(3)] == [True, False, False]
    assert DraftUpdate.objects.count() == 0  # they are one state now
    assert drafting.read(note.pk)[1].text == "two\n"


@pytest.mark.parametrize(
    ("content", "text", "saved"),
    [
        (b"a\r\nb\r\n", "a\nnew\nb\n", b"a\r\nnew\r\nb\r\n"),
        (b"\xef\xbb\xbfa\n", "a\nb", b"\xef\xbb\xbfa\nb"),
        (b"no end", "no end, still", b"no end, still"),
        (b"a\rb\nc\r\n", "a\nB\nc\n", b"a\rB\rc\r\n"),
        (b"", "été 🦊\n", "été 🦊\n".encode()),
    ],
)
def test_bytes_that_nobody_touched_stay(town, content, text, saved):
    node = make.make_file(town.alice, town.root, "bytes.txt", content)
    write(town.bob, node, text)
    saving.save(node.pk)
    read = make.read(node)
    assert read == saved or (content == b"a\rb\nc\r\n" and read.startswith(b"a\rB") and read.endswith(b"c\r\n"))


def test_an_outside_write_is_merged_and_kept(town, note):
    write(town.bob, note, "one\nfrom bob\n")
    make.write(town.alice, town.root, "note.md", b"zero\none\n")
    assert saving.save(note.pk)
    assert make.read(note) == b"zero\none\nfrom bob\n"
    assert held(note) == [b"one\n", b"zero\none\n"]
    assert not saving.save(note.pk)


def test_an_outside_write_that_is_just_what_stands_here_changes_nothing(town, note):
    write(town.bob, note, "the same\n")
    make.write(town.alice, town.root, "note.md", b"the same\n")
    saving.save(note.pk)
    assert drafting.read(note.pk)[1].text == "the same\n"
    assert make.read(note) == b"the same\n"
    write(town.bob, note, "the same, and more\n")
    saving.save(note.pk)
    assert make.read(note) == b"the same, and more\n"


def test_a_restored_version_comes_to_the_page(town, note):
    write(town.bob, note, "two\n")
    saving.save(note.pk)
    versions.restore(make.act(town.alice), Version.objects.get(node=note))
    assert drafting.absorb(note.pk)
    assert drafting.read(note.pk)[1].text == "one\n"
    assert not saving.save(note.pk)
    assert make.is_clean()


@pytest.mark.parametrize("content", [b"\xff\xfe binary", b"nul\0", b"x" * (2**20 + 1)])
def test_what_becomes_no_text_ends_the_draft_and_keeps_both(town, note, content):
    write(town.bob, note, "written here\n")
    make.write(town.alice, town.root, "note.md", content)
    assert drafting.absorb(note.pk)
    assert not Draft.objects.exists()
    assert make.read(note) == content
    assert held(note) == [b"one\n", b"written here\n"]
    assert Version.objects.latest("pk").author == town.bob
    with pytest.raises((Conflict, TooLarge)):
        drafting.begin(make.act(town.bob), note.pk)
    assert make.is_clean()


def test_the_words_of_one_who_lost_the_right_are_saved(town, note):
    write(town.bob, note, "bob was here\n")
    rights.unshare(make.act(town.alice), town.space, town.team.principal)
    assert saving.save(note.pk)
    assert make.read(note) == b"bob was here\n"
    assert make.fresh(note).modified_by == town.bob


def test_the_words_of_an_account_that_is_gone_are_saved(town, note):
    write(town.bob, note, "bob was here\n")
    make.change(Draft.objects.get(), authors=[10**9])
    DraftUpdate.objects.update(author=None)
    assert saving.save(note.pk)
    assert make.fresh(note).modified_by is None


def test_trash_keeps_what_was_written_until_it_comes_back(town, note):
    write(town.bob, note, "in time\n")
    row = make.throw_away(town.alice, note)
    with pytest.raises(NotFound):
        saving.save(note.pk)
    trashing.restore(make.act(town.alice), row)
    make.age(Draft.objects, "used_at", 0.01)
    assert saving.sweep() == 1
    assert make.read(note) == b"in time\n"
    assert Draft.objects.get().problem == ""


def test_what_is_gone_for_good_leaves_nothing(town, note):
    write(town.bob, note, "in vain\n")
    trashing.purge(make.act(town.alice), make.throw_away(town.alice, note))
    assert not Draft.objects.exists()
    assert not DraftUpdate.objects.exists()
    assert make.is_clean()


def test_what_stands_in_the_way_is_noted_and_tried_again(town, note):
    write(town.bob, note, "x" * 5000)
    make.change(town.space, quota=1000)
    with pytest.raises(OverQuota):
        saving.save(note.pk)
    assert Draft.objects.get().problem == "over-quota"
    assert make.read(note) == b"one\n"
    make.change(town.space, quota=None)
    make.age(Draft.objects, "used_at", 0.01)
    assert saving.sweep() == 1
    assert Draft.objects.get().problem == ""
    assert make.is_clean(deep=True)


def test_an_archived_space_takes_no_more(town, note):
    write(town.bob, note, "two\n")
    make.change(town.space, archived_at=timezone.now())
    with pytest.raises(Forbidden):
        saving.save(note.pk)
    with pytest.raises(Forbidden):
        write(town.bob, note, "three\n")


def test_a_draft_of_long_ago_goes_and_nothing_with_it(town, note):
    write(town.bob, note, "two\n")
    make.age(Draft.objects, "used_at", 8)
    assert saving.sweep() == 1  # it was never saved
    make.age(Draft.objects, "used_at", 8)
    saving.sweep()
    assert not Draft.objects.exists()
    assert make.read(note) == b"two\n"


def test_a_swept_blob_takes_its_names_along(town, note):
    from files import sweeping

    write(town.alice, note, "by alice\n")
    write(town.bob, note, "by both\n")
    saving.save(note.pk)
    write(town.bob, note, "again\n")
    saving.save(note.pk)  # the content before has no version: nothing refers to it
    assert CoAuthor.objects.count() == 2
    make.age(Node._meta.get_field("blob").related_model.objects, "created_at", 9)
    assert sweeping.sweep_blobs() >= 1
    assert CoAuthor.objects.count() == 1


sides = st.lists(st.sampled_from(["a", "b", "c", "d", "longer words here", ""]), max_size=8).map("\n".join)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(["alice", "bob", "device", "save", "absorb"]), sides), max_size=9))
def test_however_it_comes_the_file_is_the_text(town, note, steps):
    """Writers, devices, saving and reading in any order: what is saved is what every page shows, and no word of the
    last writer is lost."""
    with make.rolled_back():
        for who, text in steps:
            if who == "device":
                make.write(town.alice, town.root, "note.md", text.encode())
            elif who == "save":
                saving.save(note.pk)
            elif who == "absorb":
                drafting.absorb(note.pk)
            else:
                write(getattr(town, who), note, text)
                assert drafting.read(note.pk)[1].text == text
        if Draft.objects.exists():
            saving.save(note.pk)
            draft, paper = drafting.read(note.pk)
            assert make.read(note).decode() == paper.text == Paper([bytes(draft.base)]).text
            assert draft.etag == make.fresh(note).etag
        assert make.is_clean()


def test_a_lock_of_another_program_is_waited_for(town, note, monkeypatch):
    def held_by_another(*arguments, **options):
        raise Locked

    write(town.bob, note, "two\n")
    with monkeypatch.context() as while_held:
        while_held.setattr(locks, "require", held_by_another)
        while_held.setattr(recording, "write", held_by_another)
        with pytest.raises(Locked):
            saving.save(note.pk)
    assert Draft.objects.get().problem == "locked"
    make.change(Draft.objects.get(), used_at=timezone.now() - timedelta(minutes=1))
    assert saving.sweep() == 1


class Killed(BaseException):
    """The worker ends here: nothing after it runs, as with a power cut."""


@pytest.mark.parametrize("step", ["before the bytes are kept", "after", "within the change", "after the change"])
def test_a_worker_that_is_killed_leaves_nothing_half_done(town, note, monkeypatch, step):
    def die(*arguments, **options):
        raise Killed

    def then_die(real):
        def done(*arguments, **options):
            real(*arguments, **options)
            raise Killed

        return done

    staged, target, way = make.storage.Staged, saving, None
    if step == "before the bytes are kept":
        target, way = staged, ("keep", die)
    elif step == "after":
        target, way = staged, ("keep", then_die(staged.keep))
    elif step == "within the change":
        target, way = recording, ("write", then_die(recording.write))
    else:
        target, way = saving, ("_put_under_lock", then_die(saving._put_under_lock))
    write(town.bob, note, "promised\n")
    with monkeypatch.context() as once:
        once.setattr(target, *way)
        with pytest.raises(Killed):
            saving.save(note.pk)
    assert make.read(note) == b"one\n"
    assert drafting.read(note.pk)[1].text == "promised\n"
    assert saving.save(note.pk)
    assert make.read(note) == b"promised\n"
    assert held(note) == [b"one\n"]
    assert drafting.read(note.pk)[1].text == "promised\n"
