"""Folders and papers of the demo association."""

from __future__ import annotations

import io
from typing import Any

from files import storage
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
    },
    "AdministratifGestion": {
        "Statuts.md": "# Statuts de l’association\n\nArticle 1 : nom et siège.\n",
        "Assemblées générales": {"Compte rendu 2026.md": "# Assemblée générale du 14 mars 2026\n\nPrésents : 43.\n"},
    },
    "CommExterne": {"Logos": {}, "Dossier de presse.md": "# Les Tilleuls\n\nSport, culture et entraide à Castelnau.\n"},
    "Finances": {"Budget 2027.csv": "poste;montant\nLocation du gymnase;2400\nAssurance;610\n"},
}
MAKERS = {"Sport": "mireille", "AdministratifGestion": "alain", "CommExterne": "lucile", "Finances": "camille"}


def fill(town: Any) -> None:
    """Put folders and papers into the spaces, by those who would have made them."""
    for name, content in TREE.items():
        root = Node.objects.get(space=town.spaces[name], parent=None)
        _fill(town.actor(MAKERS[name]), root, content)


def _fill(actor: Any, parent: Any, content: dict[str, Any]) -> None:
    for name, inside in content.items():
        if isinstance(inside, dict):
            _fill(actor, creating.make_folder(actor, parent, name), inside)
            continue
        with storage.stage() as staged:
            storage.put_stream(io.BytesIO(inside.encode()), staged)
            staged.seal()
            writing.write(actor, parent, name, staged)
