"""Slack's own markup as Markdown. https://api.slack.com/reference/surfaces/formatting"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from chat.moving import signs

_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
_ANGLED = re.compile(r"<([^<>\n]{1,3000})>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=\S)([^~\n]{1,2000}?)(?<=\S)~(?![\w~])")
_BULLET = re.compile(r"^(\s*)[•◦▪‣]\s+", re.MULTILINE)
_CALLED = {"here": "@here", "channel": "@channel", "everyone": "@all"}


def to_markdown(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Return the text as Markdown. `people`: {id: user name}; `channels`: {id: name}. Code stays as it is."""
    parts = _CODE.split(text)
    parts[::2] = [_prose(part, people, channels) for part in parts[::2]]
    parts[1::2] = [_fenced(unescape(_ANGLED.sub(_bare, part))) for part in parts[1::2]]
    return "".join(parts)


def _prose(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    kept: list[str] = []

    def angled(found: re.Match[str]) -> str:
        kept.append(_angle(found[1], people, channels))
        return f"\ue000{len(kept) - 1}\ue001"  # an address is not read again for bold and the like

    text = _ANGLED.sub(angled, text.replace("\ue000", "").replace("\ue001", ""))
    text = _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))
    text = signs.drawn(_BULLET.sub(r"\1- ", text))
    return unescape(re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], text))


def _angle(inside: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    target, _bar, label = inside.partition("|")
    label = label.replace("[", "").replace("]", "").strip()
    if target.startswith("@"):
        return f"@{people.get(target[1:], '') or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or channels.get(target[1:], target[1:])}"
    if target.startswith("!"):
        word, _caret, _rest = target[1:].partition("^")
        return _CALLED.get(word, label or f"@{word}")
    if re.match(r"(?:https?://|mailto:)", target, re.IGNORECASE):
        return f"[{label}](<{target}>)" if label and label != target else f"<{target}>"
    return f"&lt;{inside}&gt;"


def _bare(found: re.Match[str]) -> str:
    target, _bar, label = found[1].partition("|")
    return label or target


def _fenced(code: str) -> str:
    """Give a fence lines of its own: what follows it on its line would be taken for a language."""
    if not code.startswith("```"):
        return code
    inside = code[3:].removesuffix("```").strip("\n")
    return f"\n```\n{inside}\n```\n"
