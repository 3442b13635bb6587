"""Channels in spaces, what is said in them, and who has read how far."""

from chat.models.arrival import Import, ImportPerson, ImportPlace, ImportPost, ImportSkip
from chat.models.bot import Bot
from chat.models.channel import Channel, ChannelQuerySet, Seat
from chat.models.emoji import Emoji, EmojiQuerySet
from chat.models.export import Export
from chat.models.hook import Hook
from chat.models.keeping import Keeping, Reserved
from chat.models.keyword import Keyword
from chat.models.later import Saved, Scheduled
from chat.models.message import Follow, Message, MessageQuerySet, Reaction, Revision
from chat.models.outgoing import Call, Outgoing
from chat.models.preference import Discreet, Preference
from chat.models.preview import Preview
from chat.models.slash import Asking, Ephemeral, EphemeralQuerySet, SlashCommand
from chat.models.visitor import Visitor

__all__ = [
    "Asking",
    "Bot",
    "Call",
    "Channel",
    "ChannelQuerySet",
    "Discreet",
    "Emoji",
    "EmojiQuerySet",
    "Ephemeral",
    "EphemeralQuerySet",
    "Export",
    "Follow",
    "Hook",
    "Import",
    "ImportPerson",
    "ImportPlace",
    "ImportPost",
    "ImportSkip",
    "Keeping",
    "Keyword",
    "Message",
    "MessageQuerySet",
    "Outgoing",
    "Preference",
    "Preview",
    "Reaction",
    "Reserved",
    "Revision",
    "Saved",
    "Scheduled",
    "Seat",
    "SlashCommand",
    "Visitor",
]
