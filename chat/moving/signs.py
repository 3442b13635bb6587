"""The names that Mattermost and Slack give to emoji, and what programs attach, as plain signs and Markdown."""

from __future__ import annotations

import re
from typing import Any

from chat import emoji, payload

_ALSO = {"slight_smile": "🙂", "tree": "🌳", "flag_fr": "🇫🇷"}
"""Names of Slack that our list of signs has otherwise."""
_NAMED = re.compile(r":([a-z0-9_+-]{1,60}):(?::skin-tone-[2-6]:)?")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)


def sign(name: str) -> str:
    """Return the emoji of this name, one of the house as “:name:”, "" for one that is not known here."""
    name = name.split("::")[0]
    return emoji.by_name(name) or _ALSO.get(name, "") or (f":{name}:" if emoji.is_sign(f":{name}:") else "")


def drawn(text: str) -> str:
    """Return a text with the emoji that it names, but in code; unknown ones stay as they were typed."""
    if ":" not in text:
        return text
    parts = _CODE.split(text)
    parts[::2] = [_NAMED.sub(lambda found: sign(found[1]) or found[0], part) for part in parts[::2]]
    return "".join(parts)


def attached(sent: Any) -> str:
    """Return what a program attached to a message, as Markdown; "" where there is nothing to be read."""
    return payload.attached(sent) if isinstance(sent, list) else ""
