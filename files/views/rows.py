"""Rows of a list, ready to draw: a page of them is one plain loop in a template."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.lib.text import initials
from collab.rights.actor import Actor
from collab.shell.templatetags.shell import filesize, icon, short_moment, when
from files.browsing import Circle, Path, Person, Principal, Surroundings, Word
from files.entry import Entry
from files.models import Node

LINK_SHARE = 3
MOST_CHIPS = 2

_ICONS = {
    "image": "png jpg jpeg gif webp avif svg heic tif tiff bmp ico psd xcf raw",
    "table": "ods xls xlsx csv tsv fods numbers",
    "text": "txt md odt doc docx rtf pdf html htm xml json yaml yml ini log tex epub fodt pages",
}
_ICON_OF = {ending: icon for icon, endings in _ICONS.items() for ending in endings.split()}


class Row(NamedTuple):
    """One line: `url` opens the folder, or the panel of the file; `link`: a public link shows the thing itself.

    `withheld`: a picture that is not for publication.
    `icon`, `by` (an avatar) and `time` are drawn already: a page holds few different ones, and a hundred rows.
    `said`: the time in words alone, for the second line of narrow lists.
    """

    id: int
    name: str
    url: str
    icon: SafeString
    folder: bool
    mask: int
    who: str
    restricted: bool
    link: bool
    by: SafeString | str
    by_name: str
    time: SafeString | str
    said: str
    size: str
    favourite: bool
    withheld: bool
    labels: SafeString | str
    entry: Entry


def rows(
    actor: Actor, entries: Iterable[Entry], around: Surroundings, *, base: str, query: str = "?",
    paths: dict[int, Path] | None = None, audience: bool = False,
) -> list[Row]:  # fmt: skip
    """Return the rows of these entries.

    `base`: address under which folders of the list lie; `query`: what the address of a panel begins with;
    `paths`: where each thing lies, for lists that gather from everywhere (it then stands for who sees it, unless
    `audience`).
    """
    shapes = {name: _light(icon(name)) for name in (*_ICONS, "folder", "file")}
    signs = {pk: _sign(person) for pk, person in around.people.items()}
    seen_by = {acl: who_sees(circle, actor) for acl, circle in around.circles.items()}
    nobody = Circle()
    found = []
    for entry in entries:
        circle = around.circles.get(entry.acl_id, nobody)
        path = paths.get(entry.id) if paths is not None else None
        if not entry.is_folder:
            url = f"{query}open={entry.id}"
        else:
            url = path.url(actor) if path else base + quote(entry.name, safe="")
        by = entry.modified_by_id
        found.append(
            Row(
                entry.id,
                entry.name or (path.space if path else ""),
                url,
                shapes[icon_of(entry)],
                entry.is_folder,
                entry.mask,
                path.folder(actor) if path and not audience else seen_by.get(entry.acl_id, ""),
                circle.restricted and (audience or not path),
                bool(entry.shares and LINK_SHARE in entry.shares),
                signs.get(by, "") if by else "",
                around.people[by].name if by in around.people else "",
                when(entry.mtime),
                short_moment(timezone.localtime(datetime.fromtimestamp(entry.mtime, UTC))),
                filesize(entry.size),
                entry.favourite,
                entry.id in around.withheld,
                chips(around.labels[entry.id]) if entry.id in around.labels else "",
                entry,
            )
        )
    return found


def icon_of(entry: Entry | Node) -> str:
    """Return one of the five shapes by the ending of the name."""
    if entry.is_folder:
        return "folder"
    return _ICON_OF.get(entry.name.rpartition(".")[2].lower(), "file")


def who_sees(circle: Circle, actor: Actor) -> str:
    """Return whom a circle holds, in a few words: “Sportifs and 4 others”."""
    names = [label_of(principal) for principal in circle.first]
    more = circle.count - 1
    if not names:
        return ""
    if circle.count == 1 and actor.user is not None and circle.people == 1 and names == [str(actor.user)]:
        return _("Only you")
    if circle.count <= 2:
        return ", ".join(names)
    if not circle.people:
        text = ngettext("%(name)s and %(count)d group", "%(name)s and %(count)d groups", more)
    elif not circle.groups:
        text = ngettext("%(name)s and %(count)d person", "%(name)s and %(count)d people", more)
    else:
        text = ngettext("%(name)s and %(count)d other", "%(name)s and %(count)d others", more)
    return text % {"name": names[0], "count": more}


def label_of(principal: Principal) -> str:
    """Return the name of a group or person; Everyone's is translated."""
    return _("Everyone") if principal.kind == "everyone" else principal.name


def signs(circle: Circle) -> list[SafeString]:
    """Return the avatars of the first of a circle: round a person, soft square a group."""
    return [
        format_html(
            '<span class="avatar{}" data-hue="{}" role="img" aria-label="{}">{}</span>',
            "" if principal.kind == "user" else " avatar--group", principal.hue, name, initials(name),
        )
        for principal, name in ((principal, label_of(principal)) for principal in circle.first)
    ]  # fmt: skip


def chips(labels: list[Word]) -> SafeString:
    """Return the first labels of a thing; how many more there are, its panel shows."""
    shown = format_html_join(
        "", '<span class="chip" data-hue="{}">{}</span>', ((one.hue, one.name) for one in labels[:MOST_CHIPS])
    )
    more = len(labels) - MOST_CHIPS
    return format_html('{}<span class="chip">+{}</span>', shown, more) if more > 0 else shown


def acls_of(entries: Iterable[Entry]) -> set[int]:
    """Return the acls that guard these entries."""
    return {entry.acl_id for entry in entries}


def people_of(entries: Iterable[Entry]) -> Collection[int | None]:
    """Return who changed these entries last."""
    return {entry.modified_by_id for entry in entries}


def _light(drawn: SafeString) -> SafeString:
    """Return an icon without the quotes that HTML lets one leave out: a list has a hundred of them."""
    return mark_safe(drawn.replace('class="icon" aria-hidden="true"', "class=icon aria-hidden=true"))  # noqa: S308


def _sign(person: Person) -> SafeString:
    return format_html(
        '<span class=avatar data-hue={} role=img aria-label="{}">{}</span>',
        person.hue, person.name, initials(person.name),
    )  # fmt: skip
