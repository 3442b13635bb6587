"""Naming people in a comment: “@lucas”, “@Sport”. Only who sees the thing can be named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib import markdown
from collab.lib.errors import BadInput
from collab.lib.text import fold
from collab.marks import kinds
from collab.marks.models import Comment
from collab.profiles import portraits
from collab.rights import explain, whom
from collab.rights.actor import Actor, acl_of
from collab.rights.models import Principal
from collab.rights.right import Right

MOST = 20
OFFERED = 8
TOO_MANY = gettext_lazy("Name at most 20 people or groups in one comment.")


@dataclass(frozen=True)
class Named:
    """Whom a text names: {the word after the “@”: whom it means}, and the people who are to hear of it."""

    principals: dict[str, Principal]
    people: list[int]


def of(actor: Actor, thing: Any, text: str) -> Named:
    """Return whom the text names. Raises BadInput for somebody who cannot see the thing; other words stay words."""
    tokens = markdown.named(text)
    if not tokens:
        return Named({}, [])
    if len(tokens) > 5 * MOST:
        raise BadInput(TOO_MANY)
    found = _principals(actor, tokens)
    if len(found) > MOST:
        raise BadInput(TOO_MANY)
    seeing = set(explain.people_with(acl_of(thing), Right.SEE)) if found else set()
    people: list[int] = []
    for token, principal in found.items():
        able = _reached(principal, seeing)
        if not able:
            raise BadInput(cannot_see(str(principal), thing) + " " + _leave_out(token))
        people += able
    me = actor.user.pk if actor.user else None
    return Named(found, [pk for pk in dict.fromkeys(people) if pk != me])


def people_and_groups(actor: Actor, text: str) -> tuple[list[User], list[Group]]:
    """Return the people and groups whom the text names, of those whom the actor may find; whatever they see."""
    found = _principals(actor, markdown.named(text)[:MOST])
    people = [one.user for one in found.values() if one.user is not None]
    return people, [one.group for one in found.values() if one.group is not None]


def known_to(comment: Comment) -> set[int]:
    """Return the people whom a comment names already, alone or as members of a group."""
    named = Q(principal__mentions__comment=comment)
    grouped = Q(memberships__group__principal__mentions__comment=comment)
    return set(User.objects.filter(named | grouped).values_list("pk", flat=True))


def offers(actor: Actor, thing: Any, typed: str) -> tuple[list[dict[str, Any]], str]:
    """Return whom the letters after an “@” may mean, people and groups who see the thing; and who is meant but cannot.

    Each offer is as for every picker of people; `value` is what is written after the “@”.
    """
    typed = " ".join(typed.split())[:60]
    if not typed.isprintable():
        return [], ""
    seeing = set(explain.people_with(acl_of(thing), Right.SEE))
    people = whom.people(actor).filter(Q(display_name__unaccent__icontains=typed) | Q(username__istartswith=typed))
    able = list(people.filter(pk__in=seeing).order_by("display_name", "pk")[:OFFERED])
    found = [_offer(actor, user, user.username, f"@{user.username}") for user in able]
    groups = whom.groups(actor).filter(everyone=False, members__in=seeing, name__unaccent__icontains=typed).distinct()
    for group in groups.order_by("name")[:OFFERED]:
        found.append(_offer(actor, group, _quoted(group.name), _("a group")))
    blind = people.exclude(pk__in=seeing).order_by("display_name").first() if typed and not found else None
    return found, cannot_see(str(blind), thing) if blind else ""


def cannot_see(name: str, thing: Any) -> str:
    """Return the sentence on who is named in vain."""
    return _("%(name)s cannot see “%(thing)s”.") % {"name": name, "thing": kinds.title(thing.REF_KIND, thing)}


def _leave_out(token: str) -> str:
    return _("Share it with them first, or take “@%(token)s” out.") % {"token": token}


def _principals(actor: Actor, tokens: list[str]) -> dict[str, Principal]:
    """Return {token: person of this user name, else group of this name} of those whom the actor may find."""
    found: dict[str, Principal] = {}
    for user in whom.people(actor).filter(username__in=tokens).select_related("principal"):
        found[user.username] = user.principal
    left = [token for token in tokens if token not in found]
    if left:
        names = Q(pk__in=())
        for token in left:
            names |= Q(name__unaccent__iexact=token)
        groups = whom.groups(actor).filter(names, everyone=False).select_related("principal")
        by_name = {fold(group.name): group.principal for group in groups}  # type: ignore[attr-defined]
        found |= {token: by_name[fold(token)] for token in left if fold(token) in by_name}
    return {token: found[token] for token in tokens if token in found}


def _reached(principal: Principal, seeing: Collection[int]) -> list[int]:
    """Return those of the principal's people who see the thing."""
    if principal.user_id is not None:
        return [principal.user_id] if principal.user_id in seeing else []
    members = User.objects.filter(memberships__group=principal.group_id).order_by("pk").values_list("pk", flat=True)
    return [pk for pk in members if pk in seeing]


def _offer(actor: Actor, who: User | Group, value: str, note: str) -> dict[str, Any]:
    picture, group = portraits.address(actor, who), isinstance(who, Group)
    sign = {"hue": who.hue, "initials": who.initials, "picture": picture, "group": group}
    return {"value": value, "name": str(who), "note": note, **sign}


def _quoted(name: str) -> str:
    """Return a group's name as it is written after the “@”."""
    return f'"{name}"' if markdown.named(f"@{name}") != [name.casefold()] else name
