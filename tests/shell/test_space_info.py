"""The panel of information and the activity of a space: who through what, what happened, facts."""

import pytest
from django.db import transaction
from django.utils import translation

from collab.accounts.actions import invitations
from collab.accounts.models import Rank
from collab.activity import stream
from collab.activity.scope import Scope
from collab.events import log
from collab.lib import paging
from collab.rights.right import READER
from collab.shell import participants
from collab.shell.views.spaces import members
from collab.spaces import actions as spaces
from tests import town as make


@pytest.fixture
def front(space):
    return f"/spaces/{space.pk}/"


def test_everybody_is_named_once_with_the_best_right_and_every_way(as_, alice, bob, space, team, front):
    make.share(alice, space, bob, READER.mask)
    make.share(alice, space, make.everyone(), READER.mask)
    with translation.override("en"):
        people, more, count = participants.page(space)
    assert more == ""
    assert count == 3
    assert [(one.user.username, one.role.slug, one.through) for one in people] == [
        ("alice", "manager", "named here, Team, Everyone"),
        ("bob", "editor", "named here, Team, Everyone"),
        ("eve", "reader", "Everyone"),
    ]
    assert "3 people are in this space." in as_(bob).get(f"{front}?open=info").content.decode()


def test_participants_are_paged_by_name(alice, space, team, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(participants, "PAGE", 5)
    for number in range(6):
        make.share(alice, space, make.make_user(f"person{number:02}", Rank.GUEST), READER.mask)
    with django_assert_max_num_queries(8):
        first, more, count = participants.page(space)
    second, end, _count = participants.page(space, more)
    assert (len(first), len(second), end, count) == (5, 3, "", 8)
    assert len({one.user.pk for one in first + second}) == 8


def test_what_happened_is_told_in_sentences(as_, alice, space, root, team, eve):
    browser = as_(alice)
    make.share(alice, space, eve, READER.mask)
    make.unshare(alice, space, eve)
    spaces.edit(make.act(alice), space, name="Plans B", hue="prune", front="hello")
    make.make_file(alice, root, "budget.ods")
    html = browser.get(f"/spaces/{space.pk}/activity/").content.decode()
    for words in (
        "made the space", "gave a right to Team: can edit", "took Eve out of it", "renamed it, it was “Plans”",
        "changed its colour", "wrote on its front page", "budget.ods",
    ):  # fmt: skip
        assert words in html
    assert "hello" not in html


def test_what_is_reserved_is_not_named_to_others(as_, alice, bob, space, root):
    secret = make.make_folder(alice, root, "Dismissals")
    make.make_file(alice, secret, "names.txt")
    make.restrict(alice, secret)
    open_one = make.make_folder(alice, root, "Open")
    mine = as_(alice).get(f"/spaces/{space.pk}/activity/").content.decode()
    theirs = as_(bob).get(f"/spaces/{space.pk}/activity/").content.decode()
    panel = as_(bob).get(f"/spaces/{space.pk}/?open=info&tab=history").content.decode()
    assert "Dismissals" in mine
    for html in (theirs, panel):
        assert "Dismissals" not in html
        assert "names.txt" not in html
        assert open_one.name in html
    make.throw_away(alice, secret)
    assert "Dismissals" not in as_(bob).get(f"/spaces/{space.pk}/activity/").content.decode()


def test_the_count_of_things_is_of_what_one_sees(as_, alice, bob, space, root):
    secret = make.make_folder(alice, root, "Dismissals")
    make.make_file(alice, secret, "names.txt")
    make.restrict(alice, secret)
    make.make_file(alice, root, "open.txt")
    details = f"/spaces/{space.pk}/?open=info&tab=details"
    assert "2 files, 1 folder" in as_(alice).get(details).content.decode()
    theirs = as_(bob).get(details).content.decode()
    assert "1 file" in theirs
    assert "folder<" not in theirs.replace("1 file", "")
    assert "<code>Plans</code>" in theirs, "where devices find it"
    assert "<code>http://testserver/remote.php/dav/files/bob/Plans/</code>" in theirs
    assert f"<dd>{space.pk}</dd>" in theirs


def test_the_history_is_paged_and_reads_over_what_is_hidden(alice, bob, space, root, monkeypatch):
    make.make_file(alice, root, "first.txt")
    secret = make.make_folder(alice, root, "Reserved")
    make.restrict(alice, secret)
    monkeypatch.setattr(stream, "FIRST", 10)
    with transaction.atomic():
        for _ in range(25):
            log.record(space.pk, "share", ("node", secret.pk), alice.pk)
    lines = stream.page(make.act(bob), Scope(space=space.pk)).lines
    assert "first.txt" in {line.title for line in lines}
    assert "Reserved" not in {line.title for line in lines}
    first = stream.page(make.act(alice), Scope(space=space.pk), size=2)
    second = stream.page(make.act(alice), Scope(space=space.pk), first.more, size=2)
    assert len(first.lines) == len(second.lines) == 2
    assert first.lines[-1].at >= second.lines[0].at


FOREIGN = [paging.seal(values) for values in (["x"], [-1, {}], [2**70, {}], [1, 2, 3])]


@pytest.mark.parametrize("cursor", ["%%%", "bm90aGluZw", *FOREIGN])
def test_what_is_no_cursor_is_refused(as_, bob, space, cursor):
    assert as_(bob).get(f"/spaces/{space.pk}/activity/", {"before": cursor}).status_code == 400


def test_strangers_see_none_of_it(as_, eve, space):
    for address in ("?open=info", "activity/"):
        assert as_(eve).get(f"/spaces/{space.pk}/{address}").status_code == 404


def test_an_archived_space_still_tells(as_, bob, space):
    make.change(space, archived_at=make.in_hours(-1))
    for tab in ("people", "history", "details"):
        assert as_(bob).get(f"/spaces/{space.pk}/?open=info&tab={tab}").status_code == 200
    assert as_(bob).post(f"/spaces/{space.pk}/pin/", {"pinned": "1"}).status_code == 403


def test_the_last_manager_has_no_control_and_the_reason_stands_below(as_, alice, space):
    html = as_(alice).get(f"/spaces/{space.pk}/members/").content.decode()
    assert "Right of Alice" not in html
    assert "Alice manages this space alone" in html
    make.share(alice, space, make.make_user("zoe"), 255)
    html = as_(alice).get(f"/spaces/{space.pk}/members/").content.decode()
    assert "Right of Alice" in html


def test_members_are_paged_and_guests_are_counted_as_such(as_, alice, space, monkeypatch):
    monkeypatch.setattr(members, "PAGE", 4)
    for number in range(4):
        make.share(alice, space, make.make_user(f"guest{number}", Rank.GUEST), READER.mask)
    html = as_(alice).get(f"/spaces/{space.pk}/members/").content.decode()
    assert "4 guests come from outside." in html
    assert "Right of Guest1" in html
    assert "Right of Guest2" not in html
    assert 'href="?from=4"' in html
    html = as_(alice).get(f"/spaces/{space.pk}/members/?from=4").content.decode()
    assert "Right of Guest2" in html
    assert as_(alice).get(f"/spaces/{space.pk}/members/?from=x").status_code == 200


def test_open_invitations_stand_among_the_members(as_, alice, bob, space):
    make.change(alice, rank=Rank.SPACE_MANAGER)
    terms = invitations.Terms(rank=Rank.MEMBER, space=space.pk, role=READER.slug)
    invitations.invite_by_link(make.fresh(alice), terms, uses=3)
    page = as_(alice).get(f"/spaces/{space.pk}/members/").content.decode()
    assert "Invitation by link" in page
    assert f"/administration/people/invite/?space={space.pk}" in page
    form = as_(alice).get(f"/administration/people/invite/?space={space.pk}").content.decode()
    assert f'<option value="{space.pk}" selected>' in form
    assert "Invitation by link" not in as_(bob).get(f"/spaces/{space.pk}/members/").content.decode()
