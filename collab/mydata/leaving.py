"""Somebody wants their account to end: asked with the password, seven days to think again, then done by the hour."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.accounts import languages, ranks
from collab.accounts.actions import passwords, people
from collab.accounts.models import Rank, User
from collab.accounts.throttle import Throttle
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.mydata import letters
from collab.mydata.models import Farewell
from collab.spaces import keeping

logger = logging.getLogger(__name__)

DAYS = 7
FLAG = "collab.leaving"
"""In a session whose person asked to leave: only their pages look whether they still want to."""


def of(person: User) -> Farewell | None:
    """Return what the person asked for, None when they stay."""
    return Farewell.objects.select_related("heir").filter(person=person).first()


def reason_against(person: User) -> str:
    """Return why the person cannot ask to leave now, and what to do; "" when they can."""
    if person.rank == Rank.OWNER:
        return str(
            _("You own this house, and it cannot be without an owner. In its settings you can delete the whole house.")
        )
    alone = keeping.left_alone(person, for_good=True)
    if alone:
        text = ngettext(
            "Only you manage “%(space)s”. Let somebody else manage it first, or delete it.",
            "Only you manage these spaces: %(space)s. Let somebody else manage them first, or delete them.",
            len(alone),
        )
        return text % {"space": ", ".join(alone)}
    return ""


def ask(person: User, password: str, address: str, *, heir: User | None = None, session: str = "") -> Farewell:
    """Begin the seven days; the person's own files go to `heir`, or end. Other sessions than `session` end.

    Raises Forbidden (owner, alone in managing a space), BadInput (password, heir), Conflict (asked already), TooMany.
    """
    why = reason_against(person)
    if why:
        raise Forbidden(why)
    throttle = Throttle()
    throttle.check("web", person.username, address)
    if not person.check_password(password):
        throttle.fail("web", person.username, address, secret=password)
        raise BadInput(_("This is not your password."))
    throttle.succeed("web", person.username, address)
    if heir is not None and not people.heirs(person).filter(pk=heir.pk).exists():
        raise BadInput(_("Choose an active member, who is no guest, to receive the files."))
    due = timezone.now() + timedelta(days=DAYS)
    with transaction.atomic():
        given = {"heir": heir, "hands_over": heir is not None, "due_at": due}
        found, made = Farewell.objects.get_or_create(person=person, defaults=given)
        if not made:
            raise Conflict(_("You asked for this already."))
        passwords.end_sessions(person, keep=session)
        audit.record("leaving-asked", person, ("user", person.pk), str(person), until=due.isoformat())
        letters.asked(person, due)
    return found


@transaction.atomic
def stay(person: User) -> None:
    """Let the account go on. Raises Conflict when nothing was asked."""
    if not Farewell.objects.filter(person=person).delete()[0]:
        raise Conflict(_("Your account is not going to be deleted: there is nothing to cancel."))
    audit.record("leaving-cancelled", person, ("user", person.pk), str(person))
    letters.kept(person)


def waiting() -> Any:
    """Return everybody who asked, the next one first."""
    return Farewell.objects.select_related("person", "heir").order_by("due_at", "pk")


@transaction.atomic
def carry_out(by: User | None, pk: int) -> str:
    """Delete the account now, as its person asked; return their name. `by` None: its day has come.

    Raises NotFound (they changed their mind), Forbidden (by rank), Conflict (a space without manager, the heir left).
    """
    found = Farewell.objects.select_for_update(of=("self",)).select_related("person", "heir").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This person changed their mind: their account goes on."))
    person, name = found.person, str(found.person)
    if by is not None and (by.pk == person.pk or person.rank == Rank.OWNER or not ranks.may_edit(by, person)):
        raise Forbidden(_("Your profile does not allow deleting this account. Ask the owner."))
    if found.hands_over and found.heir is None:
        raise Conflict(_("Who was to receive the files is gone. Ask the person again, or delete the account by hand."))
    letters.over(person)
    if person.is_active:
        people.deactivate(by, person)
    people.delete(by, User.objects.get(pk=person.pk), heir=found.heir, erase=found.heir is None)
    return name


def carry_out_due() -> int:
    """Delete the accounts whose day has come; what stands in the way of one is kept for the administrators."""
    done = 0
    for pk in waiting().filter(due_at__lte=timezone.now()).values_list("pk", flat=True):
        try:
            carry_out(None, pk)
            done += 1
        except NotFound:
            continue
        except Refusal as refusal:
            with translation.override(languages.default()):
                Farewell.objects.filter(pk=pk).update(trouble=str(refusal.message))
            logger.warning("account of farewell %s could not be deleted: %s", pk, refusal.message)
    return done


def remind(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """At sign-in, let the pages offer to stay to somebody who asked to leave."""
    if request is not None and Farewell.objects.filter(person=user).exists():
        request.session[FLAG] = True


def shown(request: HttpRequest) -> Farewell | None:
    """Return what this session's pages say about leaving; no query for those who never asked."""
    session = getattr(request, "session", None)
    return of(request.user) if session is not None and session.get(FLAG) else None  # type: ignore[arg-type]


def connect() -> None:
    """Attach the receiver; called once when the app is ready."""
    user_logged_in.connect(remind, dispatch_uid="mydata.leaving")
