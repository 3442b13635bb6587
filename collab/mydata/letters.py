"""What is written to a person about their data and their leaving, in their language; it leaves after the commit."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from collab.accounts import languages, mails
from collab.accounts.actions import letters
from collab.accounts.models import User


def ready(person: User, until: datetime) -> None:
    """Tell that the archive can be downloaded."""
    _leave("ready", person, until)


def asked(person: User, due: datetime) -> None:
    """Tell that the account will end, and how that is stopped: it may have been somebody else."""
    _leave("asked", person, due)


def kept(person: User) -> None:
    """Tell that the account goes on."""
    _leave("kept", person, None)


def over(person: User) -> None:
    """Tell that the account is gone; call it before, while the address is known."""
    _leave("over", person, None)


def _leave(kind: str, person: User, moment: datetime | None) -> None:
    """Compose now, send after the commit. Where no mail leaves, nothing."""
    if not settings.MAIL_URL or not person.email:
        return
    with translation.override(languages.fit(person.language)):
        house = mails.house()
        subject = {
            "ready": _("Your data at %(house)s are packed"),
            "asked": _("Your account at %(house)s will be deleted"),
            "kept": _("Your account at %(house)s goes on"),
            "over": _("Your account at %(house)s is deleted"),
        }[kind] % {"house": house}
        link = settings.URL + reverse("shell:my-data")
        about = {"kind": kind, "name": str(person), "house": house, "moment": moment, "link": link}
        about["address"] = settings.URL
        text = render_to_string("mydata/letter.txt", about)
        html = render_to_string("mydata/letter.html", about)
    letters.send_after_commit(subject, text, html, person.email)
