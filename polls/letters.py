"""Mail about polls: a personal link, an invitation, a reminder, what was decided; each in the reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from collab.accounts import languages
from collab.accounts.models import User
from collab.lib.text import cut
from collab.rights import letters, links
from collab.rights.models import Letter
from polls import ics, wording
from polls.models import Option, Participant, Poll


def address_of(voter: Participant) -> str:
    """Return the whole address of a personal link, "" where the public link above it is gone."""
    if voter.link is None or voter.sealed is None:
        return ""
    token = links.box().decrypt(bytes(voter.sealed)).decode()
    return settings.URL + reverse("shell:link-part", args=[links.token_for_mail(voter.link), token])


def personal(voter: Participant) -> bool:
    """Send somebody the link by which they change their answers. False where it cannot be sent, or too often was."""
    text = _("Your answers to “%(title)s” are kept. With this address you see and change them:")
    return _to_visitor(voter, _("Your answers: %(title)s"), text, paced=True)


@transaction.atomic
def send_personal(voter: Participant) -> None:
    """The same, for a page: the letter and its order are one."""
    personal(voter)


def invited(voter: Participant, sender: Any, word: str) -> bool:
    """Ask somebody by mail for their answer."""
    text = _("%(sender)s asks for your answer to “%(title)s”. Open this address; no account is needed:")
    return _to_visitor(voter, _("Your answer is asked for: %(title)s"), text, word=word, sender=sender)


def reminder(voter: Participant) -> bool:
    """Remind somebody who was asked by mail and has not answered."""
    text = _("Your answer to “%(title)s” is still awaited. Open this address; no account is needed:")
    return _to_visitor(voter, _("Your answer is awaited: %(title)s"), text)


def decided(poll: Poll, option: Option, to: Participant | User) -> bool:
    """Tell a participant what was decided; a date goes with it for their calendar."""
    user = to if isinstance(to, User) else to.user
    email = user.email if user is not None else to.email
    if not email or not letters.can_post() or (user is not None and not user.is_active):
        return False
    language = user.language if user is not None else to.language  # type: ignore[union-attr]
    with translation.override(languages.fit(language)):
        is_date = poll.kind == Poll.Kind.DATE
        text = _("“%(title)s” is decided: %(outcome)s.") % {"title": poll.title, "outcome": wording.name(option)}
        url = settings.URL + reverse("polls:poll", args=[poll.pk]) if user is not None else address_of(to)  # type: ignore[arg-type]
        after = _("The date is attached: open it to put it into your calendar.") if is_date else ""
        attached = (f"{cut(poll.title, 60)}.ics", "text/calendar", ics.event(poll, option)) if is_date else None
        subject = _("Decided: %(title)s") % {"title": poll.title}
        _post(email, subject, {"text": text, "url": url, "after": after}, attached=attached)
    return True


def found(email: str, voters: list[Participant]) -> None:
    """Send the personal links of every poll that this address answered or was asked to."""
    rows = [(voter.poll.title, url) for voter in voters if (url := address_of(voter))]
    if rows and letters.can_post() and letters.may_post(email):
        text = _("You asked for the polls of this address. With these addresses you see and change your answers:")
        _post(email, _("Your polls"), {"text": text, "rows": rows})


def _to_visitor(
    voter: Participant, subject: str, text: str, *, word: str = "", sender: Any = None, paced: bool = False
) -> bool:
    url = address_of(voter)
    if not url or not voter.email or not letters.can_post() or (paced and not letters.may_post(voter.email)):
        return False
    poll = voter.poll
    facts = {"title": poll.title, "sender": str(sender or "")}
    _post(voter.email, subject % facts, {"text": text % facts, "url": url, "word": word, "poll": poll}, sender=sender)
    return True


def _post(email: str, subject: str, about: dict[str, Any], **how: Any) -> None:
    letters.post(Letter.Kind.OTHER, email, subject, "polls/email/letter", about, **how)
