"""A poll as a file: CSV and XLSX for tables, ICS for calendars. What is hidden on the page is not in them either."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils.translation import gettext as _

from polls import queries, wording
from polls.models import Option, Poll

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(poll: Poll) -> list[list[str]]:
    """Return the rows of the poll: options, totals, then who answered what, as far as that is shown to anybody."""
    chosen = queries.options(poll)
    results = queries.results(poll, chosen)
    rows = [[poll.title, *(wording.name(option) for option in chosen)]]
    if results.totals is not None:
        rows += _totals(poll, chosen, results)
    if poll.results_shown and poll.names_shown:
        for voter in queries.answered(poll):
            answers = voter.answers or {}
            said = [wording.word(poll, answers.get(str(option.pk))) for option in chosen]
            rows.append([str(voter.user) if voter.user else voter.name, *said, voter.word])
    return rows


def _totals(poll: Poll, chosen: list[Option], results: queries.Results) -> list[list[str]]:
    assert results.totals is not None
    if poll.method == Poll.Method.RANKED:
        return [[_("First places"), *(str(results.totals[option.pk].yes) for option in chosen)]]
    return [
        [_("Total: %(answer)s") % {"answer": one.word}, *(str(results.totals[o.pk].counts[one.value]) for o in chosen)]
        for one in wording.answers(poll)
    ]


def defused(cell: str) -> str:
    """Return a cell that no program takes for a formula: one that begins like one gets an apostrophe."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def as_csv(poll: Poll) -> bytes:
    """Return the table as CSV (RFC 4180) in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO()
    csv.writer(out).writerows([defused(cell) for cell in row] for row in table(poll))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(poll: Poll) -> bytes:
    """Return the table as a workbook; every cell is text, never a formula nor a link."""
    import xlsxwriter  # 2 MB of each process, for what is rarely asked

    out = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True})
        for number, row in enumerate(table(poll)):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, bold if number == 0 else None)
        sheet.set_column(0, 0, 28)
        sheet.freeze_panes(1, 1)
    return out.getvalue()
