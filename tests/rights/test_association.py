"""The association: who may do what in its four folders, through every door.

Its calendars (Activités sportives, Responsables, Véhicule, Salle) and its address book (Partenaires) come later.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from collab.accounts.actions import people as accounts
from collab.accounts.models import User
from collab.groups import actions as groups
from collab.groups.models import Group
from collab.rights import actions as rights
from collab.rights.explain import access, reason
from collab.rights.right import EDITOR, READER, WRITER, Right
from collab.spaces.models import Space
from files.actions import trashing
from files.models import Node, Trash
from tests import sealing
from tests import town as make
from tests.files.web import signed_in, text
from tests.replay import Replay
from tests.rights.doors import DOORS, through_link

GROUPS = {
    "Bureau": ["jacqueline", "alain"],
    "CA": ["jacqueline", "alain", "camille"],
    "Salariés": ["noemie"],
    "Bénévoles": ["lucas", "camille"],
    "Administratif": ["jacqueline", "alain"],
    "Sportifs": ["mireille", "lucas"],
    "Communication": ["lucile", "noemie"],
    "Finances": ["camille"],
}
TABLE = {
    "AdministratifGestion": ("Administratif", ["Bureau", "CA", "Salariés", "Bénévoles", "Sportifs", "Communication"]),
    "Sport": ("Sportifs", ["Bureau", "CA", "Salariés", "Bénévoles"]),
    "CommExterne": ("Communication", ["Everyone"]),
    "Finances": ("Finances", ["CA"]),
}
INSIDERS = ["jacqueline", "alain", "mireille", "lucas", "lucile", "noemie", "camille", "zoe"]
PEOPLE = [*INSIDERS, "gus"]
"""zoe is in no group; gus is a guest."""


class House(NamedTuple):
    people: dict[str, User]
    groups: dict[str, Group]
    spaces: dict[str, Space]

    def root(self, space: str) -> Node:
        return make.root_of(self.spaces[space])

    def node(self, name: str) -> Node:
        return Node.objects.get(name=name, trash=None)


@pytest.fixture(scope="session")
def _house(django_db_setup: None, django_db_blocker: Any) -> Replay:
    with django_db_blocker.unblock():
        return Replay(build_house)


@pytest.fixture
def house(request: Any, db: Any, store: Any) -> House:
    if sealing.IS_ON:
        return build_house()
    parts = request.getfixturevalue("_house").again()
    return House(*({name: make.fresh(one) for name, one in part.items()} for part in parts))


def build_house() -> House:
    people = {name: make.make_user(name, "guest" if name == "gus" else "member") for name in PEOPLE}
    made = {name: make.make_group(name, *(people[one] for one in members)) for name, members in GROUPS.items()}
    made["Everyone"] = make.everyone()
    spaces = {}
    for name, (owners, readers) in TABLE.items():
        leader = people[GROUPS[owners][0]]
        spaces[name] = make.make_space(leader, name)
        for reader in readers:
            make.share(leader, spaces[name], made[reader], READER.mask)
        make.share(leader, spaces[name], made[owners], EDITOR.mask)
        make.make_file(leader, make.root_of(spaces[name]), f"papier-{name.lower()}.txt")
    lead, sport = people["mireille"], make.root_of(spaces["Sport"])
    summer = make.make_folder(lead, sport, "Été")
    make.make_file(lead, make.make_folder(lead, summer, "Photos"), "tournoi.txt")
    make.make_folder(lead, summer, "Inscriptions")
    return House(people, made, spaces)


@pytest.fixture(params=DOORS)
def door(request: Any) -> Any:
    return DOORS[request.param]


def members(*names: str) -> set[str]:
    return set(INSIDERS) if "Everyone" in names else {who for name in names for who in GROUPS[name]}


def fine(told: tuple[int, str]) -> bool:
    assert told[0] < 300 or told[0] in {403, 404, 409}, told  # RFC 4918 says 409 where the folder is not there
    return told[0] < 300


@pytest.mark.parametrize("space", TABLE)
def test_readers_read_and_for_others_not_even_the_name_is_there(house, door, space):
    owners, readers = TABLE[space]
    for name in PEOPLE:
        who = house.people[name]
        for path in (space, f"{space}/papier-{space.lower()}.txt"):
            status, told = door.open(who, path)
            if name in members(owners, *readers):
                assert status in {200, 207}, (name, path)
                assert f"papier-{space.lower()}.txt" in door.names(who, space)
            else:
                assert status == 404, (name, path)
                assert f"papier-{space.lower()}" not in told
                assert f">{space}<" not in told


@pytest.mark.parametrize("space", TABLE)
def test_the_owner_group_adds_edits_and_deletes_and_nobody_else(house, door, space):
    owners, _readers = TABLE[space]
    paper = f"{space}/papier-{space.lower()}.txt"
    for number, name in enumerate(sorted(PEOPLE, key=lambda one: one in members(owners))):
        who, may = house.people[name], name in members(owners)
        assert fine(door.add(who, space, f"new {number}")) is may, name
        assert fine(door.edit(who, paper)) is may, name
        told = door.delete(who, f"{space}/new {number}" if may else paper)
        assert fine(told) is may, (name, told)


def test_the_world_reads_commexterne_through_a_link_and_nothing_else(house):
    lucile, root = house.people["lucile"], house.root("CommExterne")
    visitor = through_link(make.make_link(lucile, root), lucile, root)
    assert visitor("GET", "papier-commexterne.txt").body == b"hello"
    assert visitor.put("papier-commexterne.txt", b"x").status == 403
    assert visitor("MKCOL", "new").status == 403
    assert visitor("DELETE", "papier-commexterne.txt").status == 403
    assert visitor("GET", "papier-sport.txt").status == 404
    assert "Sport" not in str(visitor.propfind("", depth="1").hrefs)


@pytest.mark.parametrize("order", [[EDITOR, READER], [READER, EDITOR]], ids=["edit-first", "read-first"])
def test_01_lucas_who_reads_through_one_group_and_writes_through_another_can_write(house, door, order):
    mireille, sport = house.people["mireille"], house.spaces["Sport"]
    for group in ("Sportifs", "Bénévoles"):
        make.unshare(mireille, sport, house.groups[group])
    for role in order:
        make.share(mireille, sport, house.groups["Sportifs" if role is EDITOR else "Bénévoles"], role.mask)
    assert fine(door.edit(house.people["lucas"], "Sport/papier-sport.txt"))


def test_02_a_folder_inside_may_give_more_than_the_one_above(house, door):
    make.share(house.people["mireille"], house.node("Inscriptions"), house.groups["Bénévoles"], EDITOR.mask)
    camille = house.people["camille"]
    assert door.add(camille, "Sport/Été", "new")[0] == 403
    assert fine(door.add(camille, "Sport/Été/Inscriptions", "new"))


def test_03_a_folder_inside_is_closed_with_one_switch(house, door):
    rights.stop_inheriting(make.act(house.people["mireille"]), house.node("Inscriptions"))
    for name in set(INSIDERS) - {"mireille"}:
        assert door.open(house.people[name], "Sport/Été/Inscriptions")[0] == 404
        assert "Inscriptions" not in door.names(house.people[name], "Sport/Été")
    assert "Inscriptions" in door.names(house.people["mireille"], "Sport/Été")


def test_04_who_reads_one_folder_inside_reaches_it_without_seeing_what_lies_beside(house, door):
    zoe = house.people["zoe"]
    make.share(house.people["mireille"], house.node("Photos"), zoe, READER.mask)
    assert "Photos" in make.at_root(zoe)
    path = "Sport/Été/Photos" if door.name == "web" else "Photos"
    assert door.names(zoe, path) == {"tournoi.txt"}
    for hidden in ("Sport", "Sport/Été", "Sport/Été/Inscriptions"):
        status, told = door.open(zoe, hidden)
        assert status == 404
        assert "Inscriptions" not in told
        assert "papier-sport" not in told


def test_05_moving_inside_needs_edit_and_moving_out_needs_delete(house, door):
    noemie = house.people["noemie"]
    make.share(house.people["mireille"], house.spaces["Sport"], noemie, WRITER.mask)
    assert fine(door.move(noemie, "Sport/papier-sport.txt", "Sport/plan.txt"))
    assert fine(door.move(noemie, "Sport/plan.txt", "Sport/Été/plan.txt"))
    assert door.move(noemie, "Sport/Été/plan.txt", "CommExterne/plan.txt")[0] == 403
    make.share(house.people["mireille"], house.spaces["Sport"], noemie, EDITOR.mask)
    assert fine(door.move(noemie, "Sport/Été/plan.txt", "CommExterne/plan.txt"))
    assert door.move(noemie, "CommExterne/plan.txt", "AdministratifGestion/plan.txt")[0] == 403


def test_06_without_delete_the_trash_is_closed_and_it_never_shows_a_name_one_could_not_read(house):
    people = house.people
    make.share(people["mireille"], house.spaces["Sport"], people["noemie"], WRITER.mask)
    row = trashing.trash(make.act(people["lucas"]), house.node("papier-sport.txt"))
    noemie = make.act(people["noemie"])
    with pytest.raises(Exception, match=r".") as refused:
        trashing.purge(noemie, row)
    assert refused.value.status == 403
    assert trashing.empty(noemie, house.spaces["Sport"].pk) == 0
    assert Trash.objects.filter(pk=row.pk).exists()
    assert signed_in(people["zoe"]).get("/files/@sport/trash/").status_code == 404
    assert not Trash.objects.visible_to(make.act(people["zoe"])).exists()
    assert "papier-sport" not in text(signed_in(people["zoe"]).get("/files/trash/"))


def test_07_the_folder_of_a_space_cannot_be_moved_nor_deleted_by_anyone(house, door):
    for name in ("lucas", "mireille", "zoe"):
        assert door.delete(house.people[name], "Sport")[0] in {403, 404, 409}
        if door.name != "web":  # a page has no way to give it another place
            assert door.move(house.people[name], "Sport", "Mine")[0] in {403, 404, 409}
    assert house.root("Sport").trash_id is None
    assert "Sport" in make.at_root(house.people["lucas"])


def test_08_who_sees_a_thing_sees_who_has_access_and_by_which_group_and_which_links_are_open(house):
    people, photos = house.people, house.node("Photos")
    make.make_link(people["mireille"], photos, label="For the press")
    page = text(signed_in(people["camille"]).get(f"/files/@sport/%C3%89t%C3%A9?open={photos.pk}&tab=access"))
    for name in ("Sportifs", "Bureau", "Bénévoles", "Anyone with the link can view."):
        assert name in page
    told = [item for item in access(make.fresh(photos)) if item.grant.principal.group == house.groups["Sportifs"]]
    assert [item.through for item in told] == [("space", house.spaces["Sport"].pk)]


def test_09_a_second_person_in_finances_has_the_same_rights_at_once_and_what_the_first_made_stays(house, door):
    people, group = house.people, house.groups["Finances"]
    admin = make.make_user("admin", "admin")
    assert fine(door.add(people["camille"], "Finances", "Budget"))
    assert door.open(people["zoe"], "Finances")[0] == 404
    groups.add(admin, group, people["zoe"])
    assert fine(door.add(people["zoe"], "Finances", "Bilan"))
    assert make.mask_on(people["zoe"], house.root("Finances")) == EDITOR.mask
    groups.remove(admin, group, people["camille"])
    assert door.names(people["zoe"], "Finances") == {"papier-finances.txt", "Budget", "Bilan"}


def test_10_everyone_is_there_from_the_first_day_and_has_no_guests(house, door):
    newcomer = make.make_user("newcomer")
    assert "papier-commexterne.txt" in door.names(newcomer, "CommExterne")
    assert door.open(house.people["gus"], "CommExterne")[0] == 404


def test_11_a_rename_by_its_owner_shows_to_all(house, door):
    assert fine(door.move(house.people["lucas"], "Sport/Été/Photos", "Sport/Été/Images"))
    for name in ("camille", "noemie", "mireille"):
        assert door.names(house.people[name], "Sport/Été") == {"Images", "Inscriptions"}


def test_12_when_an_account_is_deleted_what_it_made_for_others_stays(house, door):
    people, admin = house.people, make.make_user("admin", "admin")
    make.share(people["mireille"], house.spaces["Sport"], people["jacqueline"], Right.ALL)
    accounts.deactivate(admin, people["mireille"])
    accounts.delete(admin, User.objects.get(username="mireille"), heir=people["lucas"])
    assert door.names(people["lucas"], "Sport") == {"papier-sport.txt", "Été"}
    assert fine(door.add(people["lucas"], "Sport/Été", "new"))


def test_13_a_refusal_says_who_may_and_whom_to_ask(house, door):
    sentence = "Only Administratif may do this here. Ask Alain or Jacqueline."
    paper = "AdministratifGestion/papier-administratifgestion.txt"
    status, told = door.delete(house.people["lucas"], paper)
    assert status == 403
    assert sentence in told
    assert reason(house.root("AdministratifGestion"), Right.DELETE)
