"""Channels of the demo association: two weeks in which it plans its tournament, and what each thing of chat is for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from chat import demo_pictures, demo_words, queries
from chat.actions import botting, bringing, channels, commanding, keeping, posting, scheduling, signing, sitting
from chat.models import Channel, Message
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.right import CONTRIBUTOR


def fill(town: Any) -> None:
    """Let the people of the demo talk, over the last days."""
    signing.make(town.actor("lucile"), "tilleul", io.BytesIO(demo_pictures.leaf()))
    _tournament(town)
    _sport(town)
    _outward(town)
    _board(town)
    _between(town)


def _tournament(town: Any) -> None:
    talk = channels.make(
        town.actor("mireille"), town.spaces["Sport"], "Tournoi d’été",
        purpose="Tout ce qui concerne le tournoi du 19 juin", is_default=True,
    )  # fmt: skip
    channels.change(town.actor("mireille"), talk, receipts=True)
    said = _say_all(town, talk, demo_words.TOURNAMENT[:5])
    for line in demo_words.PHOTO_THREAD:
        _say(town, talk, line, root=said[4].pk)
    said += _say_all(town, talk, demo_words.TOURNAMENT[5:7])
    asked = commanding.run(town.actor("mireille"), _fresh(talk), demo_words.QUESTION)
    if asked is not None and asked.said is not None:
        _date(asked.said.message, _moment(2, "12:15"))
        _sign(town, asked.said.message, "👍", "lucas", "jacqueline")
    said += _say_all(town, talk, demo_words.TOURNAMENT[7:])
    _sign(town, said[0], "👍", "lucas", "jacqueline")
    _sign(town, said[0], "🎉", "mireille", "lucas")
    _sign(town, said[5], "🙏", "lucas")
    posting.pin(town.actor("mireille"), _found(town, "mireille", said[0]), on=True)
    keeping.keep(town.actor("jacqueline"), _found(town, "jacqueline", said[7]), _ahead(1, 9))
    keeping.keep(town.actor("lucas"), _found(town, "lucas", said[5]))
    _read(town, talk, "mireille", "lucas")
    sitting.read(town.actor("jacqueline"), _fresh(talk), said[6].number)


def _sport(town: Any) -> None:
    sport = town.spaces["Sport"]
    training = channels.make(
        town.actor("mireille"), sport, "Entraînements", purpose="Horaires, gymnases, remplacements"
    )
    channels.change(town.actor("mireille"), _fresh(training), header=demo_words.ABOVE)
    rides = channels.make(town.actor("lucas"), sport, "Covoiturage", purpose="Qui part d’où, à quelle heure")
    teams = channels.make(town.actor("mireille"), sport, "Inscriptions", purpose="Les équipes qui s’inscrivent")
    bot = botting.make(town.actor("mireille"), "Inscriptions", space=sport, purpose="Dit qui s’inscrit sur le site")
    botting.let_in(town.actor("mireille"), bot, _fresh(teams))
    said = [_say(town, teams, line, by=Actor.of(bot.user)) for line in demo_words.TEAMS]
    _sign(town, said[-1], "🎉", "mireille")
    _say_all(town, training, demo_words.TRAINING)
    _say_all(town, rides, demo_words.RIDES)
    for talk in (training, rides, teams):
        sitting.join(town.actor("lucas"), _fresh(talk))
        _read(town, talk, "mireille", "lucas")


def _outward(town: Any) -> None:
    space = town.spaces["CommExterne"]
    news = channels.make(
        town.actor("lucile"), space, "Annonces", purpose="Ce que tout le monde doit savoir",
        announcements=True, is_default=True,
    )  # fmt: skip
    channels.change(town.actor("lucile"), news, receipts=True)
    said = _say_all(town, news, demo_words.NEWS)
    _sign(town, said[-1], "👀", "noemie")
    posting.pin(town.actor("lucile"), _found(town, "lucile", said[0]), on=True)
    _read(town, news, "lucile", "noemie", "camille", "alain", "jacqueline")
    posters = channels.make(town.actor("lucile"), space, "Affiches", is_default=True)
    first, *others = demo_words.POSTERS
    _say(town, posters, first, file=("Affiche bleue.png", demo_pictures.poster()))
    said = _say_all(town, posters, others)
    _sign(town, said[-1], "🎉", "lucile")
    twins = channels.make(town.actor("lucile"), space, "Jumelage", purpose="Stonehaven, notre ville jumelle")
    said = _say_all(town, twins, demo_words.TWINS)
    _sign(town, said[0], "❤️", "noemie", "lucile")
    sitting.join(town.actor("noemie"), _fresh(twins))
    for talk in (posters, twins):
        _read(town, talk, "lucile", "noemie")


def _board(town: Any) -> None:
    talk = channels.make(town.actor("alain"), town.spaces["AdministratifGestion"], "Bureau", closed=True)
    rights.share(town.actor("alain"), _fresh(talk), town.groups["Bureau"].principal, CONTRIBUTOR.mask)
    said = _say_all(town, talk, demo_words.BOARD[:2])
    _sign(town, said[0], "👏", "jacqueline")
    _say(town, talk, demo_words.BOARD[2], file=("Courrier région.md", demo_words.LETTER.encode()))
    _say(town, talk, demo_words.BOARD[3])
    scheduling.schedule(
        town.actor("jacqueline"), _fresh(talk), "La convention est signée, je poste le courrier ce matin.", _ahead(3, 9)
    )
    _read(town, talk, "alain", "jacqueline")


def _between(town: Any) -> None:
    _say_all(town, channels.direct(town.actor("jacqueline"), town.people["alain"]), demo_words.BETWEEN)


def _say_all(town: Any, talk: Channel, lines: Sequence[demo_words.Line]) -> list[Message]:
    return [_say(town, talk, line) for line in lines]


def _say(
    town: Any, talk: Channel, line: demo_words.Line, *, by: Actor | None = None, file: tuple[str, bytes] | None = None,
    **how: Any,
) -> Message:  # fmt: skip
    who, days, hour, text = line
    actor, talk = by or town.actor(who), _fresh(talk)
    store = registry.files()
    if file is None or store is None:
        said = posting.say_once(actor, talk, text, **how).message
    else:
        with store.arrive(file[0], [file[1]]) as arrived:
            said = bringing.send(actor, talk, text, [arrived], **how).message
    _date(said, _moment(days, hour))
    return said


def _date(said: Message, at: datetime) -> None:
    said.at = at
    Message.objects.filter(pk=said.pk).update(at=at)
    if said.root_id is None:
        Channel.objects.filter(pk=said.channel_id).update(last_at=at)
    else:
        Message.objects.filter(pk=said.root_id).update(last_answer_at=at)


def _moment(days: int, hour: str) -> datetime:
    """Return the moment so many days ago at this hour; of today, so many minutes ago."""
    now = timezone.localtime()
    if not days:
        return now - timedelta(minutes=int(hour))
    return timezone.make_aware(datetime.combine(now.date() - timedelta(days=days), time.fromisoformat(f"{hour:0>5}")))


def _ahead(days: int, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), time(hour)))


def _sign(town: Any, said: Message, sign: str, *who: str) -> None:
    for one in who:
        sitting.react(town.actor(one), _found(town, one, said), sign, on=True)


def _read(town: Any, talk: Channel, *who: str) -> None:
    talk = _fresh(talk)
    for one in who:
        sitting.read(town.actor(one), talk, talk.number)


def _found(town: Any, who: str, said: Message) -> Message:
    return queries.found(town.actor(who), said.pk)[0]


def _fresh(talk: Channel) -> Channel:
    return Channel.objects.select_related("acl", "space").get(pk=talk.pk)
