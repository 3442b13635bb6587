"""What is said about a thing: a page of threads, with answers and signs, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from collab.lib import markdown, numerals, paging
from collab.lib.errors import BadInput
from collab.marks.models import Comment, Mention
from collab.marks.words import REACTIONS
from collab.rights.actor import Actor
from collab.rights.right import Right

PAGE = 20
MOST = 200
"""So many threads are drawn again at once on a page that had gone back further."""
SAID, MOST_SAID = 100, 500
"""So many comments end a page, however few threads they are."""
NAMED = 10
_ORDER = list(REACTIONS)

_SIGNS = f"""SELECT r.comment_id, r.emoji, count(*)::int, bool_or(r.user_id = %(me)s),
 (array_agg(coalesce(nullif(u.display_name, ''), u.username) ORDER BY r.id))[1:{NAMED}]
 FROM marks_reaction r JOIN accounts_user u ON u.id = r.user_id WHERE r.comment_id = ANY(%(ids)s)
 GROUP BY r.comment_id, r.emoji"""


@dataclass(frozen=True)
class Sign:
    """One reaction: how many, whether mine is among them, the first names; `name` says what it is."""

    emoji: str
    name: str | Promise
    count: int
    mine: bool
    people: list[str]

    @property
    def more(self) -> int:
        return self.count - len(self.people)


@dataclass
class Said:
    """A comment as one person sees it: its words as HTML, what they may do with it."""

    comment: Comment
    html: SafeString
    signs: list[Sign]
    mine: bool
    may_answer: bool
    may_edit: bool
    may_delete: bool
    answers: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Threads, the earliest first; `earlier`: the cursor of those before, "" when there are none."""

    threads: list[Said]
    earlier: str


def page(actor: Actor, thing: Any, *, before: str = "", since: str = "") -> Page:
    """Return the latest threads about a thing that the actor sees, those before a cursor, or all since one (a number).

    A comment that was taken back is told as long as somebody answered it. Raises BadInput for a foreign cursor.
    """
    found = _roots(thing)
    if cursor := paging.unseal(before, 1):
        if type(cursor[0]) is not int or not 0 < cursor[0] < 2**63:
            raise BadInput
        found = found.filter(pk__lt=cursor[0])
    most = PAGE
    if since:
        found, most = found.filter(pk__gte=numerals.required(since)), MOST
    answered = Comment.objects.filter(parent=OuterRef("pk"), deleted_at=None).order_by().values("parent")
    sized = found.annotate(size=Subquery(answered.annotate(size=Count("pk")).values("size")))
    read = list(sized.select_related("author", "resolved_by").order_by("-pk")[: most + 1])
    roots = _as_many(read[:most], MOST_SAID if since else SAID)[::-1]
    more = len(read) > len(roots) or (bool(since) and bool(roots) and _roots(thing).filter(pk__lt=roots[0].pk).exists())
    return Page(_told(actor, thing, roots), paging.seal([roots[0].pk]) if more and roots else "")


def one(actor: Actor, thing: Any, comment: Comment) -> Said:
    """Return one comment as the actor sees it, without its answers."""
    return _says(actor, thing, [comment])[0]


def count(kind: str, pk: int) -> int:
    """Return how many comments there are on the thing, answers included."""
    return Comment.objects.filter(kind=kind, object_id=pk, deleted_at=None).count()


def _as_many(roots: list[Any], most: int) -> list[Any]:
    """Return the first of these threads that together have about so many comments, one at least."""
    kept, count = [], 0
    for root in roots:
        if count >= most:
            break
        kept.append(root)
        count += 1 + (root.size or 0)
    return kept


def _roots(thing: Any) -> QuerySet[Comment]:
    answered = Exists(Comment.objects.filter(parent=OuterRef("pk"), deleted_at=None))
    of_thing = Comment.objects.filter(kind=thing.REF_KIND, object_id=thing.pk, parent=None)
    return of_thing.filter(Q(deleted_at=None) | answered)


def _told(actor: Actor, thing: Any, roots: list[Comment]) -> list[Said]:
    living = Comment.objects.filter(parent__in=roots, deleted_at=None)
    answers = list(living.select_related("author").order_by("pk"))
    said = {one.comment.pk: one for one in _says(actor, thing, [*roots, *answers])}
    for answer in answers:
        assert answer.parent_id is not None
        said[answer.parent_id].answers.append(said[answer.pk])
    return [said[root.pk] for root in roots]


def _says(actor: Actor, thing: Any, comments: list[Comment]) -> list[Said]:
    ids = [one.pk for one in comments if one.deleted_at is None]
    me = actor.user.pk if actor.user else None
    signed, names = signs(ids, actor), _names(ids)
    held = actor.rights_on(thing) if thing.space.archived_at is None else Right.SEE
    found = []
    for comment in comments:
        gone, mine = comment.deleted_at is not None, me is not None and comment.author_id == me
        living = not gone and thing.space.archived_at is None
        found.append(
            Said(
                comment,
                SafeString("") if gone else _html(comment, names.get(comment.pk, {})),
                signed.get(comment.pk, []),
                mine,
                bool(held & Right.COMMENT),
                living and mine and bool(held & Right.COMMENT),
                living and (mine or bool(held & Right.MANAGE)),
            )
        )
    return found


def _html(comment: Comment, names: dict[str, str]) -> SafeString:
    """Return its words as HTML; of a visitor as they are, so that nobody links from here to where they wish."""
    if comment.visitor:
        return SafeString(linebreaks(comment.body, autoescape=True))
    return markdown.render_remark(comment.body, names)


def signs(ids: list[int], actor: Actor) -> dict[int, list[Sign]]:
    """Return {comment: the signs under it, in the order in which they are offered}. One query."""
    me = actor.user.pk if actor.user else None
    with connection.cursor() as cursor:
        cursor.execute(_SIGNS, {"ids": ids, "me": me})
        rows = cursor.fetchall()
    found: dict[int, list[Sign]] = {}
    for comment, emoji, number, mine, people in sorted(rows, key=lambda row: _place(row[1])):
        name = REACTIONS.get(emoji, emoji)
        found.setdefault(comment, []).append(Sign(emoji, name, number, bool(mine), people))
    return found


def _place(emoji: str) -> int:
    return _ORDER.index(emoji) if emoji in _ORDER else len(_ORDER)


def _names(ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return {comment: {token: what whoever it names is called now}}."""
    named = Mention.objects.filter(comment__in=ids).select_related("principal__user", "principal__group")
    found: dict[int, dict[str, str]] = {}
    for mention in named:
        found.setdefault(mention.comment_id, {})[mention.token] = str(mention.principal)
    return found
