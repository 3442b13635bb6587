"""A program of its own (`collab.lib.confined`): reads one mail and says who sent it and what calendar lies in it.

It knows nothing of the house. In: the mail as a file on standard input. Out: JSON with `sender`, `calendar` (text of
the first text/calendar part, else of the first .ics file), `automatic` and `verdict` (the first
Authentication-Results). Exit 1: it cannot be read.
"""

import email
import json
import sys
from email import policy
from email.utils import getaddresses

MOST_PARTS = 60
MOST_TEXT = 1_000_000
KINDS = ("text/calendar", "application/ics", "application/icalendar")


def main() -> int:
    """Read the mail, write what was found."""
    try:
        mail = email.message_from_binary_file(sys.stdin.buffer, policy=policy.default)
        senders = [address for _name, address in getaddresses(mail.get_all("From", []))]
        found = {
            "sender": senders[0] if len(senders) == 1 else "",
            "calendar": _calendar(mail),
            "automatic": str(mail.get("Auto-Submitted", "no")).strip().lower()[:40],
            "verdict": str(mail.get("Authentication-Results", "")).lower()[:2000],
        }
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, IndexError, KeyError):
        return 1
    sys.stdout.write(json.dumps(found))
    return 0


def _calendar(mail: email.message.Message) -> str:
    """Return the text of the calendar in a mail, "" where there is none; few parts are looked at, none deeply."""
    by_kind: dict[str, str] = {}
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart() or (kind not in KINDS and not str(part.get_filename() or "").lower().endswith(".ics")):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and 0 < len(data) <= MOST_TEXT:
            charset = part.get_content_charset("utf-8")
            by_kind.setdefault("calendar" if kind == KINDS[0] else "file", data.decode(charset, errors="replace"))
    return by_kind.get("calendar") or by_kind.get("file", "")


if __name__ == "__main__":
    sys.exit(main())
