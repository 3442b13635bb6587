"""What people type in the box: words, “phrases”, -words, and filters such as type:pdf, in:Sport, by:lucas, after:2026.

A filter that is clicked on is the same filter, typed: what was asked is one line of text everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from collab.search import words

LONGEST = 200
"""Characters that a person may type; quotes and filters that are clicked on come on top."""
MOST = 12
"""Words and filters that count; the rest is overlooked."""

OPERATORS = {
    "type": ("type",),
    "in": ("in", "dans"),
    "by": ("by", "de", "par"),
    "after": ("after", "since", "apres", "depuis"),
    "before": ("before", "avant"),
    "app": ("app", "application"),
    "tag": ("tag", "etiquette"),
}
"""Each operator, and the words by which it is typed."""
_NAMED = {name: operator for operator, names in OPERATORS.items() for name in names}
BUILT_IN = frozenset(OPERATORS) - {"tag"}

_PIECE = re.compile(
    r"""(?P<minus>-?)(?:(?P<operator>[^\W\d_]{2,12}):)?(?:["“«](?P<quoted>[^"”»]*)["”»]?|(?P<bare>[^\s"“«]+))"""
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_FRENCH_DATE = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})")
_AGO = re.compile(r"(\d{1,3})([djwsmya])")
_YEARS = (1900, 2200)
_DAYS = {"d": 1, "j": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}
_TODAY = {"today": 0, "aujourdhui": 0, "yesterday": 1, "hier": 1}


@dataclass(frozen=True)
class Term:
    """What must be there (or must not, `excluded`), as typed: one word, or several side by side.

    `prefix`: the last letters may still be missing.
    """

    raw: str
    tokens: tuple[str, ...]
    phrase: bool = False
    excluded: bool = False
    prefix: bool = False

    def __str__(self) -> str:
        minus = "-" if self.excluded else ""
        return f'{minus}"{self.raw}"' if self.phrase else f"{minus}{self.raw}"


@dataclass(frozen=True)
class Filter:
    """A condition: `operator` by its name here, `value` as typed."""

    operator: str
    value: str

    def __str__(self) -> str:
        bare = bool(self.value) and not re.search(r'[\s"“«]', self.value)
        return f"{self.operator}:{self.value}" if bare else f'{self.operator}:"{self.value}"'


@dataclass(frozen=True)
class Query:
    """What is asked, read once for every door."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(part) for part in (*self.terms, *self.filters))

    def __bool__(self) -> bool:
        return bool(self.wanted or self.filters)

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)

    @property
    def said(self) -> str:
        """What is looked for, without filters: for sentences."""
        return " ".join(str(term) for term in self.terms)

    def value(self, operator: str) -> str:
        """Return the value of the first filter of this operator, "" for none."""
        return next((one.value for one in self.filters if one.operator == operator), "")

    def having(self, operator: str, value: str) -> Query:
        """Return the same with this filter in the place of others of its operator; an empty value takes them away."""
        kept = tuple(one for one in self.filters if one.operator != operator)
        return replace(self, filters=(*kept, Filter(operator, value)) if value else kept)


def read(text: str, known: Collection[str] = BUILT_IN) -> Query:
    """Return what a line asks. An operator that nothing here knows is a word like others; nothing is a mistake."""
    terms: list[Term] = []
    filters: list[Filter] = []
    for found in _PIECE.finditer(text.replace("\0", " ")[: 2 * LONGEST]):
        typed = words.plain(found["operator"] or "")
        operator = _NAMED.get(typed, typed)  # an app's own has one name
        quoted = found["quoted"]
        value = " ".join((found["bare"] if quoted is None else quoted).split())
        if operator in known and not found["minus"] and value:
            filters.append(Filter(operator, value))
            continue
        before = f"{found['operator']}:" if found["operator"] else ""
        raw = f"{before}{value}"
        if tokens := tuple(words.tokens(raw)):
            terms.append(Term(raw, tokens, quoted is not None, bool(found["minus"])))
    terms, filters = terms[:MOST], filters[:MOST]
    if terms and not terms[-1].phrase and not terms[-1].excluded:
        terms[-1] = replace(terms[-1], prefix=True)
    return Query(tuple(terms), tuple(filters))


def day(value: str) -> date | None:
    """Return the day with which a value begins (2026, 2026-05, 3/5/2026, yesterday, 7d: ago), None for no day."""
    value = words.plain(value).replace("'", "").strip()
    if value in _TODAY:
        return timezone.localdate() - timedelta(days=_TODAY[value])
    if found := _AGO.fullmatch(value):
        return timezone.localdate() - timedelta(days=int(found[1]) * _DAYS[found[2]])
    if found := _DATE.fullmatch(value):
        year, month, number = found.groups()
    elif found := _FRENCH_DATE.fullmatch(value):
        number, month, year = found.groups()
    else:
        return None
    try:
        first = date(int(year), int(month or 1), int(number or 1))
    except ValueError:
        return None
    return first if _YEARS[0] <= first.year <= _YEARS[1] else None
