"""The board as a table for spreadsheets: UTF-8 with its mark, semicolons, no cell that a spreadsheet would execute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from collab.rights.board import Cells
from collab.shell.board import words
from collab.shell.board.columns import Column
from collab.shell.board.rows import Row

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Row], columns: list[Column], cells: Cells) -> bytes:
    """Return one line for each group or person; what is received stands in brackets, an end after its right."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    table.writerow(["", *(harmless(column.space.name) for column in columns)])
    table.writerow([_("Groups"), *(harmless(column.title) for column in columns)])
    for row in rows:
        line = [harmless(str(row.who))]
        for column in columns:
            cell = cells.at(row.principal, column.acl_id)
            said = words.spelled(cell.own) if cell.own else ""
            if cell.end:
                said += " " + _("until %(day)s") % {"day": f"{cell.end:%Y-%m-%d}"}
            if cell.through and (cell.through & ~cell.own):
                said += f" [{words.received(cell.through)}]"
            line.append(harmless(said.strip()))
        table.writerow(line)
    return ("\N{BYTE ORDER MARK}" + text.getvalue()).encode()


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip().startswith(_STARTS) or text.startswith(("\t", "\r", "\n")) else text
