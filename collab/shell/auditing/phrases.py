"""What each kind of entry says. A phrase is a text, or picks one by what the entry keeps."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.events.models import AuditEntry

Text = str | Promise
Phrase = Text | Callable[[AuditEntry], Text]


def count_of(entry: AuditEntry) -> int:
    """Return how many of something the entry tells of."""
    return next((int(entry.details[name]) for name in ("tries", "sessions", "ended") if entry.details.get(name)), 1)


def _own(entry: AuditEntry) -> bool:
    """Whether the person did it to themselves."""
    return entry.actor_id is not None and ("user", entry.actor_id) in {
        (entry.subject_kind, entry.subject_id),
        (entry.whom_kind, entry.whom_id),
    }


def _share(entry: AuditEntry) -> Text:
    if entry.details.get("before") is None:
        return _("%(who)s gave %(whom)s “%(after)s” on %(what)s.")
    return _("%(who)s changed what %(whom)s may do on %(what)s: “%(before)s”, now “%(after)s”.")


def _unshare(entry: AuditEntry) -> Text:
    if _own(entry):
        return _("%(who)s gave up “%(before)s” on %(what)s.")
    return _("%(who)s took “%(before)s” on %(what)s from %(whom)s.")


def _expire(entry: AuditEntry) -> Text:
    return ngettext(
        "%(count)d right reached its end.",
        "%(count)d rights reached their end.",
        count_of(entry),
    )


def _link_made(entry: AuditEntry) -> Text:
    if entry.details.get("password"):
        return _("%(who)s made a public link with a password to %(what)s: “%(after)s”.")
    return _("%(who)s made a public link to %(what)s: “%(after)s”.")


def _device(own: Promise, of_bot: Promise) -> Phrase:
    """A device is its person's; a bot's tokens are given to it."""
    return lambda entry: own if _own(entry) else of_bot


def _guessed(entry: AuditEntry) -> Text:
    return ngettext(
        "A wrong password was tried for a public link to %(what)s.",
        "%(count)d wrong passwords were tried within an hour for a public link to %(what)s.",
        count_of(entry),
    )


def _room(entry: AuditEntry) -> Text:
    if _own(entry):
        return _("%(who)s changed the room of their own files: %(before)s, now %(after)s.")
    if entry.subject_kind == "user":
        return _("%(who)s changed the room for the files of %(what)s: %(before)s, now %(after)s.")
    return _("%(who)s changed the room of the space %(what)s: %(before)s, now %(after)s.")


def _account_deleted(entry: AuditEntry) -> Text:
    if entry.whom_id is not None:
        return _("%(who)s deleted %(what)s; %(whom)s received the files.")
    return _("%(who)s deleted %(what)s.")


def _password(entry: AuditEntry) -> Text:
    if _own(entry):
        return _("%(who)s changed their password.")
    if entry.actor_id is None and not entry.details.get("devices"):
        return _("%(what)s chose a new password through a link.")
    return _("%(who)s set a new password for %(what)s.")


def _address(entry: AuditEntry) -> Text:
    if not entry.details:
        return _("%(who)s changed the e-mail address of %(what)s.")
    return _("%(who)s changed the e-mail address of %(what)s: %(before)s, now %(after)s.")


def _name(entry: AuditEntry) -> Text:
    if not entry.details:
        return _("%(who)s changed the name of %(what)s.")
    return _("%(who)s changed a name: “%(before)s”, now “%(after)s”.")


def _group_added(entry: AuditEntry) -> Text:
    if entry.details.get("manages"):
        return _("%(who)s put %(whom)s in the group %(what)s, as its manager.")
    return _("%(who)s put %(whom)s in the group %(what)s.")


def _group_manager(entry: AuditEntry) -> Text:
    if entry.details.get("manages"):
        return _("%(who)s made %(whom)s a manager of the group %(what)s.")
    return _("%(whom)s no longer manages the group %(what)s, says %(who)s.")


def _group_removed(entry: AuditEntry) -> Text:
    if _own(entry):
        return _("%(who)s left the group %(what)s.")
    return _("%(who)s took %(whom)s out of the group %(what)s.")


def _invited(entry: AuditEntry) -> Text:
    if entry.subject_name:
        return _("%(who)s invited %(what)s. Profile: %(rank)s.")
    return _("%(who)s made a link that lets people in. Profile: %(rank)s.")


def _failed(entry: AuditEntry) -> Text:
    if entry.subject_id is None:
        return ngettext(
            "A sign-in was tried with an account that does not exist.",
            "%(count)d sign-ins were tried within an hour with accounts that do not exist.",
            count_of(entry),
        )
    return ngettext(
        "A wrong password was tried for %(what)s.",
        "%(count)d wrong passwords were tried within an hour for %(what)s.",
        count_of(entry),
    )


def _code_failed(entry: AuditEntry) -> Text:
    return ngettext(
        "A wrong code of the second step was tried for %(what)s.",
        "%(count)d wrong codes of the second step were tried within an hour for %(what)s.",
        count_of(entry),
    )


def _elsewhere(entry: AuditEntry) -> Text:
    return ngettext(
        "%(who)s ended %(count)d other session.",
        "%(who)s ended %(count)d other sessions.",
        count_of(entry),
    )


def _signed_out(entry: AuditEntry) -> Text:
    return ngettext(
        "%(count)d session of %(what)s was ended.",
        "%(count)d sessions of %(what)s were ended.",
        count_of(entry),
    )


def _pace(entry: AuditEntry) -> Text:
    if entry.details.get("seconds"):
        return _("%(who)s set the slow mode of %(what)s: a message every %(seconds)s seconds.")
    return _("%(who)s ended the slow mode of %(what)s.")


def _talk_kept(entry: AuditEntry) -> Text:
    days = entry.details.get("days")
    if days is None:
        return _("%(who)s let %(what)s keep what is said as its space says.")
    if not days:
        return _("%(who)s let what is said in %(what)s be kept for ever.")
    return _("%(who)s let what is said in %(what)s be kept for %(days)s days.")


PHRASES: dict[str, Phrase] = {
    "share": _share,
    "unshare": _unshare,
    "restrict": _("%(who)s restricted %(what)s: only those to whom it is given see it."),
    "unrestrict": _("%(who)s lifted the restriction of %(what)s."),
    "take-charge": _("%(who)s took charge of %(what)s."),
    "expire": _expire,
    "handed-over": _("%(who)s handed %(what)s over to %(whom)s."),
    "handed-back": _("%(who)s took %(what)s back from %(whom)s."),
    "space-made": _("%(who)s made the space %(what)s."),
    "space-copied": _("%(who)s made the space %(what)s like %(whom)s."),
    "space-archived": _("%(who)s archived the space %(what)s."),
    "space-restored": _("%(who)s brought the space %(what)s back."),
    "space-erase-asked": _("%(who)s asked to delete the space %(what)s on %(on)s."),
    "space-kept": _("%(who)s cancelled the deletion of the space %(what)s."),
    "space-erased": _("The space %(what)s was deleted, with all that was in it."),
    "space-room": _room,
    "link-made": _link_made,
    "link-changed": _("%(who)s changed a public link to %(what)s: “%(before)s”, now “%(after)s”."),
    "link-adopted": _("%(who)s answers for a public link to %(what)s from now on."),
    "link-handed-over": _("%(who)s let %(whom)s answer for a public link to %(what)s from now on."),
    "link-sent": _("%(who)s sent a public link to %(what)s by mail to %(addresses)s."),
    "link-stopped": _("%(who)s closed a public link to %(what)s."),
    "link-guessed": _guessed,
    "held-mail-sent": _("%(who)s sent the mail that a backup had brought back (%(count)s)."),
    "held-mail-dropped": _("%(who)s dropped the mail that a backup had brought back (%(count)s)."),
    "account-made": _("%(who)s made the account of %(what)s. Profile: %(rank)s."),
    "account-disabled": _("%(who)s disabled the account of %(what)s."),
    "account-enabled": _("%(who)s opened the account of %(what)s again."),
    "account-deleted": _account_deleted,
    "account-emergency": _("%(who)s changed the account of %(what)s in the emergency pages: %(fields)s."),
    "registration-asked": _("%(what)s asked for an account."),
    "registration-approved": _("%(who)s approved the request of %(what)s for an account."),
    "registration-refused": _("%(who)s refused %(what)s an account."),
    "registration-reconsidered": _("%(who)s took back the refusal of an account for %(what)s."),
    "rank": _("%(who)s changed the profile of %(what)s: %(before)s, now %(after)s."),
    "password-changed": _password,
    "password-link": _("%(who)s made a link to a new password for %(what)s."),
    "address-changed": _address,
    "name-changed": _name,
    "group-made": _("%(who)s made the group %(what)s."),
    "group-renamed": _("%(who)s renamed the group “%(before)s”: “%(after)s”."),
    "group-deleted": _("%(who)s removed the group %(what)s."),
    "group-added": _group_added,
    "group-manager": _group_manager,
    "group-removed": _group_removed,
    "invitation-made": _invited,
    "invitation-cancelled": _("%(who)s cancelled an invitation."),
    "invitation-restored": _("%(who)s opened an invitation again."),
    "invitation-used": _("%(who)s came in by an invitation."),
    "device-made": _device(_("%(who)s connected the device %(what)s."), _("%(who)s gave %(whom)s the token %(what)s.")),
    "device-revoked": _device(
        _("%(who)s cut off the device %(what)s."), _("%(who)s took the token %(what)s from %(whom)s.")
    ),
    "device-restored": _device(
        _("%(who)s let the device %(what)s connect again."), _("%(who)s gave %(whom)s the token %(what)s back.")
    ),
    "device-network": _("The device %(what)s of %(who)s came from a network where it had never been."),
    "device-login": _("%(who)s connected a device with their own password."),
    "feed-made": _("%(who)s made a feed of the activity of %(what)s."),
    "feed-revoked": _("%(who)s took back a feed of the activity of %(what)s."),
    "calendar-offered": _("%(who)s let people book %(what)s."),
    "calendar-withdrawn": _("%(who)s ended the booking of %(what)s."),
    "channel-exported": _("%(who)s took all that was said in %(what)s out as an archive."),
    "channels-exported": _("%(who)s took all channels that they manage out as an archive."),
    "chat-imported": _("%(who)s brought the export %(what)s into the chat: %(posts)s messages."),
    "channel-pace": _pace,
    "visitor-in": _("%(who)s let the visitor “%(visitor)s” into %(what)s."),
    "visitor-out": _("%(who)s showed the visitor “%(visitor)s” out of %(what)s."),
    "channel-kept": _talk_kept,
    "talk-kept": _talk_kept,
    "hook-made": _("%(who)s let the program “%(program)s” write in %(what)s."),
    "hook-renewed": _("%(who)s gave the program “%(program)s” a new address in %(what)s."),
    "hook-renamed": _("%(who)s renamed the program “%(before)s” in %(what)s: “%(program)s”."),
    "hook-stopped": _("%(who)s stopped the program “%(program)s” in %(what)s."),
    "hook-resumed": _("%(who)s let the program “%(program)s” write again in %(what)s."),
    "hook-removed": _("%(who)s removed the stopped program “%(program)s” from %(what)s."),
    "bot-made": _("%(who)s made the bot %(what)s in “%(place)s”."),
    "bot-renamed": _("%(who)s renamed the bot “%(before)s” in “%(place)s”: %(what)s."),
    "bot-stopped": _("%(who)s stopped the bot %(what)s in “%(place)s”."),
    "bot-resumed": _("%(who)s let the bot %(what)s in “%(place)s” come in again."),
    "slash-made": _("%(who)s made the command “/%(word)s” of the program “%(program)s” at %(host)s in %(what)s."),
    "slash-changed": _(
        "%(who)s changed the command “/%(before)s” in %(what)s: “/%(word)s”, the program “%(program)s” at %(host)s."
    ),
    "slash-renewed": _("%(who)s gave the command “/%(word)s” in %(what)s a new token."),
    "slash-stopped": _("%(who)s stopped the command of the program “%(program)s” in %(what)s."),
    "slash-resumed": _("%(who)s let the command of the program “%(program)s” be used again in %(what)s."),
    "slash-removed": _("%(who)s removed the stopped command of the program “%(program)s” from %(what)s."),
    "outgoing-made": _("%(who)s let the program “%(program)s” at %(host)s be told what is said in %(what)s."),
    "outgoing-stopped": _("%(who)s let the program “%(program)s” be told nothing more of %(what)s."),
    "outgoing-resumed": _("%(who)s let the program “%(program)s” be told again of %(what)s."),
    "outgoing-removed": _("%(who)s removed the stopped program “%(program)s” from %(what)s."),
    "sign-in": _("%(who)s signed in."),
    "sign-in-failed": _failed,
    "second-step-failed": _code_failed,
    "second-step-on": _("%(who)s switched the second step on."),
    "second-step-off": _("%(who)s switched the second step off."),
    "sign-out-elsewhere": _elsewhere,
    "signed-out": _signed_out,
    "setting": _("%(who)s changed a setting. %(what)s “%(before)s”, now “%(after)s”."),
    "see-as-begun": _("%(who)s looked at what %(what)s may see."),
    "see-as-ended": _("%(who)s ended looking at what %(what)s may see."),
    "audit-exported": _("%(who)s exported the audit log."),
    "data-asked": _("%(who)s asked for an archive of their own data."),
    "data-exported": _("The archive of the data of %(what)s was made."),
    "leaving-asked": _("%(who)s asked that their account be deleted on %(until)s."),
    "leaving-cancelled": _("%(who)s keeps their account."),
    "encryption-key": _("%(who)s kept the recovery key of the encryption."),
    "encryption-on": _("%(who)s turned the encryption of files on."),
    "encryption-off": _("%(who)s turned the encryption of files off."),
    "encryption-rotated": _("%(who)s changed the key that files are encrypted with."),
    "erase-asked": _("%(who)s asked to delete the whole house."),
    "erase-cancelled": _("%(who)s cancelled the deletion of the house."),
}
