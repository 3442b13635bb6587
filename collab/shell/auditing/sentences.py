"""Entries of the audit log as sentences in the reader's language, whoever wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts.models import Rank
from collab.events.models import AuditEntry
from collab.registry import house
from collab.rights.actor import Actor
from collab.rights.right import role_of
from collab.rights.telling import seen
from collab.shell.auditing import phrases
from collab.shell.templatetags.shell import filesize


class Family(NamedTuple):
    """Kinds that people look for together."""

    label: str | Promise
    kinds: tuple[str, ...]


FAMILIES = {
    "rights": Family(
        gettext_lazy("Rights"),
        ("share", "unshare", "restrict", "unrestrict", "take-charge", "expire", "handed-over", "handed-back",
         "see-as-begun", "see-as-ended", "calendar-offered", "calendar-withdrawn"),
    ),
    "spaces": Family(
        gettext_lazy("Spaces"),
        ("space-made", "space-copied", "space-archived", "space-restored", "space-erase-asked", "space-kept",
         "space-erased", "space-room"),
    ),
    "links": Family(
        gettext_lazy("Public links"),
        ("link-made", "link-changed", "link-adopted", "link-handed-over", "link-sent", "link-stopped", "link-guessed"),
    ),
    "channels": Family(
        gettext_lazy("Channels"),
        ("channel-exported", "channels-exported", "chat-imported", "channel-pace", "channel-kept", "talk-kept",
         "visitor-in", "visitor-out"),
    ),
    "programs": Family(
        gettext_lazy("Programs in channels"),
        ("hook-made", "hook-renewed", "hook-renamed", "hook-stopped", "hook-resumed", "hook-removed", "bot-made",
         "bot-renamed", "bot-stopped", "bot-resumed", "outgoing-made", "outgoing-stopped", "outgoing-resumed",
         "outgoing-removed", "slash-made", "slash-changed", "slash-renewed", "slash-stopped", "slash-resumed",
         "slash-removed"),
    ),
    "people": Family(
        gettext_lazy("Accounts and profiles"),
        ("account-made", "account-disabled", "account-enabled", "account-deleted", "rank", "address-changed",
         "name-changed", "account-emergency", "registration-asked", "registration-approved", "registration-refused",
         "registration-reconsidered", "invitation-made", "invitation-cancelled", "invitation-restored",
         "invitation-used", "data-asked", "data-exported", "leaving-asked", "leaving-cancelled"),
    ),
    "groups": Family(
        gettext_lazy("Groups"),
        ("group-made", "group-renamed", "group-deleted", "group-added", "group-manager", "group-removed"),
    ),
    "sign-in": Family(
        gettext_lazy("Signing in"),
        ("sign-in", "sign-in-failed", "second-step-failed", "second-step-on", "second-step-off", "sign-out-elsewhere",
         "signed-out", "password-changed", "password-link", "device-made", "device-revoked", "device-restored",
         "device-network", "device-login", "feed-made", "feed-revoked"),
    ),
    "house": Family(
        gettext_lazy("General settings"),
        ("setting", "audit-exported", "encryption-key", "encryption-on", "encryption-off", "encryption-rotated",
         "erase-asked", "erase-cancelled", "held-mail-sent", "held-mail-dropped"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line of the page. `thing`: what a click narrows the log to, "" where there is nothing."""

    entry: AuditEntry
    sentence: str
    thing: str = ""


def tell(entry: AuditEntry, known: set[tuple[str, int]]) -> Told:
    """Return the entry as a sentence. A thing that the reader may not see (not in `known`) is not named."""
    words = _words(entry, known)
    phrase = phrases.PHRASES.get(entry.kind)
    text = _unknown(entry, words) if phrase is None else _said(phrase, entry, words)
    about = entry.subject_kind not in {"", *_UNLISTED} and entry.subject_id is not None
    return Told(entry, text, f"{entry.subject_kind}:{entry.subject_id}" if about else "")


def seen_by(actor: Actor, entries: list[AuditEntry]) -> set[tuple[str, int]]:
    """Return the things in these entries that the reader sees. People, groups and spaces administrators know anyway."""
    asked = {
        (entry.subject_kind, entry.subject_id)
        for entry in entries
        if entry.subject_id is not None and entry.subject_kind not in _KNOWN
    }
    return seen(actor, asked)


_UNLISTED = {"user", "invitation", "registration", "device", "setting"}
"""Kinds that no click narrows the log to."""
_KNOWN = {"", "user", "group", "space", "invitation", "registration", "device", "setting"}


def _words(entry: AuditEntry, known: set[tuple[str, int]]) -> dict[str, Any]:
    found: dict[str, Any] = {name: _value(name, value, entry) for name, value in entry.details.items()}
    found |= {
        "who": entry.actor_name or (_gone(entry.actor_id) if entry.actor_id else str(_("The server"))),
        "whom": _named(entry.whom_kind, entry.whom_id, entry.whom_name),
        "what": _what(entry, known),
        "count": phrases.count_of(entry),
    }
    return found


def _what(entry: AuditEntry, known: set[tuple[str, int]]) -> str:
    if entry.subject_kind == "setting":
        return house_label(entry.subject_name)
    if entry.subject_kind not in _KNOWN and (entry.subject_kind, entry.subject_id) not in known:
        return str(_("something that you do not see"))
    return _named(entry.subject_kind, entry.subject_id, entry.subject_name)


def _named(kind: str, pk: int | None, name: str) -> str:
    if kind == "user":
        return name or _gone(pk)
    if kind == "group":
        return str(_("Everyone")) if name == "Everyone" else _quoted(name)
    return _quoted(name) if name else str(_("something that is gone"))


def _gone(pk: int | None) -> str:
    return str(_("a deleted account (no. %(number)s)") % {"number": pk})


def house_label(key: str) -> str:
    """Return a setting's question, its key where nobody declares it any more."""
    setting = house.declared().get(key)
    return _quoted(str(setting.field().label) if setting else key)


def _quoted(name: str) -> str:
    return _("“%(name)s”") % {"name": name}


def _value(name: str, value: Any, entry: AuditEntry) -> Any:
    """Return a detail as people read it: a role for a mask, a profile for a rank, a day for a moment."""
    if entry.kind == "setting":
        return _setting_value(entry.subject_name, value)
    if entry.kind == "space-room":
        return filesize(value) if value else str(_("no limit"))
    if name in {"before", "after"} and isinstance(value, int) and not isinstance(value, bool):
        return role_of(value).label
    if entry.kind in {"rank", "account-made", "invitation-made"} and value in Rank.values:
        return Rank(value).label
    if name == "until" and value:
        return formats.date_format(timezone.localtime(datetime.fromisoformat(value)), "DATE_FORMAT")
    if name == "on" and value:
        return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
    if value is None or value == "" or isinstance(value, bool):
        return _plain(value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or str(_("nothing"))
    return value


def _setting_value(key: str, value: Any) -> str:
    """Return what was set, in the words of its field."""
    if key == "house.logo" and value:
        return _("a picture")
    setting = house.declared().get(key)
    field = setting.field() if setting else forms.Field()
    named = {str(one): str(label) for one, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    return ", ".join(named.get(str(one)) or _plain(_as_typed(field, one)) for one in values) or _("nothing")


def _as_typed(field: forms.Field, value: Any) -> Any:
    return value if isinstance(value, bool) else field.prepare_value(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    return str(value) if not isinstance(value, bool) else _("yes") if value else _("no")


def _said(phrase: phrases.Phrase, entry: AuditEntry, words: dict[str, Any]) -> str:
    text = str(phrase(entry) if callable(phrase) else phrase) % _Lenient(words)
    ends = entry.details.get("until")
    return f"{text} {_('Until %(day)s.') % {'day': words['until']}}" if ends else text


class _Lenient(dict[str, Any]):
    """A phrase may ask for a detail that an older entry did not keep."""

    def __missing__(self, key: str) -> str:
        return "–"


def _unknown(entry: AuditEntry, words: dict[str, Any]) -> str:
    """An app's own kind, or one of an earlier version: plain, and still whole."""
    facts = ", ".join(f"{name}: {words[name]}" for name in entry.details)
    parts = [f"{words['who']}: {entry.kind}"]
    if entry.subject_kind:
        parts.append(words["what"])
    if entry.whom_kind:
        parts.append(words["whom"])
    return " · ".join([*parts, facts] if facts else parts)
