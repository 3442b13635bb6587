"""Commands that are typed where one writes: “/shrug”, “/invite @bob”. Each is an act like any other."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import asking, channels, inviting, posting, sitting
from chat.actions.common import LONGEST
from chat.models import Channel, Message, Seat
from collab.lib.errors import BadInput, Forbidden
from collab.marks.actions import mentioning
from collab.profiles import actions as profiles
from collab.registry import registry
from collab.rights import switches
from collab.rights.actor import Actor

_COMMAND = re.compile(r"/([a-z][a-z0-9_-]{1,29})(?:\s+(.*))?", re.DOTALL)
_SHRUG = r"¯\\\_(ツ)\_/¯"


@dataclass(frozen=True)
class Asked:
    """What was typed: `rest` after the name of the command; `how`: how the page says it (key, root, also)."""

    actor: Actor
    channel: Channel
    rest: str
    how: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came of it: something that was said to all, or a sentence for whoever typed it."""

    said: posting.Said | None = None
    text: str = ""


@dataclass(frozen=True)
class Command:
    """A command: its `usage` behind the name, what it does in a sentence, and who does it. `there`: whether it can."""

    name: str
    usage: Any
    help: Any
    run: Callable[[Asked], Answer]
    there: Callable[[Actor], bool] = lambda actor: True


def offered(actor: Actor) -> list[Command]:
    """Return the commands that the actor has, by name."""
    return [one for one in COMMANDS if one.there(actor)]


def run(actor: Actor, channel: Channel, text: str, **how: Any) -> Answer | None:
    """Do what the text commands; None where it is no command. Raises BadInput for one not known, and as acts do.

    What begins with a slash and is none (a path, “/etc/hosts”) is said as it is; so is what follows a backslash.
    """
    found = _COMMAND.fullmatch(text.strip()) if len(text) <= LONGEST else None  # what is too long is refused as such
    if found is None:
        return None
    command = next((one for one in offered(actor) if one.name == found[1]), None)
    key, rest = how.get("key", ""), (found[2] or "").strip()
    if command is None:
        return _ask(actor, channel, found[1], rest, key=key, root=how.get("root"))
    there = Message.objects.filter(author=actor.user, key=key).first() if key and actor.user else None
    if there is not None:  # the page sends it again: what it made is there
        return Answer(said=posting.Said(there, new=False))
    return command.run(Asked(actor, channel, rest, how))


def _ask(actor: Actor, channel: Channel, word: str, rest: str, **how: Any) -> Answer:
    """Ask the program behind this word here; its answer comes by itself. Raises BadInput where there is none."""
    command = next((one for one in asking.offered(channel) if one.word == word), None)
    if command is None:
        raise BadInput(
            _("There is no command “/%(name)s”. /help lists them; to say it as it is, write “\\/%(name)s”.")
            % {"name": word}
        )
    asking.ask(actor, channel, command, rest, **how)
    return Answer(text=_("“%(name)s” is asked. The answer comes here.") % {"name": command.name})


def _say(asked: Asked, text: str) -> Answer:
    return Answer(said=posting.say_once(asked.actor, asked.channel, text, **asked.how))


def _me(asked: Asked) -> Answer:
    if not asked.rest:
        raise BadInput(_("Say what you do: /me waves"))
    return _say(asked, f"*{asked.rest.strip('*')}*")


def _shrug(asked: Asked) -> Answer:
    return _say(asked, f"{asked.rest} {_SHRUG}".strip())


def _state(kind: str, sentence: Any) -> Callable[[Asked], Answer]:
    def run(asked: Asked) -> Answer:
        profiles.say_kind(asked.actor, kind)
        if asked.rest:
            profiles.say(asked.actor, asked.rest)
        return Answer(text=str(sentence))

    return run


def _topic(asked: Asked) -> Answer:
    if asked.channel.is_between:
        raise BadInput(_("A conversation has no topic: give it a name in its settings."))
    channels.change(asked.actor, asked.channel, purpose=asked.rest)
    return Answer(text=_("The topic is changed."))


def _invite(asked: Asked) -> Answer:
    people, groups = mentioning.people_and_groups(asked.actor, asked.rest)
    if not people and not groups:
        raise BadInput(_("Say whom: /invite @name"))
    new = inviting.invite(asked.actor, asked.channel, people, groups)
    names = ", ".join(str(one) for one in (*new, *groups))
    return Answer(text=_("Let in: %(names)s.") % {"names": names} if names else _("They read here already."))


def _mute(asked: Asked) -> Answer:
    sitting.prefer(asked.actor, asked.channel, level=Seat.Level.NOTHING)
    return Answer(text=_("You hear nothing of this channel any more."))


def _leave(asked: Asked) -> Answer:
    sitting.leave(asked.actor, asked.channel)
    return Answer(text=_("It is out of your list."))


@transaction.atomic
def _poll(asked: Asked) -> Answer:
    """Make a poll in the channel's space and say where it is: at once, or nothing of both."""
    port = registry.polls()
    if port is None or asked.channel.form != Channel.Form.OPEN:
        raise Forbidden(_("A poll lies in the space: make it in an open channel, or under Polls, and send its link."))
    try:
        question, *options = shlex.split(asked.rest.translate(_QUOTES))
    except ValueError:
        raise BadInput(POLL_USAGE) from None
    if len(options) < 2:
        raise BadInput(POLL_USAGE)
    address = port.make(asked.actor, asked.channel.space, question, options)
    name = "".join(f"\\{sign}" if sign in r"\`*_[]<>~!@:" else sign for sign in question)
    return _say(asked, f"[{name}]({address})")


def _help(asked: Asked) -> Answer:
    lines = [f"/{one.name} {one.usage}".strip() + f": {one.help}" for one in offered(asked.actor)]
    programs = asking.offered(asked.channel)
    lines += [f"/{one.word} {one.usage}".strip() + f": {one.help or one.name}" for one in programs]
    return Answer(text="\n".join(lines))


_QUOTES = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "'": "’"})
POLL_USAGE = gettext_lazy("Write it so: /poll “Which day?” “Saturday” “Sunday”")


def _polls_are_there(actor: Actor) -> bool:
    return registry.polls() is not None and switches.is_kind_on("poll", actor)


COMMANDS = (
    Command("away", gettext_lazy("[why]"), gettext_lazy("show me as away"),
            _state("away", gettext_lazy("You are shown as away."))),
    Command("back", "", gettext_lazy("show me as available"),
            _state("online", gettext_lazy("You are shown as available."))),
    Command("busy", gettext_lazy("[why]"), gettext_lazy("show me as not to be disturbed"),
            _state("dnd", gettext_lazy("You are shown as not to be disturbed."))),
    Command("help", "", gettext_lazy("list the commands"), _help),
    Command("invite", gettext_lazy("@name"), gettext_lazy("let somebody into this channel"), _invite),
    Command("leave", "", gettext_lazy("take this channel out of my list"), _leave),
    Command("me", gettext_lazy("does something"), gettext_lazy("say what I do"), _me),
    Command("mute", "", gettext_lazy("hear nothing of this channel"), _mute),
    Command("poll", gettext_lazy("“Question?” “One” “Two”"), gettext_lazy("ask all who are here"), _poll,
            _polls_are_there),
    Command("shrug", gettext_lazy("[words]"), gettext_lazy("shrug after my words"), _shrug),
    Command("topic", gettext_lazy("words"), gettext_lazy("say what this channel is for"), _topic),
)  # fmt: skip
WORDS = frozenset(one.name for one in COMMANDS)
"""What a command by address cannot be called."""
