"""What the page of a poll draws, for a person of the house as for a visitor: options, answers, results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.html import conditional_escape

from collab.lib import numerals
from collab.marks import reading
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right
from polls import counting, ics, queries, wording
from polls.actions import answering
from polls.models import Option, Participant, Poll


class Choice(NamedTuple):
    """One answer to an option as drawn."""

    value: str
    tone: str
    icon: str
    word: str
    chosen: bool
    closed: bool


@dataclass
class Line:
    """One option as drawn: its name, what may be answered and what is, how it stands."""

    option: Option
    title: str
    hours: str
    short: str
    choices: list[Choice]
    mine: Any
    total: counting.Total | None
    standing: str = ""
    full: bool = False
    left: int | None = None
    clash: str = ""
    """What the calendars of who looks say of this time."""


@dataclass
class Entry:
    """One row of the table: who, and option by option (what is answered, in words, what heads the column)."""

    voter: Participant
    name: str
    cells: list[tuple[str, str, str]]
    mine: bool = False


def context(
    request: HttpRequest, actor: Actor, poll: Poll, voter: Participant | None, typed: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what both pages draw; `typed`: answers that were sent and refused."""
    chosen = queries.options(poll)
    results = queries.results(poll, chosen)
    rows = queries.table(poll, len(chosen), request.GET.get("after", ""))
    mine = typed if typed is not None else (voter.answers if voter is not None else None) or {}
    why_not = answering.why_not(actor, poll, voter)
    decided = next((one for one in chosen if one.pk == poll.decided_id), None)
    lines = _lines(poll, chosen, mine, results, voter)
    if not why_not:
        _note_clashes(actor, lines)
    return {
        "poll": poll,
        "lines": lines,
        "results": results,
        "table": _table(poll, chosen, rows.rows, voter),
        "more": rows.more,
        "voter": voter if voter is not None and voter.answered_at else None,
        "no_answer": why_not,
        "may_answer": not why_not,
        "zone_note": wording.zone_note(poll, chosen),
        "places": range(1, len(chosen) + 1),
        "rounds": _rounds(chosen, results),
        "decided": decided,
        "decided_name": wording.name(decided) if decided else "",
    }


def _lines(
    poll: Poll, chosen: list[Option], mine: dict[str, Any], results: queries.Results, voter: Participant | None
) -> list[Line]:
    limited = not poll.secret and any(option.limit or poll.limit for option in chosen)
    had = _taken(poll, results, voter) if limited else {}
    offered = [(one.value, one.tone, one.icon, str(one.word)) for one in wording.answers(poll)]
    found = []
    for option in chosen:
        value = mine.get(str(option.pk))
        limit = (option.limit or poll.limit) if limited else None
        left = max(0, limit - had.get(option.pk, 0)) if limit is not None else None
        choices = [Choice(*one, one[0] == value, left == 0 and one[0] == "y" != value) for one in offered]
        total = results.totals[option.pk] if results.totals is not None else None
        standing = wording.standing(poll, total) if total is not None else ""
        words = wording.title(option), wording.hours(option), short(option)
        found.append(Line(option, *words, choices, value, total, standing, left == 0, left))
    return found


def _note_clashes(actor: Actor, lines: list[Line]) -> None:
    """Say beside each time what else the person has then, where an app keeps calendars; of days, nothing."""
    timed = [(line, line.option.starts_at) for line in lines if line.option.starts_at is not None]
    calendar = registry.calendar() if timed and actor.user is not None else None
    if calendar is None:
        return
    spans = [(starts, line.option.ends_at or starts + ics.HOUR) for line, starts in timed]
    for (line, _starts), title in zip(timed, calendar.clashes(actor, spans), strict=True):
        line.clash = title


def _taken(poll: Poll, results: queries.Results, voter: Participant | None) -> dict[int, int]:
    """Return how many others have each option: from what was counted already, where that may be seen."""
    if results.totals is None:
        return answering.taken(poll, voter.pk if voter is not None and voter.pk else 0)
    mine = (voter.answers or {}) if voter is not None and voter.removed_at is None else {}
    return {pk: total.yes - (mine.get(str(pk)) == "y") for pk, total in results.totals.items()}


def _table(poll: Poll, chosen: list[Option], rows: list[Participant], voter: Participant | None) -> list[Entry]:
    """Return participants as rows of the table."""
    said = {one.value: (one.value, str(one.word)) for one in wording.answers(poll)}
    columns = [(str(option.pk), conditional_escape(short(option))) for option in chosen]  # once, not for each row
    found = []
    for one in rows:
        answers = one.answers or {}
        values = [(answers.get(key), on) for key, on in columns]
        cells = [(*(said.get(value) or ("none" if value is None else "", value or "–")), on) for value, on in values]
        found.append(Entry(one, name_of(one), cells, voter is not None and voter.pk == one.pk))
    return found


def short(option: Option) -> str:
    """Return what heads the narrow column of an option."""
    day = wording.local_day(option)
    hours = wording.hours(option).partition(" ")[0]
    return f"{wording.day_in_short(day)} {hours}".strip() if day else option.text


def name_of(one: Participant) -> str:
    """Return how a participant is called."""
    return str(one.user) if one.user is not None else one.name


def _rounds(chosen: list[Option], results: queries.Results) -> list[list[tuple[str, int, bool]]]:
    """Return the rounds of a count in order: (option, ballots, whether it fell out after it)."""
    names = {option.pk: wording.name(option) for option in chosen}
    return [
        [(names[pk], count, pk in one.out) for pk, count in sorted(one.counts.items(), key=lambda item: -item[1])]
        for one in results.rounds
    ]


def given(poll: Poll, data: Any) -> dict[str, Any]:
    """Return the answers of a form as they were sent: {option as text: answer}."""
    if poll.method == Poll.Method.PICK:
        return {one[:18]: "y" for one in data.getlist("pick")[:200]} | (
            {} if data.getlist("pick") else {str(pk): "n" for pk in _ids(poll)} if "none" in data else {}
        )
    sent = [(key[1:], value[:10]) for key, value in data.items() if key[:1] == "o" and numerals.whole(key[1:])]
    return dict(sent[:200])


def _ids(poll: Poll) -> list[int]:
    return [option.pk for option in queries.options(poll)]


def threads(request: HttpRequest, actor: Actor, poll: Poll) -> reading.Page | None:
    """Return what is said about the poll, for a visitor whose link lets them comment; None for the others."""
    if not actor.can(poll, Right.SEE | Right.COMMENT):
        return None
    return reading.page(actor, poll, before=request.GET.get("before", ""))
