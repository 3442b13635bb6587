"""The rank matrix through real doors: each of its cells is done. What is allowed happened, what is not left nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from collab.accounts.actions import people as accounts
from collab.accounts.models import Invitation, Rank, User
from collab.events.models import Change
from collab.lib.errors import Refusal
from collab.rights.models import Grant
from collab.rights.right import MANAGER, READER
from collab.spaces.models import Pin, Space
from files.models import Node, Trash
from tests import town as make
from tests.accounts.test_ranks import RANKS, ROWS
from tests.api.program import Program
from tests.dav.client import Client, give_password
from tests.files.web import signed_in

REFUSED = {403, 404, 409}
"""409 is DAV's word where the folder is not there (RFC 4918, 9.3.1)."""

PEOPLE = "/administration/people/"
CELLS: dict[str, Any] = {}

THROUGH_THE_POLICY = {
    "set.delete": "the house cannot be deleted from the web yet",
    "set.room_admin": "space managers have no settings page of their own yet",
}
"""Rows whose feature comes later: what it will ask is asked here."""


class Case:
    """A person of the rank, with a browser, a program and a device; adam runs a space that invited them to read."""

    def __init__(self, rank: str) -> None:
        self.adam, self.rank = make.make_user("adam", Rank.ADMIN), rank
        self.user = make.make_user("ulla", rank, language="en")
        self.web, self.rest = signed_in(self.user), Program(self.user)
        self.dav = Client(self.user.username, give_password(self.user))
        self.elsewhere = make.make_space(self.adam, "Elsewhere")
        self.invited = make.make_space(self.adam, "Invited")
        make.share(self.adam, self.invited, self.user, READER.mask)

    def own(self, *, archived: bool = False) -> Space:
        """A space that the person made (before they had this rank, if they could not now)."""
        space = make.make_space(self.user, "Own")
        if archived:
            self.archive(space)
        return space

    def archive(self, space: Space) -> Space:
        make.change(space, archived_at=make.in_hours(-1))
        return make.fresh(space)

    def post(self, url: str, **fields: Any) -> int:
        return self.web.post(url, fields).status_code

    def get(self, url: str) -> tuple[int, str]:
        answer = self.web.get(url)
        return answer.status_code, answer.content.decode()


def cell(*keys: str) -> Callable[[Any], Any]:
    """Give these rows their act: a generator that sets up, yields, acts, and returns (status, whether it happened)."""

    def keep(act: Any) -> Any:
        for key in keys:
            CELLS[key] = lambda case, key=key: act(case, key) if len(keys) > 1 else act(case)
        return act

    return keep


def state() -> dict[str, Any]:
    """Everything that the acts could change."""
    return {
        "people": sorted(User.objects.values_list("pk", "rank", "is_active", "display_name")),
        "spaces": sorted(Space.objects.values_list("pk", "name", "archived_at", "seq"), key=lambda row: row[0]),
        "grants": sorted(Grant.objects.values_list("acl", "principal", "rights")),
        "pins": sorted(Pin.objects.values_list("user", "space")),
        "nodes": sorted(Node.objects.values_list("pk", "name", "parent", "trash", "etag"), key=lambda row: row[0]),
        "trash": Trash.objects.count(),
        "changes": Change.objects.count(),
        "invitations": sorted(Invitation.objects.values_list("pk", "rank")),
    }


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("row", ROWS, ids=[row["key"] for row in ROWS])
def test_each_cell_is_done_through_its_door(db, store, row, rank):
    case = Case(rank)
    act = CELLS[row["key"]](case)
    next(act)
    before = state()
    try:
        next(act)
    except StopIteration as done:
        status, happened = done.value
    if row[rank] == "Y":
        assert (status < 400, happened) == (True, True), status
    else:
        assert (status in REFUSED, happened) == (True, False), status
        assert state() == before


def test_every_row_has_its_act():
    assert set(CELLS) == {row["key"] for row in ROWS}
    assert len(ROWS) * len(RANKS) == 190


@cell("mydocs")
def _(case: Case) -> Any:
    """Make, upload, rename, copy, move, delete and fetch, in one's own files, as a device does."""
    yield
    steps = [
        case.dav("MKCOL", "Letters"),
        case.dav.put("Letters/a.txt", b"a"),
        case.dav.move("Letters/a.txt", "Letters/b.txt"),
        case.dav.copy("Letters/b.txt", "Letters/c.txt"),
        case.dav.move("Letters/c.txt", "c.txt"),
        case.dav("DELETE", "Letters/b.txt"),
        case.dav("GET", "c.txt"),
    ]
    statuses = [step.status for step in steps]
    happened = steps[-1].body == b"a" if statuses[-1] == 200 else any(status < 300 for status in statuses)
    return max(statuses) if happened else statuses[0], happened


@cell("rooms.view_all")
def _(case: Case) -> Any:
    yield
    status, page = case.get("/administration/spaces/")
    return status, "Elsewhere" in page


@cell("arch.view_all")
def _(case: Case) -> Any:
    case.archive(case.elsewhere)
    yield
    status, page = case.get("/administration/spaces/")
    return status, "Elsewhere" in page


@cell("rooms.create")
def _(case: Case) -> Any:
    yield
    by_page = case.post("/spaces/new/", name="Fresh")
    by_call, _told = case.rest("POST", "spaces", {"name": "Fresh too"})
    made = Space.objects.filter(name__startswith="Fresh").count()
    assert made in {0, 2}
    return max(by_page, by_call), made == 2


@cell("rooms.view_own")
def _(case: Case) -> Any:
    """One's own is one that one made: who can make none has none to see."""
    yield
    made = case.post("/spaces/new/", name="Fresh")
    space = Space.objects.filter(name="Fresh").first()
    if space is None:
        return made, False
    status, page = case.get(f"/spaces/{space.pk}/")
    return status, "Fresh" in page and case.rest("GET", f"spaces/{space.pk}")[0] == 200


@cell("rooms.view_invited", "arch.view_invited")
def _(case: Case, key: str) -> Any:
    if key.startswith("arch"):
        case.archive(case.invited)
    yield
    status, page = case.get(f"/spaces/{case.invited.pk}/")
    return status, "Invited" in page and case.rest("GET", f"spaces/{case.invited.pk}")[0] == 200


@cell("rooms.pin", "arch.pin")
def _(case: Case, key: str) -> Any:
    if key.startswith("arch"):
        case.archive(case.invited)
    yield
    status = case.post(f"/spaces/{case.invited.pk}/pin/", pinned="1")
    return status, Pin.objects.filter(user=case.user).exists()


@cell("rooms.info", "arch.info")
def _(case: Case, key: str) -> Any:
    if key.startswith("arch"):
        case.archive(case.invited)
    yield
    status, page = case.get(f"/spaces/{case.invited.pk}/members/")
    return status, "Adam" in page and case.rest("GET", f"spaces/{case.invited.pk}/members")[0] == 200


@cell("rooms.own_members")
def _(case: Case) -> Any:
    """Invite, change and take out in one's own space; who can make none meets a space of others."""
    someone = make.make_user("someone")
    yield
    case.post("/spaces/new/", name="Fresh")
    space = Space.objects.filter(name="Fresh").first() or case.invited
    page, who = f"/spaces/{space.pk}/members/", someone.principal.pk
    statuses = [case.post(page, who="someone", role="reader")]
    given = make.mask_on(someone, space)
    statuses += [
        case.rest("PUT", f"spaces/{space.pk}/members/{who}", {"role": "editor"})[0] if given else 403,
        case.post(f"{page}remove/", principal=who) if given else 403,
    ]
    return max(statuses), bool(given) and not make.mask_on(someone, space)


@cell("arch.members")
def _(case: Case) -> Any:
    """Not even who manages an archived space."""
    someone = make.make_user("someone")
    make.share(case.adam, case.invited, case.user, MANAGER.mask)
    case.archive(case.invited)
    yield
    page = f"/spaces/{case.invited.pk}/members/"
    principal = someone.principal.pk
    statuses = [
        case.post(page, principal=principal, mask="1"),
        case.post(f"{page}remove/", principal=case.adam.principal.pk),
        case.rest("POST", f"spaces/{case.invited.pk}/members", {"username": "someone", "role": "reader"})[0],
        case.rest("DELETE", f"spaces/{case.invited.pk}/members/{case.adam.principal.pk}")[0],
    ]
    assert set(statuses) <= REFUSED, statuses
    return statuses[0], bool(make.mask_on(someone, case.invited))


@cell("arch.edit")
def _(case: Case) -> Any:
    """Not even who manages it: neither its name nor what lies in it."""
    make.share(case.adam, case.invited, case.user, MANAGER.mask)
    root = make.root_of(case.invited)
    case.archive(case.invited)
    yield
    statuses = [
        case.post(f"/spaces/{case.invited.pk}/settings/", name="Changed"),
        case.rest("PATCH", f"spaces/{case.invited.pk}", {"name": "Changed"})[0],
        case.post(f"/files/new/{root.pk}/", kind="folder", name="New"),
        case.dav("MKCOL", "Invited/New").status,
    ]
    assert set(statuses) <= REFUSED, statuses
    return statuses[0], make.fresh(case.invited).name != "Invited"


@cell("rooms.edit_others")
def _(case: Case) -> Any:
    yield
    status = case.post(f"/administration/spaces/{case.elsewhere.pk}/charge/")
    case.post(f"/spaces/{case.elsewhere.pk}/settings/", name="Renamed")
    return status, make.fresh(case.elsewhere).name == "Renamed"


@cell("rooms.archive_own", "rooms.archive_others")
def _(case: Case, key: str) -> Any:
    space = case.own() if key.endswith("own") else case.invited
    yield
    status = case.post(f"/spaces/{space.pk}/archive/")
    return status, make.fresh(space).archived_at is not None


@cell("arch.restore_own", "arch.restore_others")
def _(case: Case, key: str) -> Any:
    space = case.own(archived=True) if key.endswith("own") else case.archive(case.invited)
    yield
    status, _told = case.rest("POST", f"spaces/{space.pk}/restore")
    return status, make.fresh(space).archived_at is None


@cell("arch.view_own")
def _(case: Case) -> Any:
    """One's own archived space is one that one could archive."""
    space = case.own()
    yield
    archived = case.post(f"/spaces/{space.pk}/archive/")
    if archived >= 400:
        return archived, make.fresh(space).archived_at is not None
    status, page = case.get(f"/spaces/{space.pk}/")
    return status, "Own" in page


@cell("trash")
def _(case: Case) -> Any:
    row = None
    if case.rank != Rank.GUEST:
        row = make.throw_away(case.user, make.make_file(case.user, make.home(case.user), "old.txt"))
    yield
    status, page = case.get("/files/trash/")
    if row is None:
        return status, "trash" in page and status == 200
    shown = "old.txt" in page
    return max(status, case.post("/files/restore/", trash=row.pk)), shown and not Trash.objects.exists()


@cell("acc.invite_da", "acc.invite_ra", "acc.invite_pu", "acc.invite_u")
def _(case: Case, key: str) -> Any:
    rank = {"da": "admin", "ra": "space_manager", "pu": "member", "u": "guest"}[key.rpartition("_")[2]]
    yield
    form = {"rank": rank, "days": "7", "language": "fr"}
    by_link = case.post(f"{PEOPLE}invite/?by=link", **form)
    by_address = case.post(f"{PEOPLE}invite/", **form, addresses="zoe@example.org")
    assert Invitation.objects.count() in {0, 2}
    return max(by_link, by_address), Invitation.objects.filter(rank=rank).count() == 2


@cell("acc.promote_da", "acc.promote_ra", "acc.promote_pu", "acc.demote_da")
def _(case: Case, key: str) -> Any:
    before, after = {
        "acc.promote_da": ("member", "admin"),
        "acc.promote_ra": ("member", "space_manager"),
        "acc.promote_pu": ("guest", "member"),
        "acc.demote_da": ("admin", "space_manager"),
    }[key]
    someone = make.make_user("someone", before)
    yield
    if case.rank == Rank.SPACE_MANAGER:  # the list of people is the administrators' page: the action is the door
        return _acted(lambda: accounts.change_rank(case.user, someone, after)), make.fresh(someone).rank == after
    status = case.post(f"{PEOPLE}{someone.pk}/rank/", rank=after)
    return status, make.fresh(someone).rank == after


@cell("acc.disable_da", "acc.disable_ra", "acc.disable_pu", "acc.disable_u")
def _(case: Case, key: str) -> Any:
    rank = {"da": "admin", "ra": "space_manager", "pu": "member", "u": "guest"}[key.rpartition("_")[2]]
    someone = make.make_user("someone", rank)
    yield
    status = case.post(f"{PEOPLE}{someone.pk}/switch/", active="0")
    return status, not make.fresh(someone).is_active


@cell("acc.edit_delete")
def _(case: Case) -> Any:
    someone = make.make_user("someone")
    make.change(someone, is_active=False)
    yield
    status = case.post(f"{PEOPLE}{someone.pk}/delete/", erase="1")
    return status, not User.objects.filter(pk=someone.pk).exists()


@cell("set.docspace")
def _(case: Case) -> Any:
    yield
    status, page = case.get("/administration/settings/links/")
    return status, status == 200 and "<form" in page


@cell("set.other")
def _(case: Case) -> Any:
    yield
    pages = [case.get(f"/administration/{page}")[0] for page in ("groups/", "links/", "health/", "people/")]
    return max(pages), set(pages) <= {200, 503}


@cell("set.room_admin")
def _(case: Case) -> Any:
    yield
    status, page = case.get("/administration/")
    return status, status == 200 and "Administration" in page


@cell("set.delete")
def _(case: Case) -> Any:
    yield
    status, page = case.get("/administration/erase/")
    return status, status == 200 and "<form" in page


def _acted(act: Any) -> int:
    try:
        act()
    except Refusal as refusal:
        return refusal.status
    return 200
