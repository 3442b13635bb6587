"""vCalendar 1.0 (versit, 1996), as Nokia phones and old Outlook write it (.vcs), made into iCalendar, entry by entry.

Its lines differ in how they are packed (quoted-printable with soft breaks, a character set each), in the grammar of
what repeats (“MP1 1+ FR #12”), in alarms and in lists. What cannot be said in iCalendar is refused, not guessed.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from calendars.ical.moments import plain, read_day, read_time
from calendars.ical.vcalrules import rule
from calendars.ical.writing import PRODUCT, length
from collab.lib.contentlines import Component, component, escape
from collab.lib.errors import BadInput

_ONE = re.compile(rb"^VERSION:\s*1\.0\s*$", re.MULTILINE)
_SUMMARY = re.compile(rb"^SUMMARY[;:]", re.MULTILINE)
_HEAD = 2_000
_MOST_LINES, _MOST_PEOPLE, _LONGEST = 2_000, 200, 1 << 20
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION"})
_DATES = {"DTSTART": "DTSTART", "DTEND": "DTEND", "DUE": "DUE", "COMPLETED": "COMPLETED", "DCREATED": "CREATED",
          "LAST-MODIFIED": "LAST-MODIFIED"}  # fmt: skip
_UTC_ONLY = frozenset({"COMPLETED", "CREATED", "LAST-MODIFIED"})
_ALARMS = frozenset({"AALARM", "DALARM", "PALARM", "MALARM"})
_WHOLE = frozenset({"ANNIVERSARY", "BIRTHDAY", "EVENT", "DAY EVENT"})
"""What Symbian calls an entry that takes whole days."""
_STATUS = {
    "VEVENT": {"TENTATIVE": "TENTATIVE", "NEEDS ACTION": "TENTATIVE", "CONFIRMED": "CONFIRMED", "ACCEPTED": "CONFIRMED",
               "DECLINED": "CANCELLED"},
    "VTODO": {"NEEDS ACTION": "NEEDS-ACTION", "COMPLETED": "COMPLETED", "ACCEPTED": "IN-PROCESS",
              "DECLINED": "CANCELLED"},
}  # fmt: skip
_ANSWERS = {"ACCEPTED": "ACCEPTED", "CONFIRMED": "ACCEPTED", "DECLINED": "DECLINED", "TENTATIVE": "TENTATIVE",
            "DELEGATED": "DELEGATED"}  # fmt: skip
_CHARSETS = re.compile(
    r"UTF-?8|US-ASCII|ISO-?8859-\d{1,2}|(?:WINDOWS|CP)-?125\d|KOI8-[RU]|SHIFT_JIS|GB2312|BIG5|EUC-(?:KR|JP)"
)
"""Others of Python's are no character sets, or cost the square of what they read."""
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>|^\s*([^<>\s]+@[^<>\s]+)\s*$")

UNREADABLE = _("This entry is written in a way that is not understood.")


@dataclass(frozen=True)
class _Line:
    name: str
    params: dict[str, str]
    value: str


def is_one(data: bytes) -> bool:
    """Whether an entry is one of vCalendar 1.0."""
    return _ONE.search(data[:_HEAD]) is not None


def converted(data: bytes) -> bytes:
    """Return an entry as iCalendar. Raises BadInput for what cannot be said in it, with the reason."""
    try:
        lines = list(_lines(data))
        made = _entry(lines)
    except (ValueError, OverflowError):
        raise BadInput(UNREADABLE) from None
    calendar = component("VCALENDAR")
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.append(made)
    return bytes(calendar)


def title(data: bytes) -> str:
    """Return what an entry calls itself, "" where that cannot be read."""
    found = _SUMMARY.search(data)
    if found is None:
        return ""
    try:
        line = next(_lines(data[found.start() : found.start() + 2_000]), None)
    except BadInput:
        return ""
    return _text(line.value).strip() if line is not None else ""


def _lines(data: bytes) -> Iterator[_Line]:
    """Yield the lines unfolded and decoded. Raises BadInput for too many."""
    raws = data.replace(b"\r\n", b"\n").split(b"\n")
    at = count = 0
    while at < len(raws):
        raw = raws[at]
        at += 1
        head = raw.partition(b":")[0].upper()
        if b"QUOTED-PRINTABLE" in head:
            while raw.endswith(b"=") and at < len(raws) and len(raw) < _LONGEST:
                raw = raw[:-1] + raws[at]
                at += 1
        while at < len(raws) and raws[at][:1] in (b" ", b"\t") and len(raw) < _LONGEST:
            raw += raws[at]
            at += 1
        count += 1
        if count > _MOST_LINES or len(raw) >= _LONGEST:
            raise BadInput(UNREADABLE)
        if b":" in raw:
            yield _line(raw)


def _line(raw: bytes) -> _Line:
    head, _colon, value = raw.partition(b":")
    name, *params = head.decode("ascii", errors="replace").split(";")
    said: dict[str, str] = {}
    for one in params:
        key, equals, text = one.partition("=")
        said[key.strip().upper() if equals else "ENCODING"] = (text if equals else key).strip().upper()
    if said.get("ENCODING") == "QUOTED-PRINTABLE":
        value = binascii.a2b_qp(value)
    elif said.get("ENCODING") in {"BASE64", "B"}:
        value = b""  # pictures and sounds of phones: nothing reads them here
    return _Line(name.strip().upper().rpartition(".")[2], said, _decoded(value, said.get("CHARSET", "")))


def _decoded(value: bytes, charset: str) -> str:
    """Return text of the set that is named; old programs write Windows' own where they name none."""
    for name in (charset if _CHARSETS.fullmatch(charset) else "utf-8", "utf-8", "cp1252"):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return value.decode(name).replace("\0", "")
    return value.decode("latin-1").replace("\0", "")


def _entry(lines: list[_Line]) -> Component:
    _calendar, *kinds = (line.value.strip().upper() for line in lines if line.name == "BEGIN")
    if len(kinds) != 1 or kinds[0] not in _STATUS:
        raise BadInput(UNREADABLE)
    kind = kinds[0]
    made = component(kind)
    said = {line.name: line for line in reversed(lines)}
    whole = said["X-EPOCAGENDAENTRYTYPE"].value.strip().upper() in _WHOLE if "X-EPOCAGENDAENTRYTYPE" in said else False
    made.add("UID", said["UID"].value.strip())
    made.add("DTSTAMP", _stamp(said))
    starts = _moment(said["DTSTART"].value) if "DTSTART" in said else None
    if whole and starts is not None:
        starts = (_day(starts[0]), False)
    for line in lines:
        if line.name in _DATES:
            _date(made, _DATES[line.name], _moment(line.value), starts, whole)
        elif line.name in _TEXTS and (text := _text(line.value)).strip():
            made.put(line.name, escape(text.strip()))
        elif line.name == "CATEGORIES":
            words = [word.strip() for word in re.split(r"(?<!\\)[;,]", line.value) if word.strip()]
            made.put("CATEGORIES", ",".join(escape(_text(word)) for word in words))
        elif line.name == "RRULE" and starts is not None:
            made.add("RRULE", rule(line.value, starts[0], utc=starts[1]))
        elif line.name in {"EXDATE", "RDATE"}:
            _list(made, line, starts)
        elif line.name in _ALARMS:
            _alarm(made, line, starts, said)
        elif line.name == "ATTENDEE" and len(made.all("ATTENDEE")) < _MOST_PEOPLE:
            _attendee(made, line)
    _words(made, kind, said)
    return made


def _words(made: Component, kind: str, said: dict[str, _Line]) -> None:
    """Say what is one word: its state, who sees it, whether it takes time, how important it is."""

    def word(name: str) -> str:
        return said[name].value.strip().upper() if name in said else ""

    if status := _STATUS[kind].get(word("STATUS")):
        made.add("STATUS", status)
    if word("CLASS") in {"PUBLIC", "PRIVATE", "CONFIDENTIAL"}:
        made.add("CLASS", word("CLASS"))
    if kind == "VEVENT" and word("TRANSP").isdigit():
        made.add("TRANSP", "OPAQUE" if word("TRANSP") == "0" else "TRANSPARENT")
    if word("PRIORITY") in set("123456789"):
        made.add("PRIORITY", word("PRIORITY"))
    if "URL" in said and said["URL"].value.strip().isprintable():
        made.add("URL", said["URL"].value.strip())


def _stamp(said: dict[str, _Line]) -> str:
    for name in ("LAST-MODIFIED", "DCREATED", "DTSTART", "DUE"):
        if name in said:
            moment, _utc = _moment(said[name].value)
            return plain(_local(moment)) + "Z"
    return "19700101T000000Z"


def _moment(text: str) -> tuple[date | datetime, bool]:
    """Return a day or a local time, and whether it is in UTC. Raises ValueError."""
    text = text.strip()
    return (read_day(text), False) if len(text) == 8 else read_time(text)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _local(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, datetime.min.time())


def _date(
    made: Component, name: str, moment: tuple[date | datetime, bool], starts: tuple[date | datetime, bool] | None,
    whole: bool,
) -> None:  # fmt: skip
    value, utc = moment
    if name in _UTC_ONLY:
        made.put(name, plain(_local(value)) + "Z")
        return
    if whole:
        last = _day(value)
        if name == "DTEND":  # the last day, or midnight after it
            first = _day(starts[0]) if starts else last
            ends_at_midnight = isinstance(value, datetime) and value.time() == datetime.min.time() and last > first
            last = last if ends_at_midnight else last + timedelta(days=1)
        value, utc = last, False
    if isinstance(value, datetime):
        made.put(name, plain(value) + ("Z" if utc else ""))
    else:
        made.put(name, plain(value), (("VALUE", ("DATE",)),))


def _list(made: Component, line: _Line, starts: tuple[date | datetime, bool] | None) -> None:
    days = starts is not None and not isinstance(starts[0], datetime)
    for text in re.split(r"[;,]", line.value):
        if text.strip():
            value, utc = _moment(text)
            if days:
                made.add(line.name, plain(_day(value)), (("VALUE", ("DATE",)),))
            elif isinstance(value, datetime):
                made.add(line.name, plain(value) + ("Z" if utc else ""))


def _alarm(made: Component, line: _Line, starts: tuple[date | datetime, bool] | None, said: dict[str, _Line]) -> None:
    """Say a reminder: so long before the start where both are times of one kind, so that each repetition has it."""
    text = line.value.partition(";")[0].strip()
    if not text:
        return
    at, utc = _moment(text)
    alarm = component("VALARM")
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", escape(_text(said["SUMMARY"].value).strip()) if "SUMMARY" in said else "-")
    if starts is not None and (utc == starts[1]):
        alarm.add("TRIGGER", length(_local(at) - _local(starts[0])))
    elif utc:
        alarm.add("TRIGGER", plain(_local(at)) + "Z", (("VALUE", ("DATE-TIME",)),))
    else:
        return
    made.append(alarm)


def _attendee(made: Component, line: _Line) -> None:
    found = _ADDRESS.search(line.value)
    if found is None:
        return
    name = " ".join(line.value[: found.start()].split()).strip('"')
    params = [("CN", (name,))] if name and name.isprintable() else []
    params.append(("PARTSTAT", (_ANSWERS.get(line.params.get("STATUS", ""), "NEEDS-ACTION"),)))
    made.add("ATTENDEE", f"mailto:{found[1] or found[2]}", tuple(params))


def _text(value: str) -> str:
    """Return a text without what hides its semicolons and line ends."""
    return re.sub(r"\\([;:,\\])", r"\1", value).replace("\r\n", "\n").replace("\r", "\n")
