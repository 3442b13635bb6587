"""The people and things of the tests, each made by one small function."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from collab.accounts.models import Rank, User
from collab.events.models import Change
from collab.groups.models import Group, Membership
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.links import make_link as open_public_link
from collab.rights.models import Grant, Link, Principal
from collab.rights.right import Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space
from files import fsck, mounts, queries, storage
from files.actions import creating, trashing, writing
from files.entry import Entry
from files.models import Node, Trash

_numbers = itertools.count(1)


def make_user(username: str, rank: str = Rank.MEMBER, **fields: Any) -> User:
    """A person without password; a member gets a personal space at once."""
    return User.objects.create_user(username, None, rank=rank, display_name=username.title(), **fields)


def make_group(name: str, *members: User, managers: tuple[User, ...] = ()) -> Group:
    group = Group.objects.create(name=name)
    for member in (*members, *managers):
        Membership.objects.create(group=group, user=member, is_manager=member in managers)
    return group


def everyone() -> Group:
    return Group.objects.get(everyone=True)


def make_space(user: User, name: str = "Plans", **fields: Any) -> Space:
    """A team space managed by the user, whatever their rank."""
    return spaces.create_for(user, name, **fields)


def act(who: User | Actor) -> Actor:
    """A fresh actor: what was remembered about rights is gone."""
    return who if isinstance(who, Actor) else Actor.of(User.objects.get(pk=who.pk))


def visitor(link: Link) -> Actor:
    """Somebody who opened the link and is nobody else."""
    return Actor.nobody().with_links([link])


def home(user: User) -> Node:
    """The root of the person's own space."""
    return Node.objects.get(space__owner=user, parent=None)


def root_of(space: Space) -> Node:
    return Node.objects.get(space=space, parent=None)


def registry_thing(thing: Any, kind: str = "node") -> Any:
    """The thing as the registry fetches it, with what its rights need."""
    return registry.thing(kind, thing.pk)


def fresh(thing: Any) -> Any:
    """The thing as the database has it now: a Node for a node or entry."""
    return (Node if isinstance(thing, Entry | Node) else type(thing)).objects.get(pk=thing.pk)


def make_folder(who: User | Actor, parent: Any, name: str = "Folder", **options: Any) -> Node:
    return fresh(creating.make_folder(act(who), parent, name, **options))


def make_file(
    who: User | Actor, parent: Any, name: str = "file.txt", content: bytes = b"hello", **options: Any
) -> Node:
    """Write a file (or a new version of it) and return its node."""
    return fresh(write(who, parent, name, content, **options).entry)


def write(who: User | Actor, parent: Any, name: str, content: bytes = b"hello", **options: Any) -> writing.Written:
    with storage.stage() as staged:
        staged.write(content)
        staged.seal()
        return writing.write(act(who), parent, name, staged, **options)


def read(node: Any) -> bytes:
    with storage.open_blob(fresh(node).blob.key) as file:
        return file.read()


def share(who: User | Actor, thing: Any, whom: User | Group, mask: Right | int = Right.SEE, **options: Any) -> Grant:
    return rights.share(act(who), fresh(thing), whom.principal, Right(mask), **options)


def unshare(who: User | Actor, thing: Any, whom: User | Group) -> None:
    rights.unshare(act(who), fresh(thing), whom.principal)


def restrict(who: User | Actor, thing: Any) -> None:
    rights.stop_inheriting(act(who), fresh(thing))


def make_link(who: User | Actor, thing: Any, mask: Right | int = Right.SEE, **options: Any) -> Link:
    return open_public_link(act(who), fresh(thing), mask, **options)


def throw_away(who: User | Actor, thing: Any) -> Trash:
    return trashing.trash(act(who), thing)


def expire(thing: Any, principal: Principal, hours: int = -1) -> None:
    """Let what the principal was given on this very thing end then, the past by default."""
    Grant.objects.filter(acl=fresh(thing).acl, principal=principal).update(expires_at=in_hours(hours))


def in_hours(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def change(thing: Any, **fields: Any) -> None:
    """Set columns behind the back of the actions."""
    type(thing).objects.filter(pk=thing.pk).update(**fields)


def names(who: User | Actor, folder: Any) -> list[str]:
    """What the person finds in the folder."""
    return sorted(entry.name for entry in queries.children(act(who), folder.pk))


def at_root(user: User) -> list[str]:
    """What the person's devices show at the top."""
    return sorted(entry.name for entry in mounts.root(act(user)).rows)


def finds(who: User | Actor, node: Any) -> bool:
    return Node.objects.living().visible_to(act(who)).filter(pk=node.pk).exists()


def mask_on(who: User | Actor, thing: Any) -> Right:
    return act(who).rights_on(fresh(thing))


def log_of(space: Space) -> list[str]:
    """The kinds of change of the space, in their order."""
    return list(Change.objects.filter(space_id=space.pk).order_by("seq").values_list("kind", flat=True))


def age(queryset: Any, field: str, days: float) -> None:
    """Make rows older than they are."""
    queryset.update(**{field: in_hours(-24 * days)})


def is_clean(*, deep: bool = False) -> bool:
    """Whether every invariant of the house holds; the findings are shown when not."""
    findings = list(fsck.check(deep=deep))
    assert findings == [], findings
    return True


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """One example of a property test: the database forgets it, the next example starts from the same."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def unique(stem: str) -> str:
    return f"{stem}{next(_numbers)}"


def now() -> int:
    return int(time.time())
