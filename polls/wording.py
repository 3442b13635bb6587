"""The answers that each method offers, their signs and words; how an option is called."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from polls.counting import Total
from polls.models import Option, Poll


@dataclass(frozen=True)
class Answer:
    """`value` is what is stored; `tone` colours it: "good", "warn", "" or "bad". A word always stands beside."""

    value: str
    word: str | Promise
    icon: str
    tone: str = ""


YES = Answer("y", pgettext_lazy("answer", "Yes"), "check", "good")
MAYBE = Answer("m", pgettext_lazy("answer", "If need be"), "maybe", "warn")
NO = Answer("n", pgettext_lazy("answer", "No"), "close")
FOR = Answer("y", pgettext_lazy("vote", "For"), "check", "good")
AGAINST = Answer("n", pgettext_lazy("vote", "Against"), "close", "bad")
ABSTAIN = Answer("a", pgettext_lazy("vote", "Abstain"), "minus")
CONSENT = Answer("y", pgettext_lazy("vote", "I consent"), "check", "good")
RESERVED = Answer("m", pgettext_lazy("vote", "With a reservation"), "maybe", "warn")
OBJECTION = Answer("n", pgettext_lazy("vote", "I object"), "close", "bad")

ANSWERS: dict[str, tuple[Answer, ...]] = {
    Poll.Method.MAYBE: (YES, MAYBE, NO),
    Poll.Method.PICK: (YES, NO),
    Poll.Method.MAJORITY: (FOR, AGAINST, ABSTAIN),
    Poll.Method.CONSENT: (CONSENT, RESERVED, OBJECTION),
    Poll.Method.RANKED: (),
}


def answers(poll: Poll) -> tuple[Answer, ...]:
    """Return what one may answer to each option; nothing where one puts them in order."""
    return ANSWERS[poll.method]


def word(poll: Poll, value: Any) -> str:
    """Return an answer in words; a place in the order as its number, "" for none."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    return next((str(one.word) for one in answers(poll) if one.value == value), "")


def standing(poll: Poll, total: Total) -> SafeString:
    """Return how an option stands: numbers in words of ours, safe to be drawn as they are."""
    if poll.method == Poll.Method.RANKED:
        text = ngettext(
            "<strong>%(count)s</strong> first place", "<strong>%(count)s</strong> first places", total.yes
        ) % {"count": total.yes}
    else:
        facts = {"yes": total.yes, "maybe": total.maybe, "no": total.no, "rest": total.abstained}
        text = str(_STANDING[poll.method]) % facts
    if total.passed is not None and poll.is_over:
        text += f" · <strong>{_('adopted') if total.passed else _('not adopted')}</strong>"
    return SafeString(text)


_STANDING: dict[str, Any] = {
    Poll.Method.MAYBE: gettext_lazy("<strong>%(yes)s</strong> yes · %(maybe)s if need be"),
    Poll.Method.PICK: "<strong>%(yes)s</strong>",
    Poll.Method.MAJORITY: gettext_lazy("<strong>%(yes)s</strong> for · %(no)s against · %(rest)s abstained"),
    Poll.Method.CONSENT: gettext_lazy(
        "<strong>%(yes)s</strong> consent · %(maybe)s with a reservation · %(no)s object"
    ),
}


def day_in_full(day: date) -> str:
    """“Tuesday 8 December”, with the year where it is another."""
    text = formats.date_format(day, pgettext("day in full, Django date format", "l j F"))
    return capfirst(text if day.year == timezone.localdate().year else f"{text} {day.year}")


def day_in_short(day: date) -> str:
    """“Tue 8 Dec”, for the head of a narrow column."""
    return capfirst(formats.date_format(day, pgettext("day in short, Django date format", "D j M")))


def hours(option: Option) -> str:
    """“18:30 – 20:30” where the reader is, "" for whole days and for words."""
    if option.starts_at is None:
        return ""
    begins = timezone.localtime(option.starts_at)
    text = begins.strftime("%H:%M")
    if option.ends_at is not None:
        ends = timezone.localtime(option.ends_at)
        text += f" – {ends:%H:%M}"
        if ends.date() != begins.date():
            text += f" ({day_in_short(ends.date())})"
    return text


def local_day(option: Option) -> date | None:
    """Return the day on which it is where the reader is, None for words."""
    return timezone.localdate(option.starts_at) if option.starts_at else option.day


def title(option: Option) -> str:
    """Return what heads the option: its day, or its words."""
    day = local_day(option)
    return day_in_full(day) if day else option.text


def name(option: Option) -> str:
    """Return the whole of it in one line."""
    day = local_day(option)
    parts = [day_in_full(day) if day else "", hours(option), option.text]
    return ", ".join(part for part in parts if part)


def zone_note(poll: Poll, options: list[Option]) -> str:
    """Say in which time zone the hours are, where the reader's differs from the one in which they were said."""
    timed = [one.starts_at for one in options if one.starts_at]
    if not timed:
        return ""
    zone = timezone.get_current_timezone()
    here = [timezone.localtime(one).utcoffset() for one in timed]
    there = [one.astimezone(zone_of(poll)).utcoffset() for one in timed]
    if here == there:
        return ""
    return _("Hours are those of %(zone)s.") % {"zone": str(zone).replace("_", " ")}


def zone_of(poll: Poll) -> Any:
    """Return the time zone in which its times were said."""
    try:
        return zoneinfo.ZoneInfo(poll.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return timezone.get_default_timezone()
