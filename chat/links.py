"""The addresses to which a message links."""

from __future__ import annotations

import re
from html import unescape

from chat.models import Message
from collab.search import cards

MOST = 5
"""Links of one message that are looked at."""
_HREF = re.compile(r'<a href="([^"]{1,1000})"')


def of(message: Message) -> list[str]:
    """Return the addresses that it links to, each once, the first ones."""
    return list(dict.fromkeys(unescape(one) for one in _HREF.findall(message.html)))[:MOST]


def is_home(address: str) -> bool:
    """Whether it leads to something of this house."""
    return bool(cards.path_of(address))


def leads_home(message: Message) -> bool:
    """Whether there may be a card under it, for somebody: it links to something here, or forwards a message."""
    return "from" in message.facts or any(is_home(one) for one in of(message))
