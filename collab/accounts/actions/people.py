"""Accounts: made, given a rank, switched off and on, deleted."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.accounts import ranks
from collab.accounts.actions import letters, passwords
from collab.accounts.epochs import locked, touch
from collab.accounts.models import USERNAME, AddressChange, Rank, User
from collab.accounts.signals import EVERYONE, emptied, leaving, losing, lost
from collab.events import audit, notices
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.lib.hues import hue_of
from collab.registry import registry
from collab.registry.holdings import Holdings

_USERNAME = re.compile(USERNAME)
_LONGEST_EMAIL = 254
NAME_TAKEN = _("Somebody has this user name already. Choose another.")
EMAIL_TAKEN = _("Somebody uses this address already. Choose another.")
HOLDS_THINGS = _("This person still has things of their own. Choose who receives them, or that they are erased.")
BAD_USERNAME = _("A user name has small letters, digits, dots and dashes, and begins with a letter or digit.")


@transaction.atomic
def create_user(
    user: User | None,
    username: str,
    *,
    display_name: str = "",
    email: str = "",
    rank: str = Rank.MEMBER,
    password: str | None = None,
    hashed: str = "",
    language: str = "",
) -> User:
    """Make an account; without a password (or one `hashed` when it was chosen) nobody can sign in until one is set.

    Raises Forbidden (by rank), BadInput (name, address, weak password), Conflict (name or address taken).
    """
    if user is not None and not ranks.may_invite(user, rank):
        raise Forbidden(_("Your profile does not allow bringing in somebody with this profile. Ask an administrator."))
    person = User(
        username=checked_username(username),
        display_name=checked_name(display_name or username),
        email=checked_email(email),
        rank=rank,
        language=language,
        hue=hue_of(User.objects.count()),
    )
    if hashed:
        person.password = hashed
    elif password is None:
        person.set_unusable_password()
    else:
        passwords.require_strong(password, person)
        person.set_password(password)
    _save_new(person)
    audit.record("account-made", user, ("user", person.pk), str(person), rank=person.rank)
    return person


@transaction.atomic
def change_rank(user: User | None, subject: User, rank: str) -> User:
    """Promote or demote. A guest owns nothing, and keeps all that was shared with them on becoming a member.

    Raises Forbidden by the matrix (nobody changes their own rank), Conflict (a guest-to-be still owns files; a space
    would be left without a manager).
    """
    subject = locked(subject)
    before = subject.rank
    if user is not None and not ranks.may_change_rank(user, subject, rank):
        raise Forbidden(ranks.reason_against(user, subject, rank))
    if rank == Rank.GUEST and before != Rank.GUEST:
        losing.send(User, user=subject, group=EVERYONE)
        _give_up_own(user, subject)
    subject.rank = rank
    try:
        with transaction.atomic():
            subject.save(update_fields=["rank", "is_superuser"])
    except IntegrityError:
        raise Conflict(_("The house has an owner already.")) from None
    # guests are never in Everyone, so what the person may see changes with the rank
    touch(subject)
    if rank == Rank.GUEST and before != Rank.GUEST:
        lost.send(User, people=[subject.pk])
    audit.record("rank", user, ("user", subject.pk), str(subject), before=before, after=rank)
    notices.tell("rank", [subject.pk], ("user", subject.pk), actor_id=user.pk if user is not None else None)
    return subject


@transaction.atomic
def deactivate(user: User | None, subject: User) -> User:
    """Switch the account off: sessions end, app passwords are refused, nothing is deleted."""
    subject = locked(subject)
    _require_disable(user, subject)
    losing.send(User, user=subject, group=None)
    subject.is_active = False
    subject.save(update_fields=["is_active"])
    passwords.end_sessions(subject)
    touch(subject)
    lost.send(User, people=[subject.pk])
    audit.record("account-disabled", user, ("user", subject.pk), str(subject))
    return subject


@transaction.atomic
def reactivate(user: User | None, subject: User) -> User:
    """Switch the account on again; the person signs in anew."""
    subject = locked(subject)
    _require_disable(user, subject)
    subject.is_active = True
    subject.save(update_fields=["is_active"])
    touch(subject)
    audit.record("account-enabled", user, ("user", subject.pk), str(subject))
    return subject


@transaction.atomic
def delete(user: User | None, subject: User, *, heir: User | None = None, erase: bool = False) -> None:
    """Delete a disabled account for good. What is the person's own goes to `heir`, or for good with `erase`.

    What they made elsewhere stays, and so does what they shared with others. Raises Forbidden (by rank, or still
    active), BadInput (an heir who cannot inherit), Conflict (neither was said though something is there; a space
    would be left without a manager).
    """
    subject = locked(subject)
    require_deletable(user, subject)
    heir = _checked_heir(subject, heir, erase)
    losing.send(User, user=subject, group=None, for_good=True)
    for hooks in registry.people():
        hooks.forget(subject, heir=heir, erase=erase, by=user)
    passwords.end_sessions(subject)
    number = subject.pk
    try:
        leaving.send(User, user=subject)
        subject.delete()
    except ProtectedError:
        raise Conflict(HOLDS_THINGS) from None
    whom = ("user", heir.pk, str(heir)) if heir else None
    audit.record("account-deleted", user, ("user", number), whom=whom)
    audit.forget_person(number)


def require_deletable(user: User | None, subject: User) -> None:
    """Raise Forbidden unless the account is disabled and the user's rank allows deleting it."""
    if subject.is_active:
        raise Forbidden(_("Disable this account first: only a disabled account can be deleted."))
    if user is not None and not ranks.may_delete(user, subject):
        raise Forbidden(_("Your profile does not allow deleting this account. Ask the owner."))


def holdings(subject: User) -> Holdings:
    """Return what is the person's own in all apps: what somebody inherits, or what would be erased."""
    return sum((hooks.holdings(subject) for hooks in registry.people() if hooks.holdings), Holdings())


def heirs(subject: User) -> QuerySet[User]:
    """Return who may inherit: active members, guests have no space of their own."""
    return User.objects.filter(is_active=True).exclude(rank=Rank.GUEST).exclude(pk=subject.pk)


@transaction.atomic
def edit(user: User | None, subject: User, *, display_name: str | None = None, email: str | None = None) -> User:
    """Change somebody's name or address by rank, or one's own name: an address of one's own is proved (`addresses`).

    Raises Forbidden, BadInput, Conflict.
    """
    subject = locked(subject)
    if user is not None and user.pk != subject.pk and not ranks.may_edit(user, subject):
        raise Forbidden(_("Your profile does not allow changing this person. Ask the owner."))
    before, name = subject.email, subject.display_name
    after = checked_email(email) if email is not None else before
    if user is not None and user.pk == subject.pk and after != before:
        raise Forbidden(_("You change your own address in your settings, where it is confirmed."))
    if display_name is not None:
        subject.display_name = checked_name(display_name)
        subject.save(update_fields=["display_name"])
    if after != before:
        give_address(user, subject, after)
    if subject.display_name != name:
        now = subject.display_name
        audit.record("name-changed", user, ("user", subject.pk), str(subject), before=name, after=now)
    return subject


def give_address(user: User | None, subject: User, email: str | None) -> None:
    """Let the account bear this address from now on; its row is locked, and whose address it is was made sure of.

    What was asked for before is forgotten. Raises Conflict.
    """
    before, subject.email = subject.email, email
    try:
        with transaction.atomic():
            subject.save(update_fields=["email"])
    except IntegrityError:
        raise Conflict(EMAIL_TAKEN) from None
    AddressChange.objects.filter(user=subject, changed_at=None).delete()
    audit.record("address-changed", user, ("user", subject.pk), str(subject), before=before, after=email)
    if user is None or user.pk != subject.pk:
        letters.address_changed(subject, before or "", "")


def checked_username(username: str) -> str:
    """Return the user name in small letters; raise BadInput with the rule (contracts: it never changes)."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput(BAD_USERNAME)
    return username


def checked_email(email: str) -> str | None:
    """Return the address in small letters, None for none; raise BadInput."""
    email = email.strip().lower()
    if not email:
        return None
    try:
        validate_email(email)
        if len(email) > _LONGEST_EMAIL:
            raise ValidationError(email)
    except ValidationError:
        raise BadInput(_("This is not an e-mail address, such as name@example.org.")) from None
    return email


def checked_name(name: str) -> str:
    """Return the name with single spaces; raise BadInput."""
    name = " ".join(name.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise BadInput(_("A name of 1 to 120 characters is needed."))
    return name


def _give_up_own(user: User | None, subject: User) -> None:
    """End the empty place that is the person's own; raise Conflict while something lies there."""
    held = holdings(subject)
    if held:
        raise Conflict(
            ngettext(
                "%(name)s still has %(count)d file or entry of their own, the trash included, and a guest owns nothing."
                " Let them move or erase it first.",
                "%(name)s still has %(count)d files and entries of their own, the trash included, and a guest owns"
                " nothing. Let them move or erase them first.",
                int(held),
            )
            % {"name": subject, "count": int(held)}
        )
    for hooks in registry.people():
        hooks.forget(subject, heir=None, erase=False, by=user)
    emptied.send(User, user=subject)


def _save_new(person: User) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        taken = {"accounts_user_email": EMAIL_TAKEN, "accounts_user_one_owner": _("The house has an owner already.")}
        cause = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        raise Conflict(taken.get(cause, NAME_TAKEN)) from None


def _checked_heir(subject: User, heir: User | None, erase: bool) -> User | None:
    """Return the heir as they are now; raise BadInput. Their row is held, yet others may go on referring to it."""
    if heir is None:
        return None
    found = heirs(subject).select_for_update(no_key=True).filter(pk=heir.pk).first()
    if found is None or erase:
        raise BadInput(_("Choose an active member, who is no guest, to receive the files."))
    return found


def _require_disable(user: User | None, subject: User) -> None:
    if user is not None and not ranks.may_disable(user, subject):
        raise Forbidden(_("Your profile does not allow disabling this account. Ask the owner."))
