"""The home page put together: sections by plugin, news since the last visit, one true sentence on top."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.activity import stream
from collab.activity.scope import Scope
from collab.activity.telling import Line
from collab.registry.plugin import Shown, Widget
from collab.rights import switches
from collab.shell import held_mail
from collab.shell.context import Shell
from collab.shell.home import announcing, checklist, remembering

log = logging.getLogger(__name__)

NEWS, LATELY = 8, 5
SECTIONS = {
    "today": gettext_lazy("Today"),
    "answer": gettext_lazy("Waiting for your answer"),
    "do": gettext_lazy("To do"),
}
"""Those whose blocks stand under one heading, in their order."""


@dataclass(frozen=True)
class Block:
    """A widget as drawn; `html` None says that it failed, while the others stay. `says` goes into the greeting."""

    slug: str
    title: str | Promise
    html: SafeString | None
    section: str
    says: str = ""


@dataclass(frozen=True)
class News:
    """What others did: since `since`, or (`lines` all older, or nobody was here before) lately. `more`: not all."""

    lines: list[Line]
    since: datetime | None
    more: bool


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what the page draws."""
    user: Any = request.user
    shell = Shell(request)
    request.shell = shell  # type: ignore[attr-defined] # the frame around asks for the same spaces
    state = remembering.visit(user)
    request.is_busy = state.busy  # type: ignore[attr-defined] # known by then: who waits for nothing is not asked for it
    announcement = announcing.present()
    found = list(blocks(request, _widgets(request)))
    news = _news(request, state.before, tuple(space.pk for space in shell.seen_spaces))
    return {
        "sections": [
            (slug, title, mine) for slug, title in SECTIONS.items() if (mine := [b for b in found if b.section == slug])
        ],
        "blocks": [block for block in found if block.section not in SECTIONS],
        "news": news,
        "sentences": _greeting(found, news),
        "held": held_mail.shown(user),
        "announcement": announcement if announcement and announcement.name not in state.put_away else None,
        "steps": checklist.steps(user, state, shell.spaces) if checklist.NAME not in state.put_away else [],
    }


def blocks(request: HttpRequest, widgets: Iterable[Widget]) -> Iterable[Block]:
    """Yield what each has to show, those with nothing left out."""
    for widget in widgets:
        block = draw(request, widget)
        if block.html != "":
            yield block


def draw(request: HttpRequest, widget: Widget) -> Block:
    """Return one block. One app's mistake must not take the whole page away; it is logged with its trace."""
    try:
        found = widget.fragment(request)
    except Exception:
        log.exception("home block %s failed", widget.slug)
        return Block(widget.slug, widget.title, None, widget.section)
    shown = found if isinstance(found, Shown) else Shown(found)
    return Block(widget.slug, widget.title, SafeString(shown.html), widget.section, str(shown.says))


def widget(request: HttpRequest, slug: str) -> Widget | None:
    """Return the block of this name, None when the person has none such."""
    return next((one for one in _widgets(request) if one.slug == slug), None)


def _widgets(request: HttpRequest) -> list[Widget]:
    found = (one for plugin in switches.plugins(request.actor) for one in plugin.widgets)  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: one.order)


def _news(request: HttpRequest, since: datetime | None, spaces: tuple[int, ...]) -> News | None:
    """Return what is new since the last visit, else what happened lately; None says that it could not be read."""
    try:
        found = stream.page(request.actor, Scope(but=request.user.pk, spaces=spaces), size=NEWS)  # type: ignore[attr-defined]
    except Exception:
        log.exception("home news failed")
        return None
    new = [line for line in found.lines if since is not None and line.at > since]
    if new:
        return News(new[:NEWS], since, len(new) > NEWS or (bool(found.more) and len(new) == len(found.lines)))
    return News(found.lines[:LATELY], None, True)


def _greeting(found: list[Block], news: News | None) -> list[str]:
    """Return what waits, in sentences; then what is new."""
    said = [block.says for block in found if block.says]
    waiting = bool(said) or any(block.section in SECTIONS for block in found)
    sentences = said or ([] if waiting else [_("Nothing is waiting for you.")])
    if news is not None and news.since is not None:
        count = len(news.lines)
        if news.more:
            sentences.append(_("Much is new since your last visit."))
        else:
            text = ngettext(
                "%(count)d thing is new since your last visit.",
                "%(count)d things are new since your last visit.",
                count,
            )
            sentences.append(text % {"count": count})
    elif not waiting:
        sentences.append(_("Have a good day."))
    return sentences
