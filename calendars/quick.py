"""An event said in one line, in French or English: “réunion CA jeudi 18h salle 2”, “lunch tomorrow 12:30-14 at Max's”.

What is understood as a day, hours, a length or a repetition is taken out of the line; the rest is its title, and what
follows a word of place is the place. What is not understood stays in the title: nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LONGEST = 300
_EVENING = (time(19), time(20))
_DAYS = {
    name: number
    for number, names in enumerate(
        ("lundi lun monday mon", "mardi mar tuesday tue tues", "mercredi mer wednesday wed", "jeudi jeu thursday thu",
         "vendredi ven friday fri", "samedi sam saturday sat", "dimanche dim sunday sun")
    )
    for name in names.split()
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier janv january jan", "fevrier fevr february feb", "mars march", "avril avr april apr", "mai may",
         "juin june", "juillet juil july", "aout august aug", "septembre sept september sep", "octobre oct october",
         "novembre nov november", "decembre dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_NEAR = {"aujourd'hui": 0, "today": 0, "ce soir": 0, "tonight": 0, "demain": 1, "tomorrow": 1, "apres-demain": 2}
_FULL = "|".join(sorted((name for name in _DAYS if len(name) > 4), key=len, reverse=True))
_SHORT = "|".join(sorted((name for name in _DAYS if len(name) <= 4), key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_START, _END = r"(?<![\w/.:-])", r"(?![\w/:-])"
_NEAR_DAY = re.compile(_START + r"(ce soir|tonight|aujourd'hui|today|apres-demain|demain|tomorrow)" + _END)
_WEEKDAY = re.compile(
    _START + rf"(?:(?:le|on|ce|this|next)\s+)?({_FULL}|(?:{_SHORT})\.?)(\s+(?:prochain|next week))?" + _END
)
_DATED = re.compile(
    _START
    + rf"(?:(?:le|on)\s+)?(?:(?:{_FULL}|(?:{_SHORT})\.?)\s+)?"
    + rf"(\d{{1,2}})(?:er|st|nd|rd|th)?\s+({_MONTH})\.?(?:\s+(20\d\d))?"
    + _END
)
_MONTH_FIRST = re.compile(_START + rf"(?:on\s+)?({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(20\d\d))?" + _END)
_NUMBERS = re.compile(_START + r"(?:(?:le|on)\s+)?(\d{1,2})/(\d{1,2})(?:/(20\d\d))?" + _END)
_HOUR = r"(\d{1,2})\s*(?:(?:h|:)\s*([0-5]\d)|(h)|\s*(am|pm))"
_LOOSE = r"(\d{1,2})(?:\s*(?:h|:)\s*([0-5]\d)|(\s*h)|\s*(am|pm))?"
_RANGE = re.compile(_START + rf"(?:de|from)?\s*{_LOOSE}\s*(?:-|–|a|to|until)\s*{_HOUR}" + _END)
_RANGE_OPEN = re.compile(_START + rf"(?:de|from)?\s*{_HOUR}\s*(?:-|–|a|to|until)\s*{_LOOSE}" + _END)
_AT = re.compile(_START + rf"(?:(?:a|at|des)\s+)?{_HOUR}" + _END)
_NOON = re.compile(_START + r"(?:(?:a|at)\s+)?(midi|noon)" + _END)
_LASTS = re.compile(_START + r"(?:pendant|for)\s+(\d{1,3})\s*(minutes|min|heures|heure|hours|hour|h)" + _END)
_WHERE = re.compile(r"(?:^|\s)(salle|room|chez|@)\s*(?=\S)|\s(?:in|at|au|a la|dans la|dans le)\s+(?=\S)")


@dataclass(frozen=True)
class Said:
    """What was understood; `begins` None: all day. `ends` is an hour after it, unless said."""

    title: str
    day: date
    begins: time | None
    ends: time | None
    place: str


def read(line: str, now: datetime) -> Said:
    """Return what a line says, seen from a local time. Never raises; today is meant where no day is said."""
    line = " ".join(line.replace("’", "'").split())[:LONGEST]
    plain = fold(line)
    evening = re.search(r"\b(ce soir|tonight)\b", plain)
    day, plain, line = _day(plain, line, now.date())
    begins, ends, plain, line = _hours(plain, line)
    if begins is None and evening:
        begins, ends = _EVENING
    if day is None:
        day = now.date() + timedelta(days=begins is not None and begins <= now.time())
    place = ""
    if (found := _WHERE.search(plain)) is not None:
        begin = found.start(1) if found[1] and found[1] != "@" else found.end()
        if line[: found.start()].strip():
            place, line = line[begin:].strip(" ,"), line[: found.start()]
    return Said(" ".join(line.split()).strip(" ,-"), day, begins, ends, place)


def fold(text: str) -> str:
    """Return the text in small letters without accents, each sign where it was."""
    parts = (unicodedata.normalize("NFD", sign)[0].lower() for sign in text)
    return "".join(part if len(part) == 1 else "?" for part in parts)


def _cut(found: re.Match[str], plain: str, line: str) -> tuple[str, str]:
    """Take what was understood out of both; the place is kept by as many blanks."""
    gap = " " * (found.end() - found.start())
    return plain[: found.start()] + gap + plain[found.end() :], line[: found.start()] + gap + line[found.end() :]


def _day(plain: str, line: str, today: date) -> tuple[date | None, str, str]:
    for pattern, order in ((_DATED, (1, 2, 3)), (_MONTH_FIRST, (2, 1, 3)), (_NUMBERS, (1, 2, 3))):
        found = pattern.search(plain)
        if found is None:
            continue
        month = _MONTHS.get(found[order[1]]) or (int(found[order[1]]) if found[order[1]].isdigit() else 0)
        year = int(found[order[2]]) if found[order[2]] else 0
        if (day := _dated(int(found[order[0]]), month, year, today)) is not None:
            return day, *_cut(found, plain, line)
    if (found := _NEAR_DAY.search(plain)) is not None:
        return today + timedelta(days=_NEAR[found[1]]), *_cut(found, plain, line)
    if (found := _WEEKDAY.search(plain)) is not None:
        away = (_DAYS[found[1].rstrip(".")] - today.weekday()) % 7 or 7
        return today + timedelta(days=away), *_cut(found, plain, line)
    return None, plain, line


def _dated(day: int, month: int, year: int, today: date) -> date | None:
    """Return the next such day; None where there is none."""
    for one in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _hours(plain: str, line: str) -> tuple[time | None, time | None, str, str]:
    for pattern in (_RANGE, _RANGE_OPEN):
        found = pattern.search(plain)
        if found is None:
            continue
        begins, ends = _time(*found.group(1, 2, 4)), _time(*found.group(5, 6, 8))
        if (
            found[8] == "pm"
            and not found[4]
            and begins is not None
            and ends is not None
            and begins.hour + 12 <= ends.hour
        ):
            begins = begins.replace(hour=begins.hour + 12)  # “2-4pm”
        if begins is not None and ends is not None:
            return begins, ends, *_cut(found, plain, line)
    begins = None
    for pattern in (_AT, _NOON):
        if (found := pattern.search(plain)) is not None:
            begins = time(12) if pattern is _NOON else _time(*found.group(1, 2, 4))
            if begins is not None:
                plain, line = _cut(found, plain, line)
                break
    if begins is None:
        return None, None, plain, line
    lasts = timedelta(hours=1)
    if (found := _LASTS.search(plain)) is not None:
        lasts = timedelta(minutes=int(found[1]) * (1 if found[2].startswith("min") else 60))
        plain, line = _cut(found, plain, line)
    end = datetime.combine(date(2000, 1, 1), begins) + min(lasts, timedelta(hours=23))
    return begins, end.time(), plain, line


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half == "pm" else 0) if 1 <= number <= 12 else 99
    return time(number, int(minute or 0)) if number < 24 else None


def due(line: str, now: datetime) -> tuple[str, date | None, time | None]:
    """Return what a line says of a day and an hour, None where it says none, and the line without these words."""
    plain = fold(line)
    evening = re.search(r"\b(ce soir|tonight)\b", plain)
    day, plain, line = _day(plain, line, now.date())
    begins, _ends, plain, line = _hours(plain, line)
    if begins is None and evening:
        begins = _EVENING[0]
    if day is None and begins is not None:
        day = now.date() + timedelta(days=begins <= now.time())
    return line, day, begins
