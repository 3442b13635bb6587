"""How answers are counted: totals and what is best, a majority, an order of preference, consent. Plain functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from polls.models import Poll

Ballot = Mapping[str, Any]
"""{option as text: what was answered}, as JSON keeps it."""


@dataclass
class Total:
    """What was answered to one option: {value: how many}; `best`: among the first; `passed`: None where nothing is."""

    counts: Counter[str] = field(default_factory=Counter)
    best: bool = False
    passed: bool | None = None

    @property
    def yes(self) -> int:
        return self.counts["y"]

    @property
    def maybe(self) -> int:
        return self.counts["m"]

    @property
    def no(self) -> int:
        return self.counts["n"]

    @property
    def abstained(self) -> int:
        return self.counts["a"]


@dataclass(frozen=True)
class Round:
    """One round of counting in order: {option: ballots that put it first}, and which fell out after it."""

    counts: dict[int, int]
    out: tuple[int, ...]


def totals(method: str, options: Sequence[int], ballots: Iterable[Ballot]) -> dict[int, Total]:
    """Return {option: its total}. In an order, "y" counts those who put it first at the end."""
    ballots = list(ballots)
    found = {pk: Total() for pk in options}
    if method == Poll.Method.RANKED:
        rounds = ranked(options, ballots)
        for pk, count in first_places(options, ballots).items():
            found[pk].counts["y"] = count
        for pk in winners(rounds):
            found[pk].best = True
        return found
    counts = Counter(chain.from_iterable(ballot.items() for ballot in ballots))
    for (key, value), number in counts.items():
        if key.isdigit() and int(key) in found:
            found[int(key)].counts[str(value)] += number
    _judge(method, found, bool(ballots))
    return found


def _judge(method: str, found: dict[int, Total], any_answer: bool) -> None:
    if method == Poll.Method.MAJORITY:
        for total in found.values():
            total.passed = total.yes > total.no if any_answer else None
    elif method == Poll.Method.CONSENT:
        for total in found.values():
            total.passed = total.no == 0 if any_answer else None
    top = max(((total.yes, total.maybe) for total in found.values()), default=(0, 0))
    if method in {Poll.Method.MAYBE, Poll.Method.PICK} and top > (0, 0):
        for total in found.values():
            total.best = (total.yes, total.maybe) == top


def first_places(options: Sequence[int], ballots: Iterable[Ballot]) -> dict[int, int]:
    """Return {option: how many put it first}."""
    counts = Counter(order[0] for ballot in ballots if (order := order_of(ballot, options)))
    return {pk: counts[pk] for pk in options}


def order_of(ballot: Ballot, options: Iterable[int]) -> list[int]:
    """Return the options of a ballot from the most wanted on; those that were given no place are left out."""
    known = set(options)
    placed = [(place, int(key)) for key, place in ballot.items() if isinstance(place, int) and key.isdigit()]
    return [pk for _place, pk in sorted(placed) if pk in known]


def ranked(options: Sequence[int], ballots: Iterable[Ballot]) -> list[Round]:
    """Count in rounds (instant-runoff voting): more than half of what is left wins, else the last falls out.

    Of several last ones, those fall out that fewest put first at the beginning; if that does not tell them apart, all
    of them, unless nobody would be left: then they share the first place.
    """
    orders = [order for ballot in ballots if (order := order_of(ballot, options))]
    left, rounds = list(options), []
    at_first = Counter(order[0] for order in orders)
    while orders and left:
        firsts = Counter(next((pk for pk in order if pk in left), 0) for order in orders)
        counts = {pk: firsts[pk] for pk in left}
        if max(counts.values()) * 2 > sum(counts.values()) or len(left) == 1:
            rounds.append(Round(counts, ()))
            break
        least = min(counts.values())
        last = [pk for pk in left if counts[pk] == least]
        fewest = min(at_first[pk] for pk in last)
        last = [pk for pk in last if at_first[pk] == fewest]
        if len(last) == len(left):
            rounds.append(Round(counts, ()))
            break
        rounds.append(Round(counts, tuple(last)))
        left = [pk for pk in left if pk not in last]
    return rounds


def winners(rounds: list[Round]) -> list[int]:
    """Return who won the last round: one, or several who share the place."""
    if not rounds:
        return []
    top = max(rounds[-1].counts.values())
    return [pk for pk, count in rounds[-1].counts.items() if count == top] if top else []
