"""What programs send to a hook, in the shape of Slack and Mattermost, as Markdown.

Nothing in it is believed: parts of a wrong kind are left out, long ones are cut, addresses but http(s) stay words, and
nothing is fetched. The Markdown is drawn like what people write (`lib.markdown`), which lets no markup through.
https://developers.mattermost.com/integrate/webhooks/incoming/ and https://api.slack.com/messaging/webhooks
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from chat.actions.common import LONGEST

MOST_BYTES = 64 * 1024
MOST_ATTACHMENTS, MOST_FIELDS = 20, 40
_LONGEST_LINE = 300
_LINK = re.compile(r"<((?:https?://|mailto:)[^\s<>|]{1,2000})(?:\|([^<>|\n]{1,300}))?>")
_WEB = re.compile(r"https?://[^\s<>]{1,2000}", re.IGNORECASE)
_SIGNS = {"good": "✅", "warning": "⚠️", "danger": "🔴"}
"""Slack's names of colours say how bad it is; other colours say nothing in words."""


class Unreadable(Exception):
    """`code`: Slack's word for what is wrong; `status` of HTTP."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Payload:
    """`text`: Markdown; `name`: under which it is said, "" for the hook's own; `channel`: where it wants to."""

    text: str
    name: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer to a command: for whoever asked alone, or `in_channel` for all."""

    text: str
    name: str = ""
    in_channel: bool = False


def read(body: bytes, content_type: str, form: str | None = None) -> Payload:
    """Return what was sent: JSON, or a form whose `payload` is JSON (`form`: found by Django). Raises Unreadable."""
    if len(body) > MOST_BYTES:
        raise Unreadable("payload_too_large", "At most 64 KB are taken.", 413)
    text = form
    if text is None:
        text = body.decode("utf-8", "replace")
        if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            text = _of_form(text)
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Unreadable("invalid_payload", "Send a JSON object, or a form with one as “payload”.")
    found = "\n\n".join(part for part in [_text(sent.get("text")), *_attachments(sent.get("attachments"))] if part)
    if not found:
        raise Unreadable("no_text", "There is neither text nor an attachment in it.")
    if len(found) > LONGEST:
        found = found[: LONGEST - 1].rstrip() + "…"
    return Payload(found, _line(sent.get("username"))[:80].strip(), _line(sent.get("channel")))


def response_type(body: bytes) -> str:
    """Return where a program wants its answer: "comment" in the thread, "in_channel" for all, "" for nothing said."""
    try:
        sent = json.loads(body[:MOST_BYTES])
    except (ValueError, RecursionError):
        return ""
    return _line(sent.get("response_type")) if isinstance(sent, dict) else ""


def reply(body: bytes, content_type: str) -> Reply | None:
    """Return what a program answers to a command, None for nothing: JSON as to a hook, or plain words.

    Raises Unreadable.
    """
    if not body.strip():
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain" and not body.lstrip().startswith(b"{"):
        words = _text(body[:MOST_BYTES].decode("utf-8", "replace"))
        return Reply(words[:LONGEST]) if words else None
    try:
        sent = read(body, "application/json")
    except Unreadable as wrong:
        if wrong.code == "no_text":
            return None
        raise
    return Reply(sent.text, sent.name, response_type(body) == "in_channel")


def attached(sent: list[Any]) -> str:
    """Return attachments as Markdown, of a message that is read from an export; those above the limit are left out."""
    return "\n\n".join(part for part in _attachments(sent[:MOST_ATTACHMENTS]) if part)[:LONGEST]


def _of_form(body: str) -> str:
    if body.lstrip().startswith("{"):  # curl -d without a header: JSON under the name of a form
        return body
    try:
        return parse_qs(body, max_num_fields=20).get("payload", [""])[0]
    except ValueError:
        return ""


def _attachments(sent: Any) -> list[str]:
    if not isinstance(sent, list):
        return []
    if len(sent) > MOST_ATTACHMENTS:
        raise Unreadable("too_many_attachments", f"At most {MOST_ATTACHMENTS} attachments are taken.")
    return [part for one in sent if isinstance(one, dict) for part in _attachment(one)]


def _attachment(one: dict[str, Any]) -> list[str]:
    """Return what stands before it, and it as a quotation: a title, its text, its fields as a list."""
    sign = _SIGNS.get(_line(one.get("color")).lower(), "")
    title = _title(_line(one.get("title")), one.get("title_link"))
    parts = [title and f"**{title}**", _text(one.get("text")), _fields(one.get("fields"))]
    parts = [part for part in parts if part] or [_text(one.get("fallback"))]
    quoted = "\n\n".join(part for part in parts if part)
    if quoted and sign:
        quoted = f"{sign} {quoted}"
    return [_text(one.get("pretext")), "\n".join(f"> {row}".rstrip() for row in quoted.split("\n")) if quoted else ""]


def _title(title: str, link: Any) -> str:
    title = re.sub(r"([\\\[\]*_`<>~])", r"\\\1", title)
    address = link.strip() if isinstance(link, str) else ""
    if not title or not _WEB.fullmatch(address):
        return title
    return f"[{title}](<{address.replace(chr(92), '%5C')}>)"


def _fields(sent: Any) -> str:
    rows = []
    for one in sent[:MOST_FIELDS] if isinstance(sent, list) else []:
        if isinstance(one, dict):
            title, value = _title(_line(one.get("title")), None), _text(one.get("value")).replace("\n", " ")
            rows.append(f"- **{title}**: {value}" if title and value else f"- {title or value}")
    return "\n".join(row for row in rows if row != "- ")


def _text(sent: Any) -> str:
    """Return a text as Markdown: clean of signs that cannot be kept, Slack's links <address|words> as links."""
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        return ""
    text = str(sent).encode(errors="ignore").decode().replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return _LINK.sub(_link, text.strip()[: 2 * LONGEST])


def _link(found: re.Match[str]) -> str:
    address, words = found[1], found[2]
    return f"[{words.replace('[', '').replace(']', '')}](<{address}>)" if words else f"<{address}>"


def _line(sent: Any) -> str:
    """Return one line of plain words, "" for what is none."""
    if isinstance(sent, bool) or not isinstance(sent, str | int | float):
        return ""
    clean = "".join(sign if sign.isprintable() else " " for sign in str(sent)[: 4 * _LONGEST_LINE])
    return " ".join(clean.split())[:_LONGEST_LINE]
