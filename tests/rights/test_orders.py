"""Whatever the order in which an association is set up, every door gives the same answers."""

from __future__ import annotations

import inspect
import random
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser

from collab.rights.links import token_of
from collab.rights.right import EDITOR, READER
from files import mounts
from files.models import Node
from tests import town as make
from tests.accounts.people import basic
from tests.api.program import Program
from tests.dav.client import Client, give_password
from tests.files.web import signed_in
from tests.rights import test_association as association
from tests.rights.doors import DOORS, through_link
from tests.rights.model import EVERYONE, Model, names
from tests.rights.orders import PASSWORD, Builder, build, leader_of

FEW, MANY = 2, 50
ASKED = 5
"""Things that each person asks about in one order; fifty orders ask about all of them."""
CHECKS = [check for name, check in vars(association).items() if name.startswith("test_")]
NODES = {
    "papier-administratifgestion.txt": "AdministratifGestion", "papier-sport.txt": "Sport",
    "Contrats": "AdministratifGestion",
    "papier-commexterne.txt": "CommExterne", "papier-finances.txt": "Finances", "Été": "Sport", "Photos": "Été",
    "Inscriptions": "Été", "tournoi.txt": "Photos", "salaire.txt": "Contrats", "Modèles": "Contrats",
    "lettre.txt": "Modèles", "Affiches": "CommExterne", "affiche.txt": "Affiches",
}  # fmt: skip
"""What lies where."""


@pytest.mark.parametrize("seed", range(FEW))
def test_the_same_answers_in_some_orders(db: Any, store: Any, seed: int) -> None:
    in_this_order(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(FEW, MANY))
def test_the_same_answers_in_every_order(db: Any, store: Any, seed: int) -> None:
    in_this_order(seed)


def in_this_order(seed: int) -> None:
    builder = build(seed)
    chance = random.Random(seed)
    questions = agree(builder, chance)
    for check in CHECKS:
        named = inspect.signature(check).parameters
        for space in chance.sample(sorted(association.TABLE), 1) if "space" in named else [""]:
            door = DOORS[chance.choice(sorted(DOORS))]
            given = {
                "house": builder.house(),
                "door": door,
                "space": space,
                "order": chance.sample([EDITOR, READER], 2),
            }
            with make.rolled_back():
                check(**{name: given[name] for name in named})
    assert questions == len(association.PEOPLE) * ASKED * len(("rest", "web", "dav", "ocs"))


def model_of() -> Model:
    """The same association as the manual would tell it."""
    above: dict[str, str | None] = dict.fromkeys(association.TABLE)
    model = Model(
        {name: "guest" if name == "gus" else "member" for name in association.PEOPLE},
        list(association.GROUPS),
        {**above, **NODES},
    )
    for group, members in association.GROUPS.items():
        model.groups[group] = set(members)
    for space, (owners, readers) in association.TABLE.items():
        for reader in readers:
            model.share(space, EVERYONE if reader == "Everyone" else reader, 1)
        model.share(space, owners, 47)
        model.share(space, leader_of(space), 255)
    model.restrict("Contrats")
    model.share("Contrats", "Bureau", 1)
    model.share("Modèles", "Bénévoles", 47)
    return model


def agree(builder: Builder, chance: random.Random) -> int:
    """Ask web, DAV, OCS and REST about some things for everybody; return how many questions that were."""
    model, asked = model_of(), 0
    ids = {name: Node.objects.get(name=name).pk for name in NODES}
    for name, user in builder.people.items():
        secret = give_password(user)
        browser, program = signed_in(user), Program(token=secret)
        device, dialog = Client(name, secret), Browser(**basic(name, secret))
        for thing in chance.sample([*association.TABLE, *NODES], ASKED):
            mask = model.mask(name, thing)
            sees = bool(mask & 1)
            space = builder.spaces.get(thing)
            pk = space.pk if space else ids[thing]
            where = thing if space else mounts.path_to(make.act(user), pk) or f"Nowhere/{thing}"
            told = program("GET", f"spaces/{pk}" if space else f"shares/node/{pk}")
            assert (told[0] == 200) is sees, (name, thing, "rest", told)
            if space and sees:
                assert told[1]["rights"] == names(mask), (name, thing)
            page = f"/spaces/{pk}/" if space else f"/share/node/{pk}/"
            assert (browser.get(page).status_code == 200) is sees, (name, thing, "web")
            answer = device.propfind(where, ["oc:permissions"])
            assert (answer.status == 207) is sees, (name, thing, "dav")
            if sees and not space and thing.endswith(".txt"):
                shown = answer.value("oc:permissions") or ""
                assert ("W" in shown, "D" in shown) == (bool(mask & 2), bool(mask & 8)), (name, thing, shown)
            answer = dialog.get(f"/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json&path=/{quote(where)}")
            assert (answer.status_code == 200) is sees, (name, thing, "ocs")
            asked += 4
    _links_agree(builder)
    return asked


def _links_agree(builder: Builder) -> None:
    lead = builder.people[leader_of("CommExterne")]
    folder = Node.objects.get(name="Affiches")
    shown = {}
    for kind, link in builder.links.items():
        page = f"/s/{token_of(make.act(lead), link, folder)}/"
        device = through_link(link, lead, folder)
        shown[kind] = (
            "affiche.txt" in Browser().get(page).content.decode(),
            device("GET", "affiche.txt").status,
            device.put(f"from-{kind}.txt", b"x").status if kind == "drop" else device.put("affiche.txt", b"x").status,
        )
    assert shown == {"open": (True, 200, 403), "locked": (False, 401, 401), "drop": (False, 404, 201)}, shown
    locked = through_link(builder.links["locked"], lead, folder)
    keyed = Client("anyone", PASSWORD, base=locked.base)
    assert keyed("GET", "affiche.txt").status == 200
