"""The order of a list, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput
from collab.lib.paging import seal, unseal
from collab.lib.text import is_text, sort_key
from files.entry import Entry

_COLUMNS: dict[str, tuple[str | Promise, str]] = {
    "name": (_("Name"), "name"),
    "modified": (_("Modified"), "mtime"),
    "size": (_("Size"), "size"),
}


class Column(NamedTuple):
    """A head of the table: the address that sorts by it, and `aria-sort` while it does."""

    key: str
    label: str | Promise
    url: str
    sorted: str


@dataclass(frozen=True)
class Order:
    """By which column, and whether from the end. Folders always come first."""

    key: str = "name"
    descending: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Order:
        """Read the address; what it does not know means “by name”."""
        key = query.get("sort", "name")
        return cls(key, query.get("order") == "desc") if key in _COLUMNS else cls()

    @property
    def column(self) -> str:
        """The name of the column in `queries.children`."""
        return _COLUMNS[self.key][1]

    def query(self, **more: Any) -> str:
        """Return “?sort=size&order=desc&…”, shortest for the usual order; `more` is added."""
        values: dict[str, Any] = {}
        if self.key != "name":
            values["sort"] = self.key
        if self.descending:
            values["order"] = "desc"
        return "?" + urlencode(values | more)

    @property
    def prefix(self) -> str:
        """The query to which a parameter can be appended."""
        query = self.query()
        return query if query == "?" else query + "&"

    def columns(self) -> list[Column]:
        """Return the heads; the sorted one turns the order round."""
        found = []
        for key, (label, _field) in _COLUMNS.items():
            ours = key == self.key
            turned = Order(key, not self.descending if ours else key != "name")
            state = ("descending" if self.descending else "ascending") if ours else ""
            found.append(Column(key, label, turned.query(), state))
        return found

    def cursor(self, entry: Entry) -> str:
        """Return the mark of the last row of a page."""
        value = sort_key(entry.name) if self.key == "name" else entry.size if self.key == "size" else entry.mtime
        return seal([entry.kind, value, entry.id])

    def after(self, cursor: str) -> list[Any] | None:
        """Return the values of a mark. Raises BadInput for one that this order did not make."""
        values = unseal(cursor, 3)
        if values is None:
            return None
        wanted = str if self.key == "name" else int
        if not isinstance(values[1], wanted) or not all(isinstance(values[at], int) for at in (0, 2)):
            raise BadInput
        if self.key == "name" and not is_text(values[1]):
            raise BadInput
        return values
