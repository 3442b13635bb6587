"""Invitations: made, sent, sent again, cancelled, accepted. The token is a secret; only its HMAC is looked up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import addressees, languages, ranks, usernames
from collab.accounts.actions import addresses, people, posting
from collab.accounts.models import Invitation, Rank, User
from collab.accounts.signals import joining, offering
from collab.events import audit, notices
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.lib.text import masked

DAYS = 7
MOST_DAYS = 90
MOST_USES = 1000
_KEPT_DAYS = 90
_QUEUE = 7_203_114
"""Key of the lock under which addresses are invited: two lists that name the same people come one after the other."""

GONE = _("This invitation is not known here. Ask for a new one from the person who sent it to you.")
NOT_YOURS = _("Somebody else made this invitation. Ask them, or an administrator.")


@dataclass(frozen=True)
class Terms:
    """What an invitation opens, for how long, and in which words it is sent."""

    rank: str = Rank.MEMBER
    groups: tuple[int, ...] = ()
    space: int | None = None
    role: str = ""
    language: str = ""
    message: str = ""
    days: int = DAYS


@dataclass(frozen=True)
class Result:
    """What became of one entry: invited, again, member, taken, often (too many mails), malformed or duplicate."""

    written: str
    outcome: str
    invitation: Invitation | None = None


@transaction.atomic
def invite_by_link(user: User | None, terms: Terms, *, uses: int | None = None) -> Invitation:
    """Make a link that lets in `uses` people (None: any number). Raises Forbidden (by rank), BadInput."""
    _require_terms(user, terms)
    if uses is not None and not 1 <= uses <= MOST_USES:
        raise BadInput(_("A link lets in 1 to %(count)d people.") % {"count": MOST_USES})
    return _made(Invitation(kind=Invitation.Kind.LINK, uses_limit=uses), user, terms)


@transaction.atomic
def invite_addresses(user: User | None, text: str, terms: Terms) -> list[Result]:
    """Invite everybody of a pasted list, all or (when refused) nobody; return what became of each entry, in order.

    Raises Forbidden (by rank), BadInput (nothing, or too much).
    """
    _require_terms(user, terms)
    listed = addressees.parse(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_QUEUE])
    emails = {entry.email for entry in listed}
    members = set(User.objects.annotate(small=Lower("email")).filter(small__in=emails).values_list("small", flat=True))
    waiting = {found.email: found for found in _waiting().filter(email__in=emails).select_for_update(of=("self",))}
    results: list[Result] = []
    seen: set[str] = set()
    for entry in listed:
        if not entry.email:
            results.append(Result(entry.written, "malformed"))
        elif entry.email in seen:
            results.append(Result(entry.written, "duplicate"))
        elif entry.email in members:
            results.append(Result(entry.written, "member"))
        elif (before := waiting.get(entry.email)) and not may_manage(user, before):
            results.append(Result(entry.written, "taken", before))
        elif not posting.has_pace(entry.email):
            results.append(Result(entry.written, "often", before))
        else:
            invitation = before or Invitation(kind=Invitation.Kind.ADDRESS, uses_limit=1, email=entry.email)
            invitation.name = entry.name or invitation.name
            results.append(
                Result(entry.written, "again" if before else "invited", _made(invitation, user, terms, post=True))
            )
        seen.add(entry.email)
    return results


@transaction.atomic
def resend(user: User | None, invitation: Invitation) -> Invitation:
    """Let the invitation live from today on, and send its mail again.

    Raises Forbidden, Conflict (ended for good), TooMany (this address had several mails lately).
    """
    invitation = _locked(invitation)
    _require_manage(user, invitation)
    if state_of(invitation) not in {"open", "expired"}:
        raise Conflict(_("This invitation has ended. Make a new one."))
    if not invitation.is_link:
        posting.require_pace(invitation.email)
    invitation.expires_at = max(invitation.expires_at, timezone.now() + timedelta(days=DAYS))
    invitation.save(update_fields=["expires_at"])
    if not invitation.is_link:
        posting.post(invitation)
    return invitation


@transaction.atomic
def cancel(user: User | None, invitation: Invitation) -> Invitation:
    """End the invitation: its link opens nothing from now on. Raises Forbidden."""
    invitation = _locked(invitation)
    _require_manage(user, invitation)
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        _tell("invitation-cancelled", user, invitation)
    return invitation


@transaction.atomic
def restore(user: User | None, invitation: Invitation) -> Invitation:
    """Take back a cancelling: the same link opens again. Raises Forbidden, Conflict (invited anew meanwhile)."""
    invitation = _locked(invitation)
    _require_manage(user, invitation)
    invitation.revoked_at = None
    try:
        with transaction.atomic():
            invitation.save(update_fields=["revoked_at"])
    except IntegrityError:
        raise Conflict(_("This address was invited again meanwhile.")) from None
    _tell("invitation-restored", user, invitation)
    return invitation


def find(token: str) -> Invitation:
    """Return the invitation of a token, ended or not. Raises NotFound."""
    found = Invitation.objects.select_related("created_by").filter(digest=digest_of(token)).first()
    if found is None:
        raise NotFound(GONE)
    return found


def accept(
    token: str, *, display_name: str, username: str = "", email: str = "", password: str, language: str = ""
) -> User:
    """Make the account and give what the invitation opens, all or nothing; each use counts once.

    An invited address is the account's; one that is typed has to be proved (`addresses`).

    Raises NotFound, Conflict (ended, name or address taken), BadInput.
    """
    with transaction.atomic():
        invitation = _locked(find(token))
        if state_of(invitation) != "open":
            raise Conflict(_("This invitation has ended. Ask for a new one from the person who sent it to you."))
        person = people.create_user(
            invitation.created_by,
            username or usernames.suggest(display_name, invitation.email or email),
            display_name=display_name,
            email=invitation.email,
            rank=invitation.rank,
            password=password,
            language=language,
        )
        invitation.uses_count += 1
        invitation.save(update_fields=["uses_count"])
        invitation.accepted_by.add(person)
        if email and not invitation.email:
            addresses.ask(person, email)
        joining.send(Invitation, user=person, invitation=invitation)
        _tell("invitation-used", person, invitation)
        if invitation.created_by_id is not None:
            notices.tell("joined", [invitation.created_by_id], ("user", person.pk), actor_id=person.pk)
    return person


def state_of(invitation: Invitation) -> str:
    """Return open, cancelled, used, expired, or suspended: its maker may not bring in such people any more."""
    maker = invitation.created_by
    if invitation.revoked_at is not None:
        return "cancelled"
    if invitation.uses_limit is not None and invitation.uses_count >= invitation.uses_limit:
        return "used"
    if invitation.expires_at <= timezone.now():
        return "expired"
    if maker is not None and not ranks.may_invite(maker, invitation.rank):
        return "suspended"
    return "open"


def pending(user: User) -> QuerySet[Invitation]:
    """Return the invitations that nobody used up yet, the latest first: all to administrators, to others their own."""
    unused = Invitation.objects.open() | _waiting()
    joined = User.objects.annotate(small=Lower("email")).filter(small=OuterRef("email"))
    found = unused.filter(~Exists(joined)).select_related("created_by").order_by("-created_at", "-pk")
    return found if ranks.may(user, "set.docspace") else found.filter(created_by=user)


def may_manage(user: User | None, invitation: Invitation) -> bool:
    """Whether this person may see the link, send it again or cancel: its maker and administrators, within their rank.

    Whoever sees the link could use it: nobody gets one for a rank above what they may give.
    """
    if user is None:
        return True
    own = invitation.created_by_id == user.pk
    return ranks.may_invite(user, invitation.rank) and (own or ranks.may(user, "set.docspace"))


def path_of(user: User | None, invitation: Invitation) -> str:
    """Return the address, within this site, that lets in. Raises Forbidden."""
    _require_manage(user, invitation)
    return posting.path_of(invitation)


def digest_of(token: str) -> bytes:
    """Return the HMAC by which a token is looked up: a stolen table opens nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(errors="replace"), hashlib.sha256).digest()


def sweep() -> None:
    """Delete invitations that ended long ago, and send those whose mail is still waiting."""
    Invitation.objects.filter(expires_at__lt=timezone.now() - timedelta(days=_KEPT_DAYS)).delete()
    posting.catch_up()


def _made(invitation: Invitation, user: User | None, terms: Terms, *, post: bool = False) -> Invitation:
    """Give the invitation these terms, the latest that were chosen; a new one gets its token."""
    if invitation.pk is None:
        token = secrets.token_urlsafe(32)
        invitation.digest = digest_of(token)
        invitation.token_sealed = Fernet(settings.ENCRYPTION_KEY).encrypt(token.encode())
    invitation.rank, invitation.group_ids = terms.rank, list(terms.groups)
    invitation.space_id, invitation.role = terms.space, terms.role
    invitation.language, invitation.message = terms.language, terms.message
    invitation.created_by = user
    invitation.expires_at = timezone.now() + timedelta(days=terms.days)
    invitation.save()
    if post:
        posting.post(invitation)
    _tell("invitation-made", user, invitation)
    return invitation


def _tell(kind: str, user: User | None, invitation: Invitation) -> None:
    """An address that was invited is nobody's account yet: only a part of it is kept, to know it again."""
    audit.record(
        kind, user, ("invitation", invitation.pk), masked(invitation.email), rank=invitation.rank,
        uses=invitation.uses_limit, space=invitation.space_id, groups=invitation.group_ids,
    )  # fmt: skip


def _waiting() -> QuerySet[Invitation]:
    """Addresses that were invited and have not come, whether or not their days are over."""
    return Invitation.objects.filter(kind=Invitation.Kind.ADDRESS, revoked_at=None, uses_count=0)


def _locked(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).select_related("created_by").filter(pk=invitation.pk)
    found = held.first()
    if found is None:
        raise NotFound(GONE)
    return found


def _require_manage(user: User | None, invitation: Invitation) -> None:
    if not may_manage(user, invitation):
        raise Forbidden(NOT_YOURS)


def _require_terms(user: User | None, terms: Terms) -> None:
    if terms.rank not in Rank.values or terms.rank == Rank.OWNER:
        raise BadInput(_("Choose a profile in the list."))
    if user is not None and not ranks.may_invite(user, terms.rank):
        raise Forbidden(_("Your profile does not allow bringing in somebody with this profile. Ask an administrator."))
    if not 1 <= terms.days <= MOST_DAYS:
        raise BadInput(_("An invitation lasts 1 to %(count)d days.") % {"count": MOST_DAYS})
    if len(terms.message) > 1000 or "\0" in terms.message:
        raise BadInput(_("The message has at most 1000 characters."))
    if terms.language not in {"", *dict(languages.offered())}:
        raise BadInput(_("Choose a language in the list."))
    offering.send(Invitation, user=user, groups=list(terms.groups), space=terms.space, role=terms.role)
