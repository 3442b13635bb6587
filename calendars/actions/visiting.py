"""What visitors and those who keep pages of appointments type, checked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from calendars.models import AppointmentPage
from collab.accounts.actions.people import checked_email
from collab.lib.errors import BadInput


def answers(page: AppointmentPage, given: Sequence[str]) -> list[list[str]]:
    """Return [[question, answer]] of what was answered. Raises BadInput where one is missing that has to be."""
    found = []
    for question, answer in zip(page.questions, [*given, *[""] * len(page.questions)], strict=False):
        text = line(answer, 1000, needed=False)
        if question["needed"] and not text:
            raise BadInput(_("Answer this first: %(question)s") % {"question": question["text"]})
        if text:
            found.append([question["text"], text])
    return found


def line(text: str, longest: int, *, needed: bool = True) -> str:
    """Return one line of text, at most so long. Raises BadInput."""
    text = " ".join(text.split())
    if (needed and not text) or len(text) > longest or not text.isprintable():
        raise BadInput(_("Write one line of at most %(count)d characters.") % {"count": longest})
    return text


def address(email: str) -> str:
    """Return the address as it is kept. Raises BadInput."""
    found = checked_email(email)
    if found is None:
        raise BadInput(_("Give your e-mail address: the confirmation goes there."))
    return found
