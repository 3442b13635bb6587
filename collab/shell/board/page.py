"""One page of the board, as its filter asks for it, and the same as a list of one row or one column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString

from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.registry import registry
from collab.rights import board
from collab.rights.board import Cell, Cells
from collab.rights.board_changes import Ref, seconds
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, Right
from collab.shell.board import columns as things
from collab.shell.board import drawing, words
from collab.shell.board import rows as people
from collab.shell.board.columns import Column, Scope, Wish
from collab.shell.board.rows import Row
from collab.spaces.models import Space

_LAST = 1_000_000


@dataclass(frozen=True)
class Filter:
    """What the page was asked for: names of rows and columns, a kind, what differs, who was added, from where on."""

    rows: str = ""
    columns: str = ""
    kind: str = ""
    differs: bool = False
    added: tuple[int, ...] = ()
    first_row: int = 0
    first_column: int = 0

    @property
    def is_on(self) -> bool:
        return bool(self.rows or self.columns or self.kind or self.differs)

    def query(self, **other: Any) -> str:
        """Return the query of this page, or of another one."""
        now = replace(self, **other)
        pairs: list[tuple[str, Any]] = [
            ("q", now.rows), ("c", now.columns), ("kind", now.kind), ("differs", "1" if now.differs else ""),
            ("r", now.first_row or ""), ("n", now.first_column or ""),
        ]  # fmt: skip
        return urlencode([*((name, value) for name, value in pairs if value), *(("with", pk) for pk in now.added)])


def read(data: QueryDict) -> Filter:
    """Read the filter; anything that is none is as if it were not there."""
    kinds = {item.kind for item in registry.shareables() if item.apart or item.kind == "space"}
    added = [int(pk) for pk in data.getlist("with")[:60] if numerals.whole(pk) is not None]
    off = data.get("off", "")
    kind = data.get("kind", "")
    return Filter(
        _text(data.get("q", "")),
        _text(data.get("c", "")),
        kind if kind in kinds else "",
        data.get("differs") == "1",
        tuple(dict.fromkeys(pk for pk in added if str(pk) != off)),
        _number(data.get("r", "")),
        _number(data.get("n", "")),
    )


def _text(typed: str) -> str:
    typed = " ".join(typed.split())[:100]
    return typed if typed.isprintable() else ""


def _number(text: str) -> int:
    return min(numerals.whole(text) or 0, _LAST)


@dataclass(frozen=True)
class Board:
    """What one page shows. `more_rows`, `more_columns` and the like are queries of the neighbouring pages."""

    scope: Scope
    wish: Filter
    rows: list[Row]
    columns: list[Column]
    cells: Cells
    all_rows: int
    all_columns: int

    @property
    def body(self) -> SafeString:
        return drawing.body(self.rows, self.columns, self.cells, see_as=self.scope.space is None)

    @property
    def spaces(self) -> list[tuple[Space, list[Column]]]:
        """The columns by their spaces, for the heads of two storeys."""
        found: list[tuple[Space, list[Column]]] = []
        for column in self.columns:
            if not found or found[-1][0].pk != column.space.pk:
                found.append((column.space, []))
            found[-1][1].append(column)
        return found

    @property
    def pages(self) -> dict[str, str]:
        """Queries of the pages around, under the names that the template asks for."""
        wish, around = self.wish, {}
        if wish.first_row:
            around["rows_before"] = wish.query(first_row=max(0, wish.first_row - board.ROWS))
        if wish.first_row + board.ROWS < self.all_rows:
            around["rows_after"] = wish.query(first_row=wish.first_row + board.ROWS)
        if wish.first_column:
            around["columns_before"] = wish.query(first_column=max(0, wish.first_column - board.COLUMNS))
        if wish.first_column + board.COLUMNS < self.all_columns:
            around["columns_after"] = wish.query(first_column=wish.first_column + board.COLUMNS)
        return around

    @property
    def query(self) -> str:
        return self.wish.query()


def open_board(scope: Scope, wish: Filter) -> Board:
    """Return the page, in a number of queries that does not grow with it."""
    columns, all_columns = things.page(scope, Wish(wish.columns, wish.kind), wish.first_column)
    rows, all_rows = people.page(wish.rows, wish.first_row)
    added = set(wish.added)
    others = set(people.named(wish.rows)) if wish.rows else set()
    if scope.space is not None and not wish.rows:
        others |= set(people.with_rights_on(column.acl_id for column in columns))
    rows += people.people(added) + people.people(others - added, added=False)
    found = Board(scope, wish, rows, columns, _cells(rows, columns), all_rows, all_columns)
    return _differing(found) if wish.differs else found


def _cells(rows: list[Row], columns: list[Column]) -> Cells:
    return board.cells([row.principal for row in rows], [column.acl_id for column in columns])


def _differing(found: Board) -> Board:
    """Keep the rows and columns in which somebody may do something else than Everyone."""
    everyone = Principal.objects.filter(group__everyone=True).values_list("pk", flat=True).first() or 0
    common = {column.acl_id: found.cells.at(everyone, column.acl_id).mask for column in found.columns}
    places = [
        (row, column)
        for row in found.rows
        for column in found.columns
        if found.cells.at(row.principal, column.acl_id).mask & ~common[column.acl_id]
    ]
    rows, columns = {row.principal for row, _column in places}, {column.ref for _row, column in places}
    return replace(
        found,
        rows=[row for row in found.rows if row.principal in rows or row.principal == everyone],
        columns=[column for column in found.columns if column.ref in columns],
    )


@dataclass(frozen=True)
class Option:
    """One choice of a cell: what the form sends, its words."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Choice:
    """A cell of the list: `row` and `column`, and the choices that the viewer has, none where it is fixed."""

    row: Row
    column: Column
    cell: Cell
    options: list[Option]

    @property
    def given(self) -> str:
        return words.spelled(self.cell.own) if self.cell.own else ""

    @property
    def received(self) -> str:
        return words.received(self.cell.through) if self.cell.through else ""


@dataclass(frozen=True)
class Choices:
    """The board of one row, or of one column, as a list."""

    scope: Scope
    wish: Filter
    row: Row | None
    column: Column | None
    choices: list[Choice] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.row.who) if self.row else self.column.full if self.column else ""


def open_list(scope: Scope, wish: Filter, data: QueryDict, kept: dict[str, int] | None = None) -> Choices | None:
    """Return the list of `row` (a principal) or `thing` (kind:id), None when neither is asked for."""
    if numerals.whole(wanted := data.get("row", "")) is not None:
        row = _row(int(wanted))
        columns, _all = things.page(scope, Wish(wish.columns, wish.kind), wish.first_column)
        cells = _cells([row], columns)
        return Choices(scope, wish, row, None, [_choice(row, column, cells, kept) for column in columns])
    if named := data.get("thing", ""):
        column = _column(scope, named)
        rows, _all = people.page(wish.rows, wish.first_row)
        rows += people.people({*wish.added, *people.with_rights_on([column.acl_id])}, added=False)
        cells = _cells(rows, [column])
        return Choices(scope, wish, None, column, [_choice(one, column, cells, kept) for one in rows])
    return None


def _row(principal: int) -> Row:
    found = Principal.objects.select_related("group", "user").filter(pk=principal, link=None).first()
    if found is None:
        raise NotFound
    return Row(found.pk, found.group or found.user, "")


def _column(scope: Scope, text: str) -> Column:
    kind, _colon, pk = text.partition(":")
    if numerals.whole(pk) is None:
        raise BadInput
    ref: Ref = (kind[:20], int(pk))
    found = things.find(scope, [ref]).get(ref)
    if found is None:
        raise NotFound
    return found


def _choice(row: Row, column: Column, cells: Cells, kept: dict[str, int] | None) -> Choice:
    cell = cells.at(row.principal, column.acl_id)
    return Choice(row, column, cell, _options(row, column, cell, kept or {}))


def _options(row: Row, column: Column, cell: Cell, kept: dict[str, int]) -> list[Option]:
    if not column.mask & Right.SHARE or cell.own & ~column.mask:
        return []
    stem = f"{column.kind}:{column.pk}:{row.principal}"
    masks = [0, *(int(role.mask) for role in column.roles)]
    if cell.own not in masks:
        masks.insert(0, cell.own)
    chosen = kept.get(stem, cell.own)
    seen = f"{stem}:{cell.own}:{seconds(cell.end)}"
    return [Option(f"{seen}:{mask}", words.spelled(mask) if mask else words.verb(0), mask == chosen) for mask in masks]


def ladder() -> list[dict[str, Any]]:
    """Return what the script knows of roles: mask, words, sign and number key."""
    return [
        {"slug": slug, "mask": int(BY_SLUG[slug].mask), "verb": str(words.VERBS[slug]), "step": words.STEPS[slug],
         "label": str(BY_SLUG[slug].label), "gives": str(BY_SLUG[slug].gives), "key": str(number)}
        for number, slug in enumerate(words.KEYS, 1)
    ]  # fmt: skip
