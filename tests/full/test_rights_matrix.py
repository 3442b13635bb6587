"""Everybody, everything one can do, every door: held against the slow model of rights, cell by cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client as Browser

from collab.accounts.models import Rank
from collab.rights.links import token_of
from collab.rights.models import Acl, Grant, Link
from collab.rights.right import EDITOR, LINK_MAX, MANAGER, READER, Right
from files import mounts
from files.models import Node, Trash, Version
from tests import town as make
from tests.accounts.people import basic
from tests.api.program import Program
from tests.dav.client import Client, give_password
from tests.dav.test_searching import compare, search
from tests.files.web import JSON, body, put, signed_in
from tests.rights.model import Model

pytestmark = pytest.mark.full

SECRET = "four paper kites"
RANKS = {
    "alice": "member", "otto": "owner", "ada": "admin", "mona": "space_manager", "gina": "member", "olga": "member",
    "gus": "guest", "greta": "guest", "dan": "member",
}  # fmt: skip
PEOPLE = {
    "otto": "the owner", "ada": "an administrator", "mona": "who manages the space", "gina": "a member, by a group",
    "olga": "another member", "gus": "a guest it is shared with", "greta": "another guest", "dan": "somebody disabled",
}  # fmt: skip
LINKS = ("locked", "open", "locked, without its password", "ended")
NOBODY = "nobody"
S, E, A, D, SH, M = 1, 2, 4, 8, 16, 128

NEEDS: dict[str, dict[str, int]] = {
    "list": {"Work": S}, "read": {"a.txt": S}, "download": {"a.txt": S}, "upload": {"Work": A | S},
    "overwrite": {"a.txt": E | S}, "rename": {"a.txt": E | S}, "move in": {"Work": A | S}, "move out": {"a.txt": D | S},
    "delete": {"a.txt": D | S}, "restore": {"old.txt": S, "Work": A | S}, "share": {"Work": SH | S},
    "make link": {"Work": SH | S}, "restrict": {"Sub": M}, "see members": {"Work": S}, "see trash": {"old.txt": S},
    "search": {"a.txt": S}, "versions": {"a.txt": S},
}  # fmt: skip
"""What the manual asks for each act, on which thing."""

CHANGING = {
    "upload",
    "overwrite",
    "rename",
    "move in",
    "move out",
    "delete",
    "restore",
    "share",
    "make link",
    "restrict",
}


@pytest.fixture
def office(db: Any, store: Any) -> Any:
    """A space with a folder, its file of two versions, something in its trash, links; and everybody."""
    people = {name: make.make_user(name, rank, language="en") for name, rank in RANKS.items()}
    team = make.make_group("Team", people["gina"], people["dan"])
    alice = people["alice"]
    space = make.make_space(alice, "Plans")
    make.share(alice, space, team, EDITOR.mask)
    make.share(alice, space, people["mona"], MANAGER.mask)
    work = make.make_folder(alice, make.root_of(space), "Work")
    make.share(alice, work, people["gus"], READER.mask)
    file = make.make_file(alice, work, "a.txt", b"first", mtime=1000)
    make.make_file(alice, work, "a.txt", b"second", mtime=2000)
    sub = make.make_folder(alice, work, "Sub")
    row = make.throw_away(people["gina"], make.make_file(alice, work, "old.txt"))
    links = {
        "locked": make.make_link(alice, work, READER.mask, password=SECRET),
        "open": make.make_link(alice, work, EDITOR.mask & LINK_MAX),
        "ended": make.make_link(alice, work, EDITOR.mask & LINK_MAX),
    }
    make.expire(work, links["ended"].principal)
    for name, user in people.items():
        if RANKS[name] != Rank.GUEST:
            make.make_file(user, make.home(user), f"of-{name}.txt")
    return SimpleNamespace(
        people=people, space=space, work=make.fresh(work), file=make.fresh(file), sub=sub, row=row, links=links,
        version=Version.objects.get(node=file), olga=people["olga"], alice=alice,
    )  # fmt: skip


def model_of() -> Model:
    model = Model(RANKS, ["team"], {"Plans": None, "Work": "Plans", "a.txt": "Work", "Sub": "Work", "old.txt": "Work"})
    model.groups["team"] = {"gina", "dan"}
    model.active.discard("dan")
    model.share("Plans", "alice", 255)
    model.share("Plans", "mona", 255)
    model.share("Plans", "team", 47)
    model.share("Work", "gus", 1)
    model.links |= set(LINKS)
    model.share("Work", "locked", 1)
    model.share("Work", "open", 47)
    model.share("Work", "ended", 47, counts=False)
    return model


class Door(ABC):
    """Each act answers whether the door said yes; what is not an act here is not asked."""

    @abstractmethod
    def acts(self) -> dict[str, Callable[[], bool]]: ...


class Web(Door):
    def __init__(self, office: Any, name: str, browser: Browser) -> None:
        self.office, self.name, self.browser = office, name, browser

    def acts(self) -> dict[str, Callable[[], bool]]:
        there, work, file = self.office, self.office.work.pk, self.office.file.pk
        user = there.people.get(self.name)
        home = make.home(user).pk if user and user.rank != Rank.GUEST else 0
        mine = Node.objects.filter(name=f"of-{self.name}.txt").values_list("pk", flat=True).first() or 0
        upload = f"/files/uploads/whole/?parent={work}"
        return {
            "list": lambda: "a.txt" in self.page(f"/files/id/{work}/"),
            "read": lambda: "a.txt" in self.page(f"/files/id/{file}/"),
            "download": lambda: self.content(f"/files/download/{file}/") == b"second",
            "upload": lambda: self.good(put(self.browser, f"{upload}&name=new.txt", b"new")),
            "overwrite": lambda: self.good(put(self.browser, f"{upload}&name=a.txt&clash=replace", b"third")),
            "rename": lambda: self.post(f"/files/rename/{file}/", name="b.txt"),
            "move in": lambda: self.post("/files/move/", id=mine, into=work, known="1"),
            "move out": lambda: self.post("/files/move/", id=file, into=home, known="1"),
            "delete": lambda: self.post("/files/throw/", id=file),
            "restore": lambda: self.post("/files/restore/", trash=there.row.pk),
            "share": lambda: self.post(f"/share/node/{work}/", who="olga (olga)", role="reader"),
            "make link": lambda: self.post(f"/share/node/{work}/links/", role="reader"),
            "restrict": lambda: self.post(f"/share/node/{there.sub.pk}/restrict/"),
            "see members": lambda: "Team" in self.page(f"/share/node/{work}/"),
            "see trash": lambda: "old.txt" in self.page("/files/@plans/trash/"),
            "versions": lambda: self.content(f"/files/versions/{there.version.pk}/download/") == b"first",
        }

    def page(self, url: str) -> str:
        answer = self.browser.get(url, follow=True)
        return (
            answer.content.decode()
            if answer.status_code == 200 and "/accounts/" not in answer.request["PATH_INFO"]
            else ""
        )

    def content(self, url: str) -> bytes:
        answer = self.browser.get(url)
        return body(answer) if answer.status_code == 200 else b""

    def post(self, url: str, **fields: Any) -> bool:
        return self.good(self.browser.post(url, fields, **JSON))

    def good(self, answer: Any) -> bool:
        assert answer.status_code < 500, answer.content
        return answer.status_code < 400 and "/accounts/" not in answer.get("Location", "")


class Dav(Door):
    def __init__(self, office: Any, name: str, device: Client) -> None:
        self.office, self.name, self.device = office, name, device
        user = office.people.get(name)
        self.work = (user and mounts.path_to(make.act(user), office.work.pk)) or "Plans/Work"

    def acts(self) -> dict[str, Callable[[], bool]]:
        there, name, work = self.office, self.name, self.work
        trash, restore = f"/remote.php/dav/trashbin/{name}/trash", f"/remote.php/dav/trashbin/{name}/restore/old.txt"
        old = f"{trash}/old.txt.d{int(there.row.deleted_at.timestamp())}"
        return {
            "list": lambda: "a.txt" in self.shown(work, depth="1"),
            "read": lambda: "a.txt" in self.shown(f"{work}/a.txt"),
            "download": lambda: self.device("GET", f"{work}/a.txt").body == b"second",
            "upload": lambda: self.good(self.device.put(f"{work}/new.txt", b"new")),
            "overwrite": lambda: self.good(self.device.put(f"{work}/a.txt", b"third")),
            "rename": lambda: self.good(self.device.move(f"{work}/a.txt", f"{work}/b.txt")),
            "move in": lambda: self.good(self.device.move(f"of-{name}.txt", f"{work}/of-{name}.txt")),
            "move out": lambda: self.good(self.device.move(f"{work}/a.txt", "a.txt")),
            "delete": lambda: self.good(self.device("DELETE", f"{work}/a.txt")),
            "restore": lambda: self.good(self.device("MOVE", self.in_trash(trash) or old, Destination=restore)),
            "see trash": lambda: bool(self.in_trash(trash)),
            "search": lambda: "a.txt" in search(self.device, compare("like", "d:displayname", "a.t%")).body.decode(),
            "versions": lambda: self.device(
                "GET", f"/remote.php/dav/versions/{name}/versions/{there.file.pk}/1000"
            ).body == b"first",
        }  # fmt: skip

    def in_trash(self, trash: str) -> str:
        answer = self.device.propfind(f"{trash}/", ["nc:trashbin-filename"], depth="1")
        return next((href for href in answer.hrefs if "old.txt" in href), "") if answer.status == 207 else ""

    def shown(self, path: str, depth: str = "0") -> str:
        answer = self.device.propfind(path, ["d:displayname"], depth=depth)
        return answer.body.decode() if answer.status == 207 else ""

    def good(self, answer: Any) -> bool:
        assert answer.status < 500 or answer.status == 507, answer.body
        return bool(answer.status < 300)


class Ocs(Door):
    def __init__(self, office: Any, name: str, dialog: Browser) -> None:
        self.dialog = dialog
        user = office.people.get(name)
        self.path = "/" + ((user and mounts.path_to(make.act(user), office.work.pk)) or "Plans/Work")

    def acts(self) -> dict[str, Callable[[], bool]]:
        return {
            "see members": lambda: self.call("get", path=self.path, reshares="true"),
            "share": lambda: self.call("post", path=self.path, shareType="0", shareWith="olga"),
            "make link": lambda: self.call("post", path=self.path, shareType="3"),
        }

    def call(self, method: str, **told: str) -> bool:
        answer = getattr(self.dialog, method)(
            "/ocs/v2.php/apps/files_sharing/api/v1/shares", {**told, "format": "json"}
        )
        assert answer.status_code < 500, answer.content
        return answer.status_code < 300


class Rest(Door):
    def __init__(self, office: Any, program: Program) -> None:
        self.office, self.program = office, program

    def acts(self) -> dict[str, Callable[[], bool]]:
        work = f"node/{self.office.work.pk}"
        told = {"username": "olga", "role": "reader"}
        return {
            "see members": lambda: self.call("GET", f"shares/{work}"),
            "share": lambda: self.call("POST", f"shares/{work}", told),
            "make link": lambda: self.call("POST", f"links/{work}", {"role": "reader"}),
            "restrict": lambda: self.call("PUT", f"shares/node/{self.office.sub.pk}/restriction"),
        }

    def call(self, method: str, path: str, told: Any = None) -> bool:
        status, answer = self.program(method, path, told)
        assert status < 500, answer
        return status < 300


class Page(Door):
    """The page of a public link."""

    def __init__(self, address: str, password: str) -> None:
        self.address, self.browser = address, Browser(HTTP_ACCEPT_LANGUAGE="en")
        if password:
            form = "application/x-www-form-urlencoded"
            assert self.browser.post(address, f"password={quote_plus(password)}", content_type=form).status_code == 302

    def acts(self) -> dict[str, Callable[[], bool]]:
        return {
            "list": lambda: "a.txt" in self.shown(""),
            "read": lambda: "a.txt" in self.shown("a.txt"),
            "download": lambda: self.content("a.txt?get=file") == b"second",
            "upload": self.upload,
        }

    def shown(self, rest: str) -> str:
        answer = self.browser.get(self.address + rest)
        # the page that says no repeats the address that was asked
        return answer.content.decode().replace(self.address + rest, "") if answer.status_code == 200 else ""

    def content(self, rest: str) -> bytes:
        answer = self.browser.get(self.address + rest)
        return body(answer) if answer.status_code == 200 else b""

    def upload(self) -> bool:
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = self.browser.post(self.address, {"name": "Zoé", "files": SimpleUploadedFile("new.txt", b"new")})
        assert answer.status_code < 500, answer.content
        return answer.status_code == 302  # the page that asks for the password takes nothing


class PublicDav(Dav):
    """A public link on a device."""

    def acts(self) -> dict[str, Callable[[], bool]]:
        return {
            "list": lambda: "a.txt" in self.shown("", depth="1"),
            "read": lambda: "a.txt" in self.shown("a.txt"),
            "download": lambda: self.device("GET", "a.txt").body == b"second",
            "upload": lambda: self.good(self.device.put("new.txt", b"new")),
            "overwrite": lambda: self.good(self.device.put("a.txt", b"third")),
            "rename": lambda: self.good(self.device.move("a.txt", "b.txt")),
            "delete": lambda: self.good(self.device("DELETE", "a.txt")),
        }


def doors(office: Any) -> dict[str, dict[str, Door]]:
    """Return {who: {name: door}}."""
    found: dict[str, dict[str, Door]] = {}
    for name in PEOPLE:
        user = office.people[name]
        secret = give_password(user)
        found[name] = {
            "web": Web(office, name, signed_in(user)),
            "dav": Dav(office, name, Client(name, secret)),
            "ocs": Ocs(office, name, Browser(**basic(name, secret))),
            "rest": Rest(office, Program(token=secret)),
        }
    for kind in LINKS:
        link = office.links[kind.partition(",")[0]]
        token = token_of(make.act(office.alice), link, office.work)
        password = SECRET if kind == "locked" else ""
        base = f"/public.php/dav/files/{token}"
        device = Client("anyone", password, base=base) if password else Client("", base=base)
        found[kind] = {"page": Page(f"/s/{token}/", password), "public dav": PublicDav(office, kind, device)}
    found[NOBODY] = {
        "web": Web(office, NOBODY, Browser(HTTP_ACCEPT_LANGUAGE="en")),
        "dav": Dav(office, NOBODY, Client("", base="/remote.php/dav/files/alice")),
        "ocs": Ocs(office, NOBODY, Browser()),
        "rest": Rest(office, Program(token="")),
        "page": Page("/s/nothing/", ""),
        "public dav": PublicDav(office, NOBODY, Client("", base="/public.php/dav/files/nothing")),
    }
    return found


def expected(model: Model, who: str, act: str, door: str) -> bool:
    if who == NOBODY or "," in who:
        return False
    allowed = all(model.mask(who, thing) & need == need for thing, need in NEEDS[act].items())
    if act in {"move in", "move out"}:
        allowed = allowed and RANKS[who] != Rank.GUEST  # a guest has no files of their own to move from or to
    if door == "dav" and act in {"restore", "see trash"}:
        allowed = (
            allowed and who == "gina"
        )  # devices know a bin per person: of a team's, what they threw away themselves
    return allowed


def state() -> str:
    """Everything that an act here may change."""
    return repr((
        sorted(Node.objects.values_list("pk", "name", "parent", "trash", "blob", "acl", "space")),
        sorted(Grant.objects.values_list("acl", "principal", "rights")),
        sorted(Link.objects.values_list("pk")), sorted(Acl.objects.values_list("pk", "parent")),
        sorted(Trash.objects.values_list("pk")), Version.objects.count(),
    ))  # fmt: skip


TOLD = Counter[str]()
"""Cells of all askers, for the figure at the end."""


@pytest.mark.parametrize("who", [*PEOPLE, *LINKS, NOBODY])
def test_every_cell_is_as_the_model_says(office: Any, who: str) -> None:
    model, counted, wrong = model_of(), Counter[str](), []
    named = doors(office)[who]
    make.change(office.people["dan"], is_active=False)
    for door_name, door in named.items():
        for act_name in door.acts():
            with make.rolled_back():
                before = state()
                said = door.acts()[act_name]()
                changed = state() != before
            should = expected(model, who, act_name, door_name)
            happened = changed if act_name in CHANGING else said
            counted["allowed" if should else "refused"] += 1
            if (said, happened) != (should, should) or (act_name not in CHANGING and changed):
                wrong.append(f"{act_name} by {door_name}: said {said}, changed {changed}, should {should}")
    TOLD.update(counted)
    print(f"\n{who}: {dict(counted)}", *wrong, sep="\n")
    assert wrong == []


def test_the_whole_was_asked() -> None:
    print(f"\n{sum(TOLD.values())} cells: {TOLD['allowed']} allowed, {TOLD['refused']} refused")
    assert sum(TOLD.values()) > 370


def test_the_table_of_needs_uses_the_bits_of_the_manual() -> None:
    assert (S, E, A, D, SH, M) == (Right.SEE, Right.EDIT, Right.ADD, Right.DELETE, Right.SHARE, Right.MANAGE)
