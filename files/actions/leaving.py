"""What becomes of a person's own files when their account goes: somebody inherits them as one folder, or they end."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import Conflict
from collab.lib.text import NAME_BYTES, cut, free_name, sort_key
from collab.marks import following
from collab.registry.holdings import Holdings
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.models import Acl, Grant, Link
from collab.rights.right import Right
from collab.spaces.actions import personal_space
from collab.spaces.models import Space
from files.actions import bursts, erasing, homing, recording, tree, uploading
from files.models import Mount, Node, Trash, Upload

UNDECIDED = _("This person still has files of their own. Choose who receives them, or that they are erased.")

_HELD = """SELECT count(*) FILTER (WHERE n.kind = 2), count(*) FILTER (WHERE n.kind = 1 AND n.parent_id IS NOT NULL),
 max(s.used) FROM spaces_space s JOIN files_node n ON n.space_id = s.id WHERE s.owner_id = %s"""

# What others were given on the whole personal space; two grants to one join, and end when the sooner one does.
_CARRY = """INSERT INTO rights_grant (acl_id, principal_id, rights, expires_at, granted_by_id, note, created_at)
 SELECT %(to)s, g.principal_id, g.rights, g.expires_at, g.granted_by_id, g.note, g.created_at FROM rights_grant g
 WHERE g.acl_id = %(from)s AND g.principal_id <> %(owner)s ON CONFLICT (principal_id, acl_id) DO UPDATE
 SET rights = rights_grant.rights | excluded.rights, expires_at = least(rights_grant.expires_at, excluded.expires_at)"""


def holdings(person: User) -> Holdings:
    """Return how much lies in the person's own space, its trash and earlier versions included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [person.pk])
        files, folders, size = cursor.fetchone()
    return Holdings(files, folders, size or 0)


@transaction.atomic
def forget(person: User, *, heir: User | None, erase: bool, by: User | None) -> None:
    """Empty the person's own space, root and all, and drop the uploads they never finished.

    With `heir` everything goes as one folder, bearing the person's name, to the top of the heir's own space, whatever
    its quota; with `erase` everything ends. Raises Conflict when neither was said and something is there, Locked.
    """
    uploading.forget(Upload.objects.filter(user=person))
    bursts.lose_names(person)
    space = Space.objects.filter(owner=person).first()
    if space is None:
        return
    home = personal_space(heir) if heir else space
    locked = tree.lock(space.pk, home.pk)
    root = Node.objects.select_related("acl", "space").get(space=space, parent=None)
    is_empty = not Node.objects.filter(space=space).exclude(pk=root.pk).exists()
    if heir and not is_empty:
        _hand_over(by, person, heir, root, locked[space.pk], locked[home.pk])
    elif erase or is_empty:
        erasing.erase(space)
    else:
        raise Conflict(UNDECIDED)


def _hand_over(by: User | None, person: User, heir: User, root: Node, space: tree.Locked, there: tree.Locked) -> None:
    """Let the root become a folder of the heir's: every id below, its versions, shares and trash stay what they are."""
    actor = Actor.of(by) if by else Actor.nobody()
    top = Node.objects.get(space_id=there.id, parent=None)
    into = tree.state(actor, [top.pk], [there.id])[0][top.pk]
    tree.check_locks(there, actor, None, into, ())
    tree.unlock(space, root.pk)
    Mount.objects.filter(user=heir, node__space_id=space.id).delete()  # what was shared with the heir is their own now
    name = _free_name(person, heir, top)
    _carry_shares(person, root)
    _open_circles(by, heir, space.id)
    homing.follow(root, into.entry.acl_id)
    Node.objects.filter(pk=root.pk).update(parent_id=top.pk, name=name, sort=sort_key(name))
    ids = list(Node.objects.filter(space_id=space.id).values_list("pk", flat=True))
    following.moved(Node.REF_KIND, ids, there.id, carry=True)
    Node.objects.filter(space_id=space.id).update(space_id=there.id, change_seq=there.seq + 1)
    Trash.objects.filter(space_id=space.id).update(space_id=there.id, path=Concat(Value(f"{name}/"), F("path")))
    recording.write(
        "", "%(ref)s::bigint", {"ref": root.pk}, space_id=there.id, up=into.up, kind="arrive", actor=actor,
        grown=root.size, used=space.used, before={"name": "", "from": person.username},
        after={"name": name, "parent": top.pk},
    )  # fmt: skip


def _free_name(person: User, heir: User, top: Node) -> str:
    """Return the person's name as a folder may bear it, free in the heir's files and on the heir's devices."""
    name = cut(str(person).replace("/", "-"), NAME_BYTES - 10).strip()
    return free_name(
        name if name not in {"", ".", ".."} else person.username,
        lambda wish: (
            Node.objects.inside(top).filter(name=wish).exists() or Mount.objects.filter(user=heir, name=wish).exists()
        ),
    )


def _carry_shares(person: User, root: Node) -> None:
    """What others had on the whole personal space, people and links alike, they keep on the folder it becomes."""
    before = root.space.acl_id
    if not Grant.objects.filter(acl_id=before).exclude(principal__user=person).exists():
        return
    circle = rights.own_acl(root)
    with connection.cursor() as cursor:
        cursor.execute(_CARRY, {"from": before, "to": circle.pk, "owner": person.principal.pk})
    Link.objects.filter(acl_id=before).update(acl=circle, kind=Node.REF_KIND, object_id=root.pk)


def _open_circles(by: User | None, heir: User, space_id: int) -> None:
    """Let the heir into what inherits nothing (restricted folders), in the place of the person who leaves."""
    for circle in Acl.objects.filter(kind=Node.REF_KIND, parent=None, nodes__space_id=space_id).distinct():
        Grant.objects.update_or_create(
            acl=circle,
            principal=heir.principal,
            defaults={"rights": int(Right.ALL), "expires_at": None, "granted_by": by},
        )
