"""Registering oneself: asked for, proved by mail, approved or refused. No account exists before all of it is done."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import opening, ranks, usernames
from collab.accounts.actions import letters, passwords, people
from collab.accounts.models import Rank, Registration, User
from collab.events import audit, notices
from collab.lib import held
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.lib.text import masked

DAYS = 3
KEPT_DAYS = 90
MOST = 500
"""Requests that may wait, and links that may be under way: more is an attack, and an administrator sees the list."""
SAME = 3
"""Requests of one address that are kept at a time."""
UNDO = timedelta(seconds=30)
"""How long the mail of a refusal waits, so that the refusal can be taken back."""
_QUEUE = 7_203_115
_DECIDE = (Rank.OWNER, Rank.ADMIN)

SHUT = _("Nobody can register here at present. Ask a person of the association for an invitation.")
GONE = _("This link is not known here, or is too old. Register again: it takes a minute.")
FULL = _("Too many people register at this moment. Try again tomorrow, or ask for an invitation.")
NOT_YOURS = _("Only administrators decide on who registers. Ask one of them.")
WRONG = _("This is not the password that was chosen when registering.")


@transaction.atomic
def ask(display_name: str, email: str, password: str, *, language: str = "") -> None:
    """Take down a request. Where mail works a link leaves, else the request waits for an administrator.

    The answer is the same, after the same work, whether or not the address has an account: its owner is told by mail.
    Raises Forbidden (registration is closed), BadInput (name, address, weak password), Conflict (too many wait).
    """
    if not opening.is_open():
        raise Forbidden(SHUT)
    name = people.checked_name(display_name)
    address = opening.allowed_email(_required(email))
    passwords.require_strong(password, User(display_name=name, email=address))
    hashed = make_password(password)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_QUEUE])
    mails = bool(settings.MAIL_URL)
    under_way = Registration.objects.filter(waiting_since__isnull=mails)
    if under_way.count() >= MOST:
        raise Conflict(FULL)
    if User.objects.filter(email__iexact=address).exists():
        letters.known(address, language)
        return
    if under_way.filter(email=address).count() >= SAME:
        return
    token = secrets.token_urlsafe(32)
    found = Registration.objects.create(
        display_name=name,
        email=address,
        password=hashed,
        language=language,
        digest=digest_of(token),
        waiting_since=None if mails else timezone.now(),
    )
    if mails:
        letters.prove(found, token)
    else:
        _tell("registration-asked", None, found)
        _ask_to_decide(found)


def find(token: str) -> Registration:
    """Return the request of a mail's link. Raises NotFound: unknown, too old, or done."""
    young = timezone.now() - timedelta(days=DAYS)
    found = Registration.objects.filter(digest=digest_of(token), proved_at=None, created_at__gte=young).first()
    if found is None or found.waiting_since is not None:
        raise NotFound(GONE)
    return found


@transaction.atomic
def prove(token: str, password: str) -> User | None:
    """Who reads the mail types the password again: the account is made, or (None) waits for approval.

    The password shows that it was they who asked: somebody else may have given their address. Raises NotFound,
    Forbidden (closed meanwhile), BadInput (another password), Conflict (the address has an account by now, or may
    not register any more).
    """
    found = _locked(find(token))
    if not opening.is_open():
        raise Forbidden(SHUT)
    if not check_password(password, found.password):
        raise BadInput(WRONG)
    try:
        opening.allowed_email(found.email)
    except BadInput as elsewhere:
        raise Conflict(elsewhere.message) from None
    _tell("registration-asked", None, found)
    Registration.objects.filter(email=found.email).exclude(pk=found.pk).delete()
    if not opening.needs_approval():
        return _made(None, found)
    found.proved_at = found.waiting_since = timezone.now()
    found.save(update_fields=["proved_at", "waiting_since"])
    _ask_to_decide(found)
    return None


def waiting(user: User) -> QuerySet[Registration]:
    """Return the requests that the user may decide on, the oldest first."""
    if not ranks.may_approve(user):
        return Registration.objects.none()
    return Registration.objects.filter(waiting_since__isnull=False, refused_at=None).order_by("waiting_since", "pk")


@transaction.atomic
def approve(user: User, registration: Registration) -> User:
    """Make the account, as a member. Raises Forbidden, NotFound (decided meanwhile), Conflict (address taken)."""
    found = _decided(user, registration)
    person = _made(user, found)
    audit.record("registration-approved", user, ("user", person.pk), str(person))
    Registration.objects.filter(email=found.email).delete()
    letters.approved(person)
    return person


@transaction.atomic
def refuse(user: User, registration: Registration) -> None:
    """Say no; the mail that tells it leaves half a minute later. Raises Forbidden, NotFound (decided meanwhile)."""
    found = _decided(user, registration)
    found.refused_at = timezone.now()
    found.save(update_fields=["refused_at"])
    _tell("registration-refused", user, found)
    letters.refuse_later(found.pk, UNDO)


@transaction.atomic
def reconsider(user: User, registration: Registration) -> None:
    """Take back a refusal: the request waits again. Raises Forbidden, NotFound (the mail has left)."""
    if not ranks.may_approve(user):
        raise Forbidden(NOT_YOURS)
    found = _locked(registration)
    found.refused_at = None
    found.save(update_fields=["refused_at"])
    _tell("registration-reconsidered", user, found)


@transaction.atomic
def tell_refused(pk: int) -> None:
    """Send the mail of a refusal that nobody took back, and forget the request."""
    found = Registration.objects.select_for_update().filter(pk=pk, refused_at__isnull=False).first()
    if found is None or (found.refused_at is not None and held.keeps(found.refused_at)):
        return
    letters.refused(found)
    found.delete()


def held_back(moment: datetime) -> int:
    """Return how many refusals of before are held back (`registry.Outgoing`)."""
    return Registration.objects.filter(refused_at__lt=moment).count()


def drop_held(moment: datetime) -> None:
    """Forget these requests without a word."""
    Registration.objects.filter(refused_at__lt=moment).delete()


def sweep() -> None:
    """Forget links that nobody opened and requests that nobody decided on; tell refusals that the queue missed."""
    now = timezone.now()
    Registration.objects.filter(waiting_since=None, created_at__lt=now - timedelta(days=DAYS)).delete()
    Registration.objects.filter(waiting_since__lt=now - timedelta(days=KEPT_DAYS)).delete()
    late = Registration.objects.filter(refused_at__lt=now - 10 * UNDO)
    for pk in late.values_list("pk", flat=True)[:500]:
        tell_refused(pk)


def digest_of(token: str) -> bytes:
    """Return the HMAC by which a token is looked up: a stolen table opens nothing."""
    message = b"register:" + token.encode(errors="replace")
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def _required(email: str) -> str:
    address = people.checked_email(email)
    if address is None:
        raise BadInput(_("An e-mail address is needed."))
    return address


def _made(user: User | None, found: Registration) -> User:
    person = people.create_user(
        user,
        usernames.suggest(found.display_name, found.email),
        display_name=found.display_name,
        email=found.email,
        rank=Rank.MEMBER,
        hashed=found.password,
        language=found.language,
    )
    found.delete()
    return person


def _decided(user: User, registration: Registration) -> Registration:
    if not ranks.may_approve(user):
        raise Forbidden(NOT_YOURS)
    found = _locked(registration)
    if found.waiting_since is None or found.refused_at is not None:
        raise NotFound
    return found


def _locked(registration: Registration) -> Registration:
    found = Registration.objects.select_for_update().filter(pk=registration.pk).first()
    if found is None:
        raise NotFound(GONE)
    return found


def _ask_to_decide(found: Registration) -> None:
    """Let those know who may let somebody in."""
    deciding = [one.pk for one in User.objects.filter(is_active=True, rank__in=_DECIDE) if ranks.may_approve(one)]
    notices.tell("registered", deciding, ("registration", found.pk))


def _tell(kind: str, user: User | None, found: Registration) -> None:
    """Who asks has no account yet: only a part of the address is kept, to know it again."""
    audit.record(kind, user, ("registration", found.pk), str(found), email=masked(found.email))
