"""Folders and papers of the demo association."""

from __future__ import annotations

import io
from typing import Any

from collab.marks.actions import commenting, labelling, starring
from collab.notifications import actions as notifications
from collab.notifications.models import Level
from files import demo_pictures, storage
from files.actions import creating, writing
from files.models import Node

TREE: dict[str, dict[str, Any]] = {
    "Sport": {
        "Été": {
            "Photos du tournoi": {},
            "Inscriptions": {
                "Liste des équipes.csv": "équipe;ville;téléphone\nLes Tilleuls;Castelnau;05 00 00 00 00\n"
            },
            "Liste du matériel.txt": "Filets, ballons, chasubles, trousse de secours, sifflets.\n",
        },
        "Licences": {
            "Comment renouveler.md": "# Renouveler une licence\n\n1. Le certificat\n2. La photo\n3. Le règlement\n"
        },
        "Calendrier de la saison.md": "# Saison 2026-2027\n\n- septembre : reprise\n- juin : tournoi d’été\n",
        "README.md": "Tout ce qui concerne les équipes. **Les photos du tournoi sont dans *Été*.**\n",
    },
    "AdministratifGestion": {
        "Statuts.md": "# Statuts de l’association\n\nArticle 1 : nom et siège.\n",
        "Modèles": {"Compte rendu.md": "# Réunion du …\n\nPrésents :\n\n## Décisions\n\n- [ ] …\n"},
        "Assemblées générales": {"Compte rendu 2026.md": "# Assemblée générale du 14 mars 2026\n\nPrésents : 43.\n"},
    },
    "CommExterne": {"Logos": {}, "Dossier de presse.md": "# Les Tilleuls\n\nSport, culture et entraide à Castelnau.\n"},
    "Finances": {"Budget 2027.csv": "poste;montant\nLocation du gymnase;2400\nAssurance;610\n"},
}
MAKERS = {"Sport": "mireille", "AdministratifGestion": "alain", "CommExterne": "lucile", "Finances": "camille"}
LATER = {"Statuts.md": "# Statuts de l’association\n\nArticle 1 : nom et siège.\n\nArticle 2 : les membres.\n"}
"""Contents that come after the first ones: what was there is a version."""
PHOTOS = 9
LABELS = (
    ("alain", "Compte rendu 2026.md", "À relire"),
    ("mireille", "Calendrier de la saison.md", "Saison 2026-2027"),
    ("mireille", "Inscriptions", "Saison 2026-2027"),
    ("camille", "Budget 2027.csv", "À voter"),
)
TALK = (
    ("Compte rendu 2026.md", "alain", "@jacqueline, peux-tu relire avant l’envoi aux membres ?", "👀"),
    ("Liste des équipes.csv", "mireille", "@lucas, il manque encore deux équipes.", "👍"),
)
"""(where, who, what, how the person who is named reacts)"""
ANSWERS = {"Compte rendu 2026.md": ("jacqueline", "Relu. Il manque le vote sur le **budget**, page 2.")}
STARS = (("jacqueline", "Compte rendu 2026.md"), ("lucas", "Liste des équipes.csv"), ("mireille", "Inscriptions"))
FOLLOWERS = (("jacqueline", "Finances"), ("alain", "CommExterne"), ("lucas", "Sport"))


def fill(town: Any) -> None:
    """Put folders and papers into the spaces, by those who would have made them, and let people talk about them."""
    for username, space in FOLLOWERS:
        notifications.set_level(town.actor(username), town.spaces[space], Level.FOLLOW)
    for name, content in TREE.items():
        root = Node.objects.get(space=town.spaces[name], parent=None)
        _fill(town.actor(MAKERS[name]), root, content)
    for name, text in LATER.items():
        _write(town.actor("jacqueline"), _named(name).parent, name, text.encode())
    for name, picture in demo_pictures.photos(PHOTOS).items():
        _write(town.actor("lucas"), _named("Photos du tournoi"), name, picture)
    for username, name, label in LABELS:
        labelling.label(town.actor(username), [_named(name)], new=label)
    for name, username, words, reaction in TALK:
        said = commenting.write(town.actor(username), _named(name), words)
        named = words[1 : words.index(",")]
        commenting.react(town.actor(named), said, reaction, on=True)
        if name in ANSWERS:
            who, answer = ANSWERS[name]
            commenting.write(town.actor(who), _named(name), answer, parent=said.pk)
    for username, name in STARS:
        starring.star(town.actor(username), Node.REF_KIND, _named(name), starred=True)


def _named(name: str) -> Node:
    return Node.objects.select_related("acl", "space", "parent").get(name=name, trash=None)


def _fill(actor: Any, parent: Any, content: dict[str, Any]) -> None:
    for name, inside in content.items():
        if isinstance(inside, dict):
            _fill(actor, creating.make_folder(actor, parent, name), inside)
            continue
        _write(actor, parent, name, inside.encode())


def _write(actor: Any, parent: Any, name: str, data: bytes) -> None:
    with storage.stage() as staged:
        storage.put_stream(io.BytesIO(data), staged)
        staged.seal()
        writing.write(actor, parent, name, staged)
