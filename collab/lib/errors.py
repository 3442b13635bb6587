"""Why an action was refused: one exception per HTTP status, with a sentence for the person.

Actions raise these; every door (pages, DAV, OCS, REST, websocket) renders them in its own form.
A message says what happened, what is safe, and what to do next.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):
    """An expected refusal: `status` (HTTP), `code` (stable slug for programs), `message` (for people)."""

    status = 400
    code = "refused"
    default: Sentence = _("This could not be done.")

    def __init__(self, message: Sentence | None = None, *, retry_after: int | None = None):
        self.message: Sentence = message or self.default
        self.retry_after = retry_after
        super().__init__(str(message or self.code))


class BadInput(Refusal):
    """400: what was sent cannot be used as it is."""

    code = "bad-input"
    default = _("What was sent cannot be read. Check it and try again.")


class Forbidden(Refusal):
    """403: the person sees the thing but may not do this."""

    status = 403
    code = "forbidden"
    default = _("You may not do this here. Ask a person who manages this place.")


class NotFound(Refusal):
    """404: not there, or not for this person; the two are never told apart."""

    status = 404
    code = "not-found"
    default = _("This is not here, or is not shared with you.")


class Conflict(Refusal):
    """409: the place or the state does not allow it now."""

    status = 409
    code = "conflict"
    default = _("This does not fit with what is there now. Reload and try again.")


class NameTaken(Conflict):
    """409: a living sibling bears the name already."""

    code = "name-taken"
    default = _("This name is taken in this folder. Choose another.")


class Stale(Refusal):
    """412: somebody saved before; the condition sent by the client no longer holds (RFC 9110, 13)."""

    status = 412
    code = "stale"
    default = _("Somebody saved before you. Both versions are kept; reload to see theirs.")


class TooLarge(Refusal):
    """413: over a limit of size."""

    status = 413
    code = "too-large"
    default = _("This is too large.")


class Locked(Refusal):
    """423: somebody holds a lock on it (RFC 4918, 11.3)."""

    status = 423
    code = "locked"
    default = _("Somebody is working on this file. Try again when they have finished.")


class TooMany(Refusal):
    """429: too many tries in a short time; `retry_after` in seconds."""

    status = 429
    code = "too-many"
    default = _("Too many tries. Wait a moment, then try again.")


class Unavailable(Refusal):
    """503: a part of the house is away; nothing was changed."""

    status = 503
    code = "unavailable"
    default = _("Something failed on our side. Your data is intact. Try again in a minute.")


class Damaged(Unavailable):
    """503: what is stored is not what was stored; none of it is handed out."""

    code = "damaged"
    default = _(
        "This file is damaged on the server, so it is not handed out. Tell the person who runs this house: a backup may"
        " have it whole."
    )


class OverQuota(Refusal):
    """507: the space, or the disk, has no room left (RFC 4918, 11.5)."""

    status = 507
    code = "over-quota"
    default = _("There is no room left here. Nothing is lost; empty the trash or ask for more space.")
