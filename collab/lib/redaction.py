"""What never stands in a log: the secrets that addresses carry. Whoever reads logs must not be able to open them."""

from __future__ import annotations

import logging
import re

_SECRETS = re.compile(
    r"(?P<before>(?:/s|/activity/feed|/public\.php/dav/files|/invitation|/setup|/login/v2/flow|/password/reset/key"
    r"|/notifications/(?:stop|unsubscribe))/)[^/\s?\"'&]+"
)


def redacted(text: str) -> str:
    """Return the text with dots for the tokens of links, invitations and other one-time doors."""
    return _SECRETS.sub(r"\g<before>…", text)


class Redactor(logging.Formatter):
    """A formatter whose lines, tracebacks included, tell no secret."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
