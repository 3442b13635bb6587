"""What happened to channels, in sentences, and what people are told of what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import finding, queries
from chat.models import Channel, Visitor
from collab.events.models import Change
from collab.lib.routes import reverse
from collab.registry import registry
from collab.registry.plugin import Gather, Notice, Told
from collab.rights.actor import Actor

_SENTENCES: dict[str, Any] = {
    "channel-make": gettext_lazy("made this channel"),
    "channel-change": gettext_lazy("changed this channel"),
    "channel-rename": gettext_lazy("gave this channel another name"),
    "channel-archive": gettext_lazy("archived this channel"),
    "channel-unarchive": gettext_lazy("took this channel out of the archive"),
    "channel-trash": gettext_lazy("threw this channel away"),
    "channel-restore": gettext_lazy("brought this channel back"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
GATHERS = dict.fromkeys(("share", "unshare", "channel-change"), Gather(alike=("ref",)))
FORGETS = dict.fromkeys(("channel-make", "channel-change", "channel-rename"), ("title",))


def seen(actor: Actor) -> Any:
    """Return the channels of spaces that the actor may see, thrown away or not; what is between people is in no log."""
    return Channel.objects.rooms().visible_to(actor)


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of channels into sentences, leaving out those of channels that the actor does not see."""
    found = seen(actor).select_related("space").in_bulk({change.ref_id for change in changes})
    told = []
    for change in changes:
        if (channel := found.get(change.ref_id)) is not None:
            url = reverse("chat:channel", args=[channel.pk]) if channel.deleted_at is None else ""
            told.append(Told(change.seq, _sentence(change), channel.title, url))
    return told


def _sentence(change: Change) -> str:
    if change.kind in _SENTENCES:
        return str(_SENTENCES[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said


def told_of(actor: Actor) -> Any:
    """Return the channels of which the actor may be told that something was said."""
    return Channel.objects.living().visible_to(actor)


def _say(text: Any, between: Any) -> Any:
    """Return how a notice is put into words: what was done, and in which channel, or in whose conversation."""

    def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
        found = {pk: queries.Mine(one, 0, None) for pk, one in _channels(actor, notes).items()}
        told = {}
        for note in notes:
            if (mine := found.get(note.refs[-1])) is not None:
                sentence = between if mine.channel.is_between else text
                url = reverse("chat:channel", args=[mine.channel.pk])
                told[note.pk] = Told(0, sentence, mine.channel.title, url)
        return told

    return say


def _of_visitors(text: Any, state: str) -> Any:
    """Return how a notice of visitors is put into words: who of them spoke last, or waits; nobody's, once none does."""

    def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
        found = _channels(actor, notes)
        rows = Visitor.objects.filter(channel__in=found)
        if state:
            rows = rows.waiting()
        names = dict(
            rows.order_by("channel", F("said_at").desc(nulls_last=True), "-pk")
            .distinct("channel")
            .values_list("channel", "name")
        )
        return {
            note.pk: Told(
                0, text % {"name": names[pk]}, found[pk].title, reverse("chat:channel", args=[pk]), alone=True
            )
            for note in notes if (pk := note.refs[-1]) in names
        }  # fmt: skip

    return say


def _remind(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say of which message one wanted to be reminded: by its first words, and where it was said."""
    found = messages_of(actor).select_related("channel").in_bulk({note.refs[-1] for note in notes})
    told = {}
    for note in notes:
        if (message := found.get(note.refs[-1])) is not None:
            words = Truncator(" ".join(message.text.split())).chars(80)
            url = reverse("chat:message", args=[message.pk])
            told[note.pk] = Told(
                0,
                _("You wanted to come back to:"),
                words or message.channel.title,
                url,
                message.channel.title,
                alone=True,
            )
    return told


def _unsaid(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say that a message could not be sent at its moment."""
    found = Channel.objects.living().visible_to(actor).in_bulk({note.refs[-1] for note in notes})
    return {
        note.pk: Told(0, _("Your message could not be sent in"), one.title, reverse("chat:scheduled"), alone=True)
        for note in notes if (one := found.get(note.refs[-1])) is not None
    }  # fmt: skip


def messages_of(actor: Actor) -> Any:
    """Return the messages of which the actor may be told."""
    return finding.readable(actor)


def _channels(actor: Actor, notes: list[Any]) -> dict[int, Channel]:
    return told_of(actor).select_related("space").in_bulk({note.refs[-1] for note in notes})


NOTICES = (
    Notice(
        "chat.named", gettext_lazy("Messages that name me"), gettext_lazy("because it names you"),
        say=_say(gettext_lazy("mentioned you"), gettext_lazy("mentioned you in a message")), seen=told_of, at_once=True,
    ),
    Notice(
        "chat.word", gettext_lazy("Messages with words to which I listen"),
        gettext_lazy("because you listen to a word of it"),
        say=_say(gettext_lazy("said a word of yours in"), gettext_lazy("said a word of yours")), seen=told_of,
    ),
    Notice(
        "chat.answered", gettext_lazy("Replies in threads that I follow"),
        gettext_lazy("because you follow this thread"),
        say=_say(gettext_lazy("replied in a thread of"), gettext_lazy("replied in a thread")), seen=told_of,
    ),
    Notice(
        "chat.said", gettext_lazy("Messages to me, and in channels of which I want to hear all"),
        gettext_lazy("because you want to hear of every message here"),
        say=_say(gettext_lazy("wrote in"), gettext_lazy("wrote to you")), seen=told_of,
    ),
    Notice(
        "chat.visitor", gettext_lazy("Messages of visitors"), gettext_lazy("because you follow this channel"),
        say=_of_visitors(gettext_lazy("%(name)s (visitor) wrote in"), ""), seen=told_of,
    ),
    Notice(
        "chat.knock", gettext_lazy("Visitors waiting to be let in"), gettext_lazy("because you may let them in"),
        say=_of_visitors(gettext_lazy("%(name)s is waiting to be let into"), "waiting"), seen=told_of, at_once=True,
    ),
    Notice(
        "chat.reminder", gettext_lazy("Reminders of messages that I kept"),
        gettext_lazy("because you asked to be reminded"), say=_remind, seen=messages_of, mail=False, at_once=True,
    ),
    Notice(
        "chat.unsaid", gettext_lazy("Messages of mine that could not be sent later"),
        gettext_lazy("because you wrote it"), say=_unsaid, seen=told_of, at_once=True,
    ),
)  # fmt: skip
