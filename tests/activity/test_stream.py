"""Streams: what belongs together is one line with its true number, and nobody reads of what they may not see."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from collab.accounts.actions import people
from collab.activity import scope, stream
from collab.activity.scope import Scope
from collab.events.models import Change
from collab.rights.right import EDITOR, READER
from files.actions import moving
from tests import town as make
from tests.activity import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def lines(who, of=None, **options):
    return stream.page(make.act(who), of or Scope(), **options).lines


def said(line):
    who = "" if line.alone else f"{line.who or 'Somebody'} "
    return f"{who}{line.text} {line.place}".strip()


def upload(who, space, folder, count, at, kind="add"):
    """So many files, a second apart, as an upload leaves them in the log."""
    nodes = [make.make_file(who, folder, make.unique("photo")) for _ in range(count)]
    Change.objects.filter(ref_kind="node", ref_id__in=[node.pk for node in nodes]).delete()
    after = {"parent": folder.pk, "name": "photo", "size": 5}
    log.write(space, [(who, kind, node, after, at + timedelta(seconds=n)) for n, node in enumerate(nodes)])
    return nodes


def test_what_was_done_in_one_go_is_one_line(alice, bob, space, root):
    folder = make.make_folder(alice, root, "Été")
    upload(alice, space, folder, 14, log.noon())
    line = lines(bob)[0]
    assert said(line) == "Alice added 14 files to Plans › Été"
    assert len(line.names) == 3
    assert line.more == 11
    assert line.place_url == "/files/@plans/%C3%89t%C3%A9"


def test_an_upload_of_three_thousand_is_one_line_told_once(alice, bob, space, root, monkeypatch):
    folder = make.make_folder(alice, root, "Scans")
    make.Node.objects.bulk_create(
        make.Node(
            space=space, parent=folder, name=f"s{n}", sort=f"s{n}", kind=1, acl_id=folder.acl_id, mtime=0, etag="0"
        )
        for n in range(3000)
    )
    nodes = list(make.Node.objects.filter(parent=folder, name__startswith="s"))
    start = log.noon()
    log.write(
        space, [(alice, "add", one, {"parent": folder.pk}, start + timedelta(seconds=n)) for n, one in enumerate(nodes)]
    )
    asked = []
    declared = scope.verbs
    monkeypatch.setattr(scope, "verbs", lambda actor, app="": [_counting(one, asked) for one in declared(actor, app)])
    line = lines(bob)[0]
    assert said(line) == "Alice added 3000 files to Plans › Scans"
    assert max(asked) < 30


def _counting(verbs, asked):
    def tell(actor, changes):
        asked.append(len(changes))
        return verbs.tell(actor, changes)

    return replace(verbs, tell=tell)


def test_two_who_work_at_the_same_time_have_a_line_each(alice, bob, space, root):
    folder = make.make_folder(alice, root, "Both")
    now = log.noon()
    mine = [make.make_file(alice, folder, f"a{n}") for n in range(3)]
    Change.objects.filter(ref_id__in=[node.pk for node in mine]).delete()
    after = {"parent": folder.pk}
    log.write(space, [
        (alice, "add", mine[0], after, now), (bob, "edit", mine[0], after, now + timedelta(seconds=1)),
        (alice, "add", mine[1], after, now + timedelta(seconds=2)),
        (bob, "edit", mine[1], after, now + timedelta(seconds=3)),
        (alice, "add", mine[2], after, now + timedelta(seconds=4)),
    ])  # fmt: skip
    assert [said(line) for line in lines(alice)[:2]] == [
        "Alice added 3 files to Plans › Both", "Bob changed 2 files in Plans › Both",
    ]  # fmt: skip


def test_an_hour_without_anything_begins_another_line(alice, bob, space, root):
    noon = log.noon()
    folder = make.make_folder(alice, root, "Slow")
    upload(alice, space, folder, 2, noon - timedelta(minutes=130))
    upload(alice, space, folder, 3, noon)
    found = [said(line) for line in lines(bob, Scope(thing=("node", folder.pk)))]
    assert found[:2] == ["Alice added 3 files to Plans › Slow", "Alice added 2 files to Plans › Slow"]


def test_the_same_done_to_the_same_thing_again_says_how_often(alice, bob, space, root):
    node = make.make_file(alice, root, "minutes.txt")
    for text in (b"one", b"two", b"three"):
        make.write(alice, root, "minutes.txt", text)
    line = next(line for line in lines(bob) if line.text == "changed its contents")
    assert (line.title, line.times) == (node.name, 3)


def test_what_one_may_not_see_is_no_part_of_a_number(alice, bob, space, root):
    folder = make.make_folder(alice, root, "Mixed")
    nodes = upload(alice, space, folder, 5, log.noon())
    for node in nodes[:2]:
        make.restrict(alice, node)
    line = next(line for line in lines(bob) if line.names)
    assert said(line) == "Alice added 3 files to Plans › Mixed"
    assert {name for name, _url in line.names} == {node.name for node in nodes[2:]}


def test_a_folder_that_one_may_not_see_is_not_named(alice, bob, eve, space, root):
    closed = make.make_folder(alice, root, "Dismissals")
    make.restrict(alice, closed)
    moved = [make.make_file(alice, closed, f"plain{n}") for n in range(2)]
    opened = make.make_folder(alice, root, "Open")
    for node in moved:
        moving.move(make.act(alice), node, opened, node.name)
    text = repr(lines(bob))
    assert "Dismissals" not in text
    assert "Alice added 2 files to a place that you do not see" in [said(line) for line in lines(bob)]
    assert "Alice moved 2 things to Plans › Open" in [said(line) for line in lines(bob)]
    assert lines(eve) == []


def test_what_is_shared_on_its_own_is_told_and_nothing_around_it(alice, eve, space, root):
    folder = make.make_folder(alice, root, "Lent")
    make.make_file(alice, folder, "inside.txt")
    make.make_file(alice, root, "outside.txt")
    make.share(alice, folder, eve, READER.mask)
    found = {line.title for line in lines(eve)}
    assert found == {"Lent", "inside.txt"}


def test_a_stream_of_a_space_is_of_that_space(alice, bob, space, root, team):
    other = make.make_space(alice, "Other")
    make.share(alice, other, team, EDITOR.mask)
    make.make_file(alice, make.root_of(other), "there.txt")
    make.make_file(alice, root, "here.txt")
    titles = {line.title for line in lines(bob, Scope(space=space.pk))}
    assert "here.txt" in titles
    assert "there.txt" not in titles
    assert {"here.txt", "there.txt"} <= {line.title for line in lines(bob)}


def test_a_folder_tells_of_what_lies_in_it(alice, bob, root):
    folder = make.make_folder(alice, root, "Deep")
    inner = make.make_folder(alice, folder, "Deeper")
    make.make_file(alice, inner, "deepest.txt")
    make.make_file(alice, root, "beside.txt")
    found = lines(bob, Scope(thing=("node", folder.pk)))
    assert [(line.title, line.place) for line in found] == [
        ("deepest.txt", "Plans › Deep › Deeper"), ("Deeper", "Plans › Deep"), ("Deep", "Plans"),
    ]  # fmt: skip


def test_what_was_done_in_many_places_at_once_is_one_line_for_all(alice, bob, root):
    for number in range(5):
        make.make_file(alice, make.make_folder(alice, root, f"F{number}"), f"in{number}.txt")
    found = [said(line) for line in lines(bob, Scope(app="files"))]
    assert found == ["Alice added 5 files to 5 places", "Alice made 5 folders in Plans"]


def test_one_can_be_told_of_one_person_one_app_or_others(alice, bob, space, root):
    make.make_file(alice, root, "alices.txt")
    make.make_file(bob, root, "bobs.txt")
    assert {line.title for line in lines(bob, Scope(person=alice.pk, app="files"))} == {"alices.txt"}
    assert "alices.txt" not in {line.title for line in lines(bob, Scope(but=alice.pk))}
    assert {line.ref[0] for line in lines(bob, Scope(app="spaces"))} == {"space"}


def test_who_sees_little_of_a_busy_space_finds_what_is_old(alice, eve, space, root, monkeypatch):
    monkeypatch.setattr(stream, "FIRST", 20)
    monkeypatch.setattr(stream, "LONGEST", 20)
    monkeypatch.setattr(stream, "PATIENCE", 40)
    make.share(alice, space, eve, READER.mask)
    open_one = make.make_file(alice, root, "open.txt")
    secret = make.make_folder(alice, root, "Reserved")
    make.restrict(alice, secret)
    at = log.noon()
    log.write(space, [(alice, "share", secret, None, at + timedelta(seconds=n)) for n in range(200)])
    assert open_one.name in {line.title for line in lines(eve, Scope(space=space.pk))}
    monkeypatch.setattr(scope, "MOST_THINGS", 0)
    assert open_one.name in {line.title for line in lines(eve, Scope(space=space.pk))}
    monkeypatch.setattr(stream, "MOST_READ", 60)
    page = stream.page(make.act(eve), Scope(space=space.pk))
    assert page.lines == []
    while page.more and not page.lines:
        page = stream.page(make.act(eve), Scope(space=space.pk), page.more)
    assert open_one.name in {line.title for line in page.lines}


def test_new_lines_are_counted_as_they_would_be_told(alice, bob, space, root):
    folder = make.make_folder(alice, root, "Été")
    top = stream.page(make.act(bob), Scope()).top
    assert stream.count_new(make.act(bob), Scope(), top) == 0
    upload(alice, space, folder, 5, log.noon())
    secret = make.make_folder(alice, root, "Reserved")
    make.restrict(alice, secret)
    assert stream.count_new(make.act(bob), Scope(), top) == 1


def test_a_page_asks_few_questions(alice, bob, space, root, django_assert_max_num_queries):
    for number in range(10):
        node = make.make_file(alice, make.make_folder(alice, root, f"F{number}"), "x")
        make.share(alice, node, make.everyone(), READER.mask)
    actor = make.act(bob)
    with django_assert_max_num_queries(8):
        assert len(stream.page(actor, Scope()).lines) > 10


def test_the_words_of_an_account_go_with_it(alice, bob, space, root):
    node = make.make_file(bob, root, "letter-to-my-doctor.txt")
    moving.move(make.act(bob), node, root, "letter.txt")
    make.make_file(alice, root, "hers.txt")
    make.change(bob, is_active=False)
    people.delete(None, make.fresh(bob), erase=True)
    rows = Change.objects.filter(space_id=space.pk)
    assert "doctor" not in repr(list(rows.values_list("before", "after")))
    assert "hers.txt" in repr(list(rows.values_list("after"))), "what others wrote stays"
    assert "renamed it" in {line.text for line in lines(alice)}
