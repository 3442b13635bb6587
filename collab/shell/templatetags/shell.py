"""Icons, people, places, sizes and dates as the interface writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from collab.lib import partials
from collab.lib.routes import reverse
from collab.lib.sizes import filesize
from collab.shell import assets, faces, fields, following

register = template.Library()
register.filter(filesize)


@register.simple_tag
def dom_id(thing: Any, part: str = "") -> str:
    """The stable id of the element that shows this thing."""
    return partials.dom_id(thing, part)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; with `label` it speaks for itself, without it the words beside it do."""
    small = " icon--small" if size == "small" else ""
    if not label:
        return _silent_icon(name, small)
    said = format_html('role="img" aria-label="{}"', label)
    return format_html('<svg class="icon{}" {}><use href="{}#{}"/></svg>', small, said, static("shell/icons.svg"), name)


@cache
def _silent_icon(name: str, small: str) -> SafeString:
    """Drawn once: a page has hundreds of them."""
    sprite = static("shell/icons.svg")
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', small, sprite, name)


@register.simple_tag(takes_context=True)
def avatar(context: Any, who: Any, size: str = "", label: bool = False) -> SafeString:
    """The picture or sign of a person (round) or a group (soft square); `label`: named where no name stands beside."""
    return faces.avatar(getattr(context.get("request"), "actor", None), who, size, label)


@register.inclusion_tag("shell/_says.html")
def says(who: Any) -> dict[str, Any]:
    """What a person says they are at, where the page asked (`profiles.statuses.attach`); nothing for a group."""
    return {"says": getattr(who, "says", None)}


@register.simple_tag
def mark(space: Any, size: str = "", label: bool = False) -> SafeString:
    """The sign of a space (solid square)."""
    return faces.sign("mark" + (f" mark--{size}" if size else ""), space, label)


@register.filter
def percent(part: int, whole: int | None) -> int:
    """How much of the whole is taken, between 0 and 100."""
    return min(100, round(100 * part / whole)) if whole else 0


@register.filter
def browser(agent: str) -> str:
    """The browser and system behind a user agent, in two words; the agent itself when it is a stranger's."""
    name = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (name, system) if part) or agent[:80]


_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@register.simple_tag
def when(moment: datetime | date | int | None) -> SafeString | str:
    """A moment, short: the hour today, “yesterday”, the day this year; the script of the page has the full date."""
    if moment is None:
        return ""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment, UTC)
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _day(moment, timezone.localdate()))
    local = timezone.localtime(moment)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), short_moment(local))


@register.simple_tag
def moment(at: datetime, dated: bool = True) -> SafeString | str:
    """A moment below a heading that names the day: the hour alone, unless `dated`."""
    if dated:
        return when(at)
    local = timezone.localtime(at)
    hour = f"{local.hour}:{local.minute:02}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), hour)


@register.simple_tag
def when_exactly(at: datetime) -> SafeString:
    """A moment that is to come, with its hour: “at 9:12”, “tomorrow at 9:12”, “30 Nov. at 9:12”."""
    local, today = timezone.localtime(at), timezone.localdate()
    hour = pgettext("hour of today", "at %(time)s") % {"time": formats.date_format(local, "G:i")}
    if local.date() == today:
        text = hour
    else:
        day = _("tomorrow") if local.date() == today + timedelta(days=1) else _day(local.date(), today)
        text = pgettext("day and hour", "%(day)s %(hour)s") % {"day": day, "hour": hour}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.simple_tag
def day_name(day: date) -> str:
    """A day as a heading: “Today”, “Yesterday”, “Tuesday 24 November”, with the year where it is another."""
    now = timezone.localdate()
    if day in {now, now - timedelta(days=1)}:
        return capfirst(_day(day, now))
    text = formats.date_format(day, pgettext("day in full, Django date format", "l j F"))
    return capfirst(text if day.year == now.year else f"{text} {day.year}")


_NEAR = {-1: gettext_lazy("Yesterday"), 0: gettext_lazy("Today"), 1: gettext_lazy("Tomorrow")}


@register.simple_tag
def near_day(day: date | None) -> SafeString | str:
    """A day on which something is due: “Today”, “Tomorrow”, “Friday”, then the date."""
    if day is None:
        return ""
    today = timezone.localdate()
    away = (day - today).days
    if away in _NEAR:
        text = str(_NEAR[away])
    elif 1 < away < 7:
        text = capfirst(formats.date_format(day, "l"))
    else:
        text = _day(day, today)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), text)


def short_moment(local: datetime) -> str:
    """“at 9:12”, “yesterday”, “12 Nov.”, “12 Nov. 2024”."""
    today = timezone.localdate()
    if local.date() == today:
        return pgettext("hour of today", "at %(time)s") % {"time": formats.date_format(local, "G:i")}
    return _day(local.date(), today)


def _day(day: date, today: date) -> str:
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    if day.year == today.year:
        return formats.date_format(day, pgettext("day and month, Django date format", "M j"))
    return formats.date_format(day, pgettext("day, month and year, Django date format", "M j, Y"))


@register.inclusion_tag("shell/_field.html")
def field(bound: Any, **options: Any) -> dict[str, Any]:
    """A form field with its label, hint and error: `{% field form.name hint=… autocomplete="name" %}`."""
    return fields.context(bound, **options)


@register.simple_tag
def today() -> str:
    """The day in full, as a greeting begins: “Tuesday 24 November”."""
    return capfirst(formats.date_format(timezone.localdate(), pgettext("day in full, Django date format", "l j F")))


@register.simple_tag
def hue_name(name: str) -> str:
    """A colour by a word that a person would use."""
    return str(_HUES.get(name, name))


_HUES = {
    "petrole": gettext_lazy("petrol"),
    "framboise": gettext_lazy("raspberry"),
    "brique": gettext_lazy("brick"),
    "miel": gettext_lazy("honey"),
    "mousse": gettext_lazy("moss"),
    "sapin": gettext_lazy("fir"),
    "lagon": gettext_lazy("lagoon"),
    "azur": gettext_lazy("azure"),
    "indigo": gettext_lazy("indigo"),
    "prune": gettext_lazy("plum"),
    "ardoise": gettext_lazy("slate"),
}


@register.simple_tag(takes_context=True)
def importmap(context: Any) -> SafeString:
    """Where the browser finds our modules: `import … from "shell/http"`."""
    match = getattr(context.get("request"), "resolver_match", None)
    return SafeString(assets.importmap(match.app_name.partition(":")[0] if match else ""))


@register.simple_tag(takes_context=True)
def toasts(context: Any) -> list[partials.Toast]:
    """The toasts kept for this page."""
    request = context.get("request")
    return partials.toasts(request) if request is not None and hasattr(request, "_messages") else []


@register.inclusion_tag("shell/_follow_button.html", takes_context=True)
def follow(context: Any, kind: str, pk: int, name: str, containers: Any = None) -> dict[str, Any]:
    """How much one hears of a place, under a bell that opens the choice; `containers`: itself and what it lies in."""
    request = context["request"]
    control = following.at(request.actor, (kind, pk), name, containers or [(kind, pk)])
    return {"control": control, "next": request.get_full_path(), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def follow_later(kind: str, pk: int) -> SafeString:
    """The same in a menu, fetched when it is opened; without script a page of its own."""
    address = reverse("shell:notifications-level", args=[kind, pk])
    return format_html(
        '<a href="{0}" hx-get="{0}" hx-trigger="toggle from:closest details once">{1}</a>',
        address, _("Follow or mute"),
    )  # fmt: skip
