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
from collab.rights.letters import can_post, may_post
from collab.rights.models import Letter, Link
from polls import ics, wording
from polls.models import Maker, Option, Participant, Poll


def address_of(voter: Participant) -> str:
    """Return the whole address of a personal link, "" where the public link above it is gone."""
    if voter.link is None or voter.sealed is None:
        return ""
    token = links.box().decrypt(bytes(voter.sealed)).decode()
    return settings.URL + reverse("shell:link-part", args=[links.token_for_mail(voter.link), token])


def called(poll: Poll) -> str:
    """Return how mail calls a poll. Words of a stranger go to nobody who did not give us their address themselves."""
    return _("a poll") if poll.is_visitors else poll.title


def begun(maker: Maker, token: str) -> None:
    """Send a visitor the address that makes their poll, and is its key from then on; not a word of what they typed."""
    text = _("Somebody, you we hope, began a poll here with this address. Open this to make it:")
    after = _(
        "Keep this address, and keep it to yourself: it is the key of your poll. With it you see the answers, change,"
        " close, decide or delete it. If it was not you, do nothing: in three days it is forgotten."
    )
    url = settings.URL + reverse("polls:key", args=[token])
    _post(maker.email, _("Confirm your poll"), {"text": text, "url": url, "after": after})


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
    if not email or not can_post() or (user is not None and not user.is_active):
        return False
    if user is None and poll.is_visitors:
        return False  # who sent the link tells them; it shows what was chosen
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


def found(email: str, keys: list[tuple[str, Link]], voters: list[Participant]) -> None:
    """Send the keys of the polls that this address asks, and the personal links of those that it answered or may."""
    rows = [(title, settings.URL + reverse("shell:link", args=[links.token_for_mail(key)])) for title, key in keys]
    rows += [(called(voter.poll), url) for voter in voters if (url := address_of(voter))]
    if rows and can_post() and may_post(email):
        text = _("You asked for the polls of this address. With these you see and change what you asked or answered:")
        _post(email, _("Your polls"), {"text": text, "rows": rows})


def _to_visitor(
    voter: Participant, subject: str, text: str, *, word: str = "", sender: Any = None, paced: bool = False
) -> bool:
    url = address_of(voter)
    if not url or not voter.email or not can_post() or (paced and not may_post(voter.email)):
        return False
    poll = voter.poll
    facts = {"title": called(poll), "sender": str(sender or "")}
    _post(voter.email, subject % facts, {"text": text % facts, "url": url, "word": word, "poll": poll}, sender=sender)
    return True


def _post(email: str, subject: str, about: dict[str, Any], **how: Any) -> None:
    letters.post(Letter.Kind.OTHER, email, subject, "polls/email/letter", about, **how)
