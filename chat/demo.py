"""Channels of the demo association: the sports section plans its tournament, the board is by itself, two talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chat import queries
from chat.actions import channels, posting, sitting
from chat.models import Channel, Message
from collab.rights import actions as rights
from collab.rights.right import CONTRIBUTOR

HOUR = timedelta(hours=1)


def fill(town: Any) -> None:
    """Let the people of the demo talk, over the last days."""
    _tournament(town)
    _posters(town)
    _board(town)
    _between(town)


def _tournament(town: Any) -> None:
    sport = town.spaces["Sport"]
    talk = channels.make(
        town.actor("mireille"), sport, "Tournoi d’été", purpose="Tout ce qui concerne le tournoi du 19 juin",
        is_default=True,
    )  # fmt: skip
    channels.make(town.actor("mireille"), sport, "Entraînements", purpose="Horaires, gymnases, remplacements")
    channels.make(town.actor("lucas"), sport, "Covoiturage", purpose="Qui part d’où, à quelle heure")
    lines = (
        ("mireille", 70, "La mairie confirme les deux terrains du complexe Coubertin pour le **samedi 19 juin**. "
                         "Reste la buvette."),
        ("lucas", 69, "Parfait. Pour la buvette il nous faut :\n\n- une tente\n- deux tables\n- quelqu’un à la caisse"),
        ("mireille", 50, "J’ai la tente du club. @lucas tu vois pour les tables ?"),
        ("lucas", 22, "Les 14 photos de la finale sont en ligne. Laquelle pour l’affiche ?"),
        ("mireille", 3, "Le traiteur demande le nombre de repas avant vendredi. On part sur 120 ?"),
    )  # fmt: skip
    said = [_say(town, talk, who, ago, text) for who, ago, text in lines]
    _answer(town, talk, said[3], ("mireille", 21, "La 7, sans hésiter. On voit bien le public."))
    _answer(town, talk, said[3], ("lucas", 20, "La 7 alors, version bleue."))
    for who, sign in (("lucas", "👍"), ("mireille", "🎉")):
        _sign(town, said[0], who, sign)
    posting.pin(town.actor("mireille"), _found(town, "mireille", said[0]), on=True)


def _posters(town: Any) -> None:
    talk = channels.make(town.actor("lucile"), town.spaces["CommExterne"], "Affiches", is_default=True)
    _say(town, talk, "lucile", 30, "Deux versions de l’affiche du tournoi sont dans le dossier *Affiches*.")
    _say(town, talk, "noemie", 28, "La deuxième se lit mieux de loin. Il manque le logo de la mairie.")
    _say(town, talk, "lucile", 5, "C’est ajouté. @noemie bon pour impression ?")


def _board(town: Any) -> None:
    talk = channels.make(town.actor("alain"), town.spaces["AdministratifGestion"], "Bureau", closed=True)
    talk = Channel.objects.select_related("acl", "space").get(pk=talk.pk)
    rights.share(town.actor("alain"), talk, town.groups["Bureau"].principal, CONTRIBUTOR.mask)
    _say(town, talk, "alain", 26, "La subvention de la région est accordée : **4 500 €**.")
    _say(town, talk, "jacqueline", 25, "Bravo ! Je prépare le courrier de remerciement.")


def _between(town: Any) -> None:
    talk = channels.direct(town.actor("jacqueline"), town.people["alain"])
    _say(town, talk, "jacqueline", 2, "Peux-tu vérifier l’assurance pour la buvette ?")
    _say(town, talk, "alain", 1, "Oui, j’appelle demain matin.")


def _say(town: Any, talk: Channel, who: str, ago: int, text: str, **how: Any) -> Message:
    talk = Channel.objects.select_related("acl", "space").get(pk=talk.pk)
    said = posting.say_once(town.actor(who), talk, text, **how).message
    said.at -= ago * HOUR
    Message.objects.filter(pk=said.pk).update(at=said.at)
    Channel.objects.filter(pk=talk.pk).update(last_at=said.at)
    return said


def _answer(town: Any, talk: Channel, root: Message, line: tuple[str, int, str]) -> None:
    who, ago, text = line
    said = _say(town, talk, who, ago, text, root=root.pk)
    Message.objects.filter(pk=root.pk).update(last_answer_at=said.at)


def _sign(town: Any, said: Message, who: str, sign: str) -> None:
    sitting.react(town.actor(who), _found(town, who, said), sign, on=True)


def _found(town: Any, who: str, said: Message) -> Message:
    return queries.found(town.actor(who), said.pk)[0]
