"""The words of a mail about notifications: readable without signing in, each place with its way to hear less of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts import languages, mails
from collab.accounts.models import User
from collab.lib.instance import instance_id
from collab.notifications import finding, tokens, ways
from collab.notifications.kinds import FOLLOWED
from collab.notifications.lines import Line, Place, lines
from collab.notifications.models import Digest, Level
from collab.notifications.pushing import sentence
from collab.rights.actor import Actor


@dataclass(frozen=True)
class Letter:
    """A mail as it leaves."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


@dataclass
class Section:
    """What happened in one place: the place followed, or that in which it happened (None: outside of places).

    `stop`: the address by which one hears less of it.
    """

    place: Place | None
    follows: bool
    stop: str = ""
    lines: list[Line] = field(default_factory=list)


def compose(digest: Digest) -> Letter | None:
    """Return the mail, in the language and time of its receiver; None when nothing of it may be told any more."""
    person = digest.person
    actor = Actor.of(person)
    counts = {int(pk): int(count) for pk, count in digest.rows}
    rows = list(
        finding.visible(actor).filter(pk__in=list(counts), read_at=None).select_related("actor").order_by("-last_at")
    )
    with translation.override(languages.fit(person.language)), timezone.override(ways.zone_of(person)):
        found = lines(actor, rows, counts)
        return _written(digest, person, found) if found else None


def _written(digest: Digest, person: User, found: list[Line]) -> Letter:
    unsubscribe = settings.URL + reverse("shell:notifications-unsubscribe", args=[tokens.unsubscribe(person.pk)])
    about = {
        "person": person,
        "sections": sections(person.pk, found),
        "house": mails.house(),
        "address": settings.URL,
        "all": settings.URL + reverse("shell:notifications"),
        "ways": settings.URL + reverse("shell:settings-notifications"),
        "unsubscribe": unsubscribe,
        "language": translation.get_language(),
    }
    return Letter(
        _subject(found),
        render_to_string("notifications/email/digest.txt", about),
        render_to_string("notifications/email/digest.html", about),
        {
            "Message-ID": f"<digest-{digest.pk}.{instance_id()}@{_domain()}>",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def sections(person_id: int, found: list[Line]) -> list[Section]:
    """Return the lines by place, in the order of the latest in each."""
    by_place: dict[tuple[str, int, bool], Section] = {}
    for line in found:
        follows = line.kind == FOLLOWED
        place = line.through if follows else line.at
        key = (place.kind, place.pk, follows) if place is not None else ("", 0, follows)
        section = by_place.setdefault(key, Section(place, follows))
        if place is not None and not section.stop:
            level = Level.NORMAL if follows else Level.MUTE
            token = tokens.stop(person_id, place.kind, place.pk, level)
            section.stop = settings.URL + reverse("shell:notifications-stop", args=[token])
        section.lines.append(line)
    return list(by_place.values())


def _subject(found: list[Line]) -> str:
    if len(found) == 1:
        return sentence(found[0])
    places = list(dict.fromkeys(place.name for line in found if (place := line.through or line.at) is not None))
    news = ngettext("%(count)d new thing", "%(count)d new things", len(found)) % {"count": len(found)}
    named = ", ".join(places[:2])
    return _("%(news)s: %(places)s") % {"news": news, "places": named} if named else f"{news} · {mails.house()}"


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
