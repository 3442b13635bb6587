"""A stream as Atom (RFC 4287): each line an entry, in words alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.activity.telling import Line
from collab.lib.instance import instance_id

TYPE = "application/atom+xml; charset=utf-8"
_NEVER = "".join(chr(code) for code in range(32) if code not in (9, 10, 13)) + "\ufffe\uffff"
_WITHOUT = str.maketrans(dict.fromkeys(_NEVER))


def document(title: str, address: str, page: str, lines: Iterable[Line], language: str, site: str) -> str:
    """Return the feed. `address`: its own; `page`: where people read the same; `site`: what paths are below."""
    lines = list(lines)
    stamp = lines[0].at if lines else datetime(2000, 1, 1, tzinfo=UTC)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(language)}>'
        f"<id>{_text(_tag(page))}</id><title>{_text(title)}</title><updated>{_time(stamp)}</updated>"
        f'<link rel="self" type="application/atom+xml" href={_quoted(address)}/>'
        f'<link rel="alternate" type="text/html" href={_quoted(site + page)}/>'
    )
    return head + "".join(_entry(line, page, site) for line in lines) + "</feed>\n"


def words(line: Line) -> str:
    """Return the whole line as one sentence: “Lucas added 14 files to Sport › Été: a.jpg, b.jpg and 12 others”."""
    text = str(line.text)
    if not line.alone:
        text = _("%(who)s %(did)s") % {"who": line.who or _("Somebody"), "did": text}
    if line.names:
        text = f"{text} {line.place}" if line.place else text
        named = ", ".join(title for title, _url in line.names)
        if line.more:
            more = ngettext("and %(count)d other", "and %(count)d others", line.more) % {"count": line.more}
            named = f"{named} {more}"
        return _("%(text)s: %(named)s") % {"text": text, "named": named}
    if line.title:
        text = _("%(title)s: %(text)s") % {"title": line.title, "text": text}
    return text


def _entry(line: Line, page: str, site: str) -> str:
    link = line.url or line.place_url or page
    author = f"<author><name>{_text(str(line.who or _('Somebody')))}</name></author>"
    note = f"<summary>{_text(str(line.place))}</summary>" if line.place and not line.names else ""
    return (
        f"<entry><id>{_text(_tag(f'change/{line.first}'))}</id><title>{_text(words(line))}</title>"
        f"<updated>{_time(line.at)}</updated>{author}<link href={_quoted(site + link)}/>{note}</entry>"
    )


def _tag(what: str) -> str:
    """Return a name that stays the same wherever the house moves."""
    return f"urn:collab:{instance_id()}:{what}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    """Return text for XML: names of files may hold what XML cannot."""
    return escape(text.translate(_WITHOUT).encode("utf-8", "replace").decode())


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_WITHOUT))
