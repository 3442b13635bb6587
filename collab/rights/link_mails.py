"""A public link sent by mail to several addresses, by whoever may copy it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts import addressees, languages
from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, Forbidden, TooMany
from collab.lib.text import masked
from collab.registry import registry
from collab.rights import letters, links
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Grant, Letter, Link
from collab.rights.telling import tell

MOST = 50
MOST_A_DAY = 200
NO_MAIL = gettext_lazy("This server sends no mail: copy the link, and send it yourself.")


@dataclass(frozen=True)
class Result:
    """What became of one entry of the list: sent (it is on its way), malformed or duplicate."""

    written: str
    outcome: str


@transaction.atomic
def send_link(
    actor: Actor, thing: Guarded, link: Link, addresses: str, *, word: str = "", language: str = ""
) -> list[Result]:
    """Write the link to every address of a pasted list; return what became of each, in order.

    Its password is never in the mail. Its maker may, and whoever may share the thing. Raises Forbidden, Conflict
    (no mail here), BadInput, TooMany (of this sender, in a day).
    """
    token = links.token_of(actor, link, thing)
    if actor.user is None:
        raise Forbidden
    if not letters.can_post():
        raise Conflict(NO_MAIL)
    if len(word) > 1000 or "\0" in word or language not in {"", *dict(languages.offered())}:
        raise BadInput
    results, emails = _sorted(addresses)
    _require_pace(actor.user, len(emails))
    grant = Grant.objects.get(acl_id=link.acl_id, principal_id=link.principal_id)
    declared = registry.shareable(link.kind)
    with translation.override(languages.fit(language)):
        name = link.title or (str(declared.title(thing)) if declared else "")
        subject = _("%(name)s shares “%(thing)s” with you") % {"name": str(actor.user), "thing": name}
        about = {
            "name": name, "maker": str(actor.user), "word": word, "link": link, "end": grant.expires_at,
            "url": settings.URL + reverse("shell:link", args=[token]),
        }  # fmt: skip
        for email in emails:
            letters.post(
                Letter.Kind.LINK, email, subject, "links/email/link", dict(about), link=link, sender=actor.user
            )
    tell("link-sent", actor, thing, link=link.pk, label=link.label, addresses=[masked(email) for email in emails])
    return results


def _sorted(addresses: str) -> tuple[list[Result], list[str]]:
    results, emails = [], []
    for entry in addressees.parse(addresses):
        outcome = "malformed" if not entry.email else "duplicate" if entry.email in emails else "sent"
        results.append(Result(entry.written, outcome))
        if outcome == "sent":
            emails.append(entry.email)
    if len(emails) > MOST:
        raise BadInput(_("At most %(count)d addresses at a time. Send the list in several parts.") % {"count": MOST})
    return results, emails


def _require_pace(user: User, count: int) -> None:
    """Raise TooMany when this sender would write to more people in a day than anybody needs to."""
    User.objects.select_for_update().get(pk=user.pk)  # two forms at once are counted one after the other
    lately = Letter.objects.filter(
        sender=user, kind=Letter.Kind.LINK, created_at__gt=timezone.now() - timedelta(days=1)
    )
    if lately.count() + count > MOST_A_DAY:
        text = _("You may send links to %(count)d addresses a day. Copy the link, or send the rest tomorrow.")
        raise TooMany(text % {"count": MOST_A_DAY}, retry_after=3600)
