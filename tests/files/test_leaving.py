"""A person's account goes: somebody inherits their own files as one folder, or they are erased when that is said."""

import pytest
from django.conf import settings
from django.db import connection

from collab.accounts.actions import people
from collab.accounts.models import Rank, User
from collab.dav.models import Lock
from collab.events.models import Change
from collab.lib.errors import BadInput, Conflict, Forbidden, Locked, NotFound
from collab.marks.models import Favourite
from collab.rights import links
from collab.rights.models import Acl, Grant, Link, Principal
from collab.rights.right import EDITOR, MANAGER, READER, Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space
from files.actions import trashing, uploading
from files.models import Mount, Node, Upload, Version
from tests import town as make
from tests.files.locking import lock


@pytest.fixture
def boss(town):
    return make.make_user("adam", Rank.ADMIN)


@pytest.fixture
def mia(town, boss):
    """Mireille, who leaves: a file with an earlier version, a folder bob may edit, a restricted one, trash, a link."""
    return make.make_user("mia")


@pytest.fixture
def things(mia, bob, eve):
    home = make.home(mia)
    shared = make.make_folder(mia, home, "Shared")
    inside = make.make_file(mia, shared, "plan.txt", b"first")
    make.make_file(mia, shared, "plan.txt", b"second")
    make.share(mia, shared, bob, EDITOR.mask)
    closed = make.make_folder(mia, shared, "Closed")
    make.restrict(mia, closed)
    secret = make.make_file(mia, closed, "secret.txt", b"secret")
    letter = make.make_file(mia, home, "letter.txt", b"dear")
    old = make.make_folder(mia, home, "Old")
    make.make_file(mia, old, "old.txt", b"old")
    row = make.throw_away(mia, old)
    return {"shared": shared, "plan": inside, "closed": closed, "secret": secret, "letter": letter, "trash": row}


def leave(boss, mia, **options):
    people.deactivate(boss, mia)
    people.delete(boss, User.objects.get(pk=mia.pk), **options)
    connection.check_constraints()


def everything_seen(persons):
    """The nodes that each person sees."""
    return {
        person.username: set(Node.objects.visible_to(make.act(person)).values_list("pk", flat=True))
        for person in persons
    }


def test_the_heir_receives_one_folder_with_everything(boss, mia, alice, bob, eve, things):
    root = make.home(mia)
    size, used = root.size, make.fresh(mia.personal_space).used
    before = everything_seen([bob, eve, boss])
    leave(boss, mia, heir=alice)
    folder = Node.objects.get(pk=root.pk)
    assert (folder.name, folder.parent, folder.size) == ("Mia", make.home(alice), size)
    assert make.names(alice, folder) == ["Shared", "letter.txt"]
    assert make.read(things["plan"]) == b"second"
    assert Version.objects.get(node=things["plan"]).size == len(b"first")
    assert make.mask_on(alice, things["secret"]) == Right.ALL
    assert Space.objects.get(owner=alice).used == used
    assert everything_seen([bob, eve, boss]) == before
    assert make.is_clean(deep=True)


def test_shares_go_on_and_new_ones_can_be_given(boss, mia, alice, bob, eve, things):
    assert make.at_root(bob) == ["Plans", "Shared"]
    leave(boss, mia, heir=alice)
    assert make.at_root(bob) == ["Plans", "Shared"]
    assert make.mask_on(bob, things["shared"]) == EDITOR.mask
    assert not make.finds(bob, things["secret"])
    make.make_file(bob, make.fresh(things["shared"]), "bob.txt")
    make.share(alice, things["closed"], eve, READER.mask)
    assert make.finds(eve, things["secret"])
    assert make.is_clean()


def test_the_trash_comes_along_and_can_be_restored(boss, mia, alice, things):
    leave(boss, mia, heir=alice)
    row = make.fresh(things["trash"])
    assert (row.space, row.path, row.deleted_by) == (alice.personal_space, "Mia/Old", None)
    restored = trashing.restore(make.act(alice), row)
    assert make.fresh(restored).parent.name == "Mia"
    assert make.is_clean()


def test_what_they_made_elsewhere_stays(boss, mia, alice, bob, team, root):
    make.share(alice, root, mia, EDITOR.mask)
    note = make.make_file(mia, root, "note.txt")
    make.share(alice, note, bob, READER.mask)
    Grant.objects.filter(principal=bob.principal, acl=make.fresh(note).acl).update(granted_by=mia)
    leave(boss, mia)
    note = make.fresh(note)
    assert (note.created_by, note.modified_by, note.space.name) == (None, None, "Plans")
    assert make.mask_on(bob, note) & READER.mask
    assert Grant.objects.get(principal=bob.principal, acl=note.acl).granted_by is None
    assert make.is_clean()


def test_all_that_was_theirs_alone_is_gone(boss, mia, alice, things, root):
    actor, space = make.act(mia), mia.personal_space
    make.share(alice, root, mia, EDITOR.mask)
    assert make.at_root(mia)
    Favourite.objects.create(user=mia, kind="node", object_id=root.pk)
    upload = uploading.begin(actor, "sending")
    folder = uploading.folder_of(upload)
    lock(mia, make.fresh(things["letter"]))
    principal = mia.principal.pk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, **options: act())
        leave(boss, mia, heir=alice)
    assert not User.objects.filter(username="mia").exists()
    for model, found in (
        (Space, {"pk": space.pk}), (Principal, {"pk": principal}), (Grant, {"principal_id": principal}),
        (Mount, {"user_id": mia.pk}), (Lock, {"user_id": mia.pk}), (Upload, {"user_id": mia.pk}),
        (Favourite, {"user_id": mia.pk}), (Acl, {"pk": space.acl_id}), (Change, {"space_id": space.pk}),
    ):  # fmt: skip
        assert not model.objects.filter(**found).exists(), model
    assert not folder.exists()
    assert make.is_clean()


def test_links_they_made_sleep_until_somebody_adopts_them(boss, mia, alice, things):
    actor = make.act(mia)
    link = make.make_link(mia, things["letter"])
    token = links.token_of(actor, link, things["letter"])
    leave(boss, mia, heir=alice)
    with pytest.raises(NotFound):
        links.open_link(token)
    links.adopt_link(make.act(alice), make.fresh(things["letter"]), Link.objects.get(pk=link.pk))
    assert links.open_link(token)[0].pk == link.pk


def test_what_was_given_on_the_whole_personal_space_is_kept(boss, mia, alice, bob, eve, things):
    make.share(mia, mia.personal_space, eve, READER.mask)
    make.share(mia, make.home(mia), bob, READER.mask)
    before = everything_seen([bob, eve])
    root = make.home(mia)
    leave(boss, mia, heir=alice)
    after = everything_seen([bob, eve])
    assert after == before
    assert root.pk in after["eve"]
    assert not make.finds(eve, make.home(alice))
    assert make.is_clean()


def test_the_heir_s_own_mounts_and_names_make_room(boss, mia, alice, things):
    make.share(mia, things["shared"], alice, READER.mask)
    make.make_folder(alice, make.home(alice), "Mia")
    assert "Shared" in make.at_root(alice)
    leave(boss, mia, heir=alice)
    assert make.at_root(alice) == ["Mia", "Mia (2)", "Plans"]
    assert make.is_clean()


def test_a_full_heir_loses_nothing(boss, mia, alice, things):
    make.change(alice.personal_space, quota=1)
    leave(boss, mia, heir=alice)
    assert make.read(things["letter"]) == b"dear"
    assert make.is_clean()


@pytest.mark.parametrize(("name", "folder"), [("a/b", "a-b"), ("..", "mia"), ("é" * 120, "é" * 120)])
def test_any_name_makes_a_folder(boss, mia, alice, things, name, folder):
    make.change(mia, display_name=name)
    leave(boss, mia, heir=alice)
    assert folder in make.at_root(alice)


def test_nothing_is_erased_unasked(boss, mia, alice, things):
    people.deactivate(boss, mia)
    with pytest.raises(Conflict):
        people.delete(boss, mia)
    guest, off = make.make_user("gus", Rank.GUEST), make.make_user("otto", is_active=False)
    for nobody in (guest, off, mia):
        with pytest.raises(BadInput):
            people.delete(boss, mia, heir=nobody)
    with pytest.raises(BadInput):
        people.delete(boss, mia, heir=alice, erase=True)
    assert make.read(things["letter"]) == b"dear"
    assert User.objects.filter(pk=mia.pk).exists()


def test_erasing_leaves_no_row_and_no_part(boss, mia, bob, things):
    make.make_link(mia, things["letter"])
    assert "Shared" in make.at_root(bob)
    upload = uploading.begin(make.act(bob), "into-hers", parent_id=things["shared"].pk)
    space, principals = make.fresh(mia.personal_space), Principal.objects.filter(user=None, group=None)
    assert principals.count() == 1
    held = people.holdings(mia)
    assert (held.files, held.folders, held.size) == (4, 3, space.used)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, **options: act())
        leave(boss, mia, erase=True)
    assert not Node.objects.filter(space_id=space.pk).exists()
    assert not Acl.objects.filter(object_id=things["shared"].pk, kind="node").exists()
    assert not principals.exists()
    assert make.at_root(bob) == ["Plans"]
    assert not (settings.STAGING_DIR / "uploads" / str(upload.pk)).exists()
    assert make.is_clean()


def test_an_empty_account_asks_nothing(boss, mia):
    leave(boss, mia)
    assert make.is_clean()


def test_a_guest_and_a_member_who_became_one(boss, mia, alice, things):
    leave(boss, make.make_user("gus", Rank.GUEST))
    make.change(mia, rank=Rank.GUEST)  # as houses did before guests owned nothing
    mia.refresh_from_db()
    leave(boss, mia, heir=alice)
    assert make.read(things["letter"]) == b"dear"
    assert make.is_clean()


def test_the_last_manager_is_refused_with_the_names(boss, alice, bob, space):
    make.share(alice, space, boss, MANAGER.mask)
    old = make.make_space(alice, "Archive")
    make.change(old, archived_at=make.in_hours(-1))
    people.deactivate(boss, alice)
    with pytest.raises(Conflict, match="Archive"):
        people.delete(boss, alice, heir=bob)
    assert User.objects.filter(pk=alice.pk).exists()
    spaces.restore(make.act(boss), old)
    spaces.take_charge(make.act(boss), old)
    people.delete(boss, alice, heir=bob)
    assert make.is_clean()


def test_nobody_below_deletes_and_the_owner_stays(boss, mia, bob):
    people.deactivate(boss, mia)
    with pytest.raises(Forbidden):
        people.delete(bob, mia)


def test_a_lock_on_the_heir_s_own_root_is_respected(boss, mia, alice, things):
    lock(alice, make.home(alice))
    people.deactivate(boss, mia)
    with pytest.raises(Locked):
        people.delete(boss, mia, heir=alice)
    assert make.read(things["letter"]) == b"dear"
