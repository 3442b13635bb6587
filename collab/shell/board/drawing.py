"""The body of the table as text: sixty thousand cells are more than a template engine draws in time."""

from __future__ import annotations

from collections.abc import Iterable

from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collab.rights.board import Cell, Cells
from collab.rights.board_changes import seconds
from collab.rights.right import Right
from collab.shell.board import words
from collab.shell.board.columns import Column
from collab.shell.board.rows import Row
from collab.shell.faces import avatar

_Face = tuple[str, str]


def body(rows: Iterable[Row], columns: list[Column], cells: Cells, *, see_as: bool = False) -> SafeString:
    """Return the rows of the table. A cell leads to the sharing page, or to the reason where nothing can be changed.

    `see_as`: the rows of people also say where to see as them.
    """
    faces: dict[tuple[Cell, bool], _Face] = {}
    acls = [column.acl_id for column in columns]
    # plain numbers, worked out once for each column: an IntFlag takes a microsecond each time it is asked
    beyond = [(not column.mask & Right.SHARE, int(Right.ALL & ~column.mask)) for column in columns]
    addresses = _addresses(columns)
    drawn: list[str] = []
    for row in rows:
        drawn.append(_head(row, see_as and not row.is_group))
        principal = f"{row.principal}/"
        for cell, (closed, above), address in zip(cells.row(row.principal, acls), beyond, addresses, strict=True):
            key = (cell, closed or cell[0] & above > 0)
            face = faces.get(key)
            if face is None:
                face = faces[key] = _face(*key)
            drawn += (face[0], address, principal, face[1]) if closed else (face[0], address, face[1])
        drawn.append("</tr>")
    return mark_safe("".join(drawn))  # noqa: S308 - names are escaped below, all else is ours


def _addresses(columns: list[Column]) -> list[str]:
    """Return where the cells of each column lead; where nothing may be changed, the principal is to be added."""
    why = reverse("shell:why", args=["-", 0, 0]).replace("-/0/0/", "{}/{}/")
    return [
        f"/share/{one.kind}/{one.pk}/" if one.mask & Right.SHARE else why.format(one.kind, one.pk) for one in columns
    ]


def _head(row: Row, see_as: bool) -> str:
    off = ""
    if row.added:
        said = escape(_("Take %(name)s off the board") % {"name": row.who})
        off = (
            f'<button class="button button--plain button--icon" name="off" value="{row.principal}"'
            f' form="board-filter" aria-label="{said}">{_icon("close")}</button>'
        )
    see = f' data-see="{reverse("shell:see-as-person", args=[row.who.pk])}"' if see_as else ""
    return (
        f'<tr data-principal="{row.principal}"{see}><th scope="row"><span class="rights__group">{avatar(None, row.who)}'
        f'<span class="rights__who"><strong title="{escape(row.who)}">{escape(row.who)}</strong>'
        f'<span class="note">{escape(row.note)}</span></span>{off}</span></th>'
    )


def _face(cell: Cell, fixed: bool) -> _Face:
    """Return what stands before and after the address of the cell."""
    data = f' data-o="{cell.own}"' if cell.own else ""
    data += f' data-t="{cell.through}"' if cell.through else ""
    data += f' data-e="{seconds(cell.end)}"' if cell.end else ""
    classes, text = inner(cell)
    return f'<td{data}{" data-fixed" if fixed else ""}><a class="grant{classes}" href="', f'">{text}</a></td>'


def inner(cell: Cell) -> tuple[str, str]:
    """Return the class and the content of a cell: given, received, or nothing."""
    extra = cell.through & ~cell.own
    if not cell.own:
        if not cell.through:
            return " grant--none", f'–<span class="unseen">{escape(pgettext("right", "nothing"))}</span>'
        return " grant--through", f'{escape(words.received(cell.through))}<span class="unseen">{_received()}</span>'
    verb, step = words.given(cell.own)
    lines = ""
    if cell.end:
        day = formats.date_format(timezone.localtime(cell.end), pgettext("day and month, Django date format", "M j"))
        lines = f"<small>{escape(_('until %(day)s') % {'day': day})}</small>"
    if extra and words.received(cell.mask) != verb:
        more = escape(words.received(cell.mask))
        lines += f'<small class="grant--through">+ {more}<span class="unseen">{_received()}</span></small>'
    return f" grant--{step}", f"{_icon(f'level-{step}')}<span>{escape(verb)}{lines}</span>"


def _received() -> str:
    return escape(_(", received"))


def _icon(name: str) -> str:
    return f'<svg class="icon icon--small" aria-hidden="true"><use href="{static("shell/icons.svg")}#{name}"/></svg>'
