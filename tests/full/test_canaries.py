"""Five thousand questions of people who may not know: no answer, whole with its headers, names what it must not.

Names and contents that nobody could guess are planted in what the askers may not see. Questions name things by number,
or by what their asker may know; none carries a canary itself, so that one in an answer is a leak.
"""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client as Browser

from collab.marks.actions import commenting, labelling
from collab.marks.models import Label
from collab.rights.links import token_of
from collab.rights.right import DROP_BOX, EDITOR, READER
from files.actions import moving
from files.models import Version
from tests import town as make
from tests.accounts.people import basic
from tests.api.program import BASE, Program
from tests.dav.client import Client, give_password
from tests.dav.test_searching import compare, search
from tests.files.web import HTMX, JSON, body, signed_in

pytestmark = pytest.mark.full

FEWEST = 5000
OCS = "/ocs/v2.php/apps/files_sharing/api/v1"
Answer = tuple[int, bytes]


class Cage:
    """Makes canaries, and remembers who may see each."""

    def __init__(self) -> None:
        self.seen_by: dict[str, set[str]] = {}

    def canary(self, *seen_by: str) -> str:
        name = f"kanari{secrets.token_hex(9)}"
        self.seen_by[name] = set(seen_by)
        return name

    def hidden(self, who: str) -> list[str]:
        return [name for name, seen_by in self.seen_by.items() if who not in seen_by]

    def leaks(self, who: str, told: bytes) -> list[str]:
        text = unquote(told.decode("utf-8", "replace"))
        return [name for name in self.hidden(who) if name in text] if "kanari" in text else []


@pytest.fixture
def cage() -> Cage:
    return Cage()


@pytest.fixture
def house(db: Any, store: Any, cage: Cage) -> Any:
    """Alice's own files, a space that bob reads in but for a closed folder, a space of the board, links, trash."""
    ranks = {"bob": "member", "eve": "member", "gus": "guest", "dan": "member", "otto": "owner"}
    people = {name: make.make_user(name, rank, language="en") for name, rank in ranks.items()}
    alice = make.make_user("alice")
    insiders = make.make_group(cage.canary("bob", "eve", "dan", "otto", "gus"), alice)
    stranger = make.make_user("stranger")
    make.change(stranger, display_name=cage.canary("bob", "eve", "dan", "otto"))
    plans = make.make_space(alice, "Plans", description=cage.canary("bob", "dan"))
    make.share(alice, plans, people["bob"], EDITOR.mask)
    make.share(alice, plans, people["dan"], EDITOR.mask)
    make.share(alice, plans, insiders, READER.mask, note=cage.canary())
    # the owner's administration lists every space by its name, and opens none (rooms.view_all)
    board = make.make_space(alice, cage.canary("otto"), description=cage.canary())
    hidden, versions, rows, comments, labels = [], [], [], [], []

    def fill(parent: Any, *seen_by: str) -> None:
        folder = make.make_folder(alice, parent, cage.canary(*seen_by))
        file = make.make_file(alice, folder, f"{cage.canary(*seen_by)}.txt", cage.canary(*seen_by).encode(), mtime=1000)
        make.write(alice, folder, file.name, cage.canary(*seen_by).encode(), mtime=2000)
        gone = make.make_file(alice, folder, f"{cage.canary(*seen_by)}.txt", cage.canary(*seen_by).encode())
        rows.append(make.throw_away(alice, gone))
        versions.extend(Version.objects.filter(node=file))
        hidden.extend([folder, file])
        comments.append(commenting.write(make.act(alice), file, cage.canary(*seen_by)))
        # whoever sees a space knows the words by which it labels
        word = cage.canary(*(("bob", "dan") if file.space_id == plans.pk else ()))
        labelling.label(make.act(alice), [file], new=word)
        labels.append(Label.objects.get(name=word))

    for _ in range(3):
        fill(make.home(alice))
        fill(make.root_of(board))
    closed = make.make_folder(alice, make.root_of(plans), cage.canary())
    make.restrict(alice, closed)
    for _ in range(3):
        fill(closed)
    moved = make.make_file(alice, closed, cage.canary())
    moving.move(make.act(alice), moved, make.root_of(plans), "moved.txt")
    opened = make.make_folder(alice, make.root_of(plans), "Open")
    make.make_file(alice, opened, "menu.txt", b"soup")
    inside = make.make_folder(alice, opened, cage.canary())
    make.restrict(alice, inside)
    fill(inside)
    beside = make.make_folder(alice, make.root_of(plans), cage.canary("bob", "dan"))
    fill(beside, "bob", "dan")
    make.share(alice, opened, people["gus"], EDITOR.mask)
    secret = cage.canary()
    links = {
        "visitor": make.make_link(alice, opened, READER.mask, label=cage.canary("bob"), note=cage.canary("bob")),
        "dropper": make.make_link(alice, opened, DROP_BOX.mask),
        "gate": make.make_link(alice, opened, READER.mask, password=secret, label=cage.canary("bob")),
    }
    cage.seen_by[secret] = set()
    for link in links.values():  # whoever may not share is told of no link's words
        cage.seen_by[link.label] = set()
    cage.seen_by.pop("", None)
    return SimpleNamespace(
        people=people, alice=alice, plans=plans, board=board, nodes=[*hidden, closed, inside, beside],
        versions=versions, rows=rows, links=links, opened=opened, cage=cage, comments=comments, labels=labels,
    )  # fmt: skip


def whole(answer: Any) -> Answer:
    """Everything that came back, archives unpacked."""
    content = body(answer)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items()) + repr(getattr(answer, "cookies", ""))
    if "zip" in answer.get("Content-Type", ""):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    return answer.status_code, headers.encode() + content


def told(answer: Any) -> Answer:
    return answer.status, repr(answer.headers).encode() + answer.body


def by_page(house: Any, browser: Browser) -> Iterator[Callable[[], Answer]]:
    """Web: every address that takes a number, and those that list."""

    def get(url: str, **more: Any) -> Callable[[], Answer]:
        return lambda: whole(browser.get(url, **more))

    def post(url: str, **fields: Any) -> Callable[[], Answer]:
        return lambda: whole(browser.post(url, fields, **JSON))

    opened, board, plans = house.opened.pk, house.board, house.plans
    for url in (
        "/", "/search/", "/search/?q=kanari", "/search/box/?q=kanar",
        "/files/", "/files/shared/", "/files/recent/", "/files/favourites/", "/files/trash/",
        "/settings/links/", "/favourites/", f"/marks/node/{opened}/comments/",
        f"/marks/node/{opened}/comments/people/?q=kanari", f"/marks/node/{opened}/comments/people/?q=s",
        f"/marks/node/labels/?id={opened}", f"/spaces/{board.pk}/labels/", f"/spaces/{plans.pk}/labels/",
        f"/spaces/{board.pk}/activity/", f"/spaces/{plans.pk}/activity/",
        "/files/@plans/", "/files/@plans/trash/", f"/files/@{board.slug[:3]}/", "/files/@~alice/",
        "/files/@~alice/trash/",
        "/settings/feeds/", "/activity/", "/activity/?who=others", "/activity/?above=1", f"/activity/?space={board.pk}",
        f"/spaces/{board.pk}/", f"/spaces/{board.pk}/members/", f"/spaces/{plans.pk}/", f"/spaces/{plans.pk}/members/",
        f"/share/space/{board.pk}/", "/administration/spaces/", "/administration/people/", "/administration/links/",
        f"/files/download/?id={opened}", "/files/@plans/Open", f"/files/@plans/Open?open={opened}&tab=access",
        f"/share/node/{opened}/people/?q=k", f"/share/node/{opened}/people/?q=kanari", f"/share/node/{opened}/links/",
    ):  # fmt: skip
        yield get(url)
        yield get(url, **HTMX)
    for node in house.nodes:
        pk = node.pk
        for url in (
            f"/files/id/{pk}/", f"/files/download/{pk}/", f"/files/preview/{pk}/small/",
            f"/files/view/{pk}/", f"/files/inline/{pk}/", f"/f/{pk}", f"/share/node/{pk}/",
            f"/share/node/{pk}/links/", f"/share/node/{pk}/people/?q=k", f"/files/download/?id={pk}&id={opened}",
            f"/files/@plans/?open={pk}", f"/files/@plans/?open={pk}&tab=activity",
            f"/files/@plans/Open?open={pk}&tab=access", f"/files/move/?id={pk}",
            f"/files/copy/?id={opened}&into={pk}", f"/files/rename/{pk}/", f"/files/upload/{pk}/",
        ):  # fmt: skip
            yield get(url)
        yield get(f"/files/id/{pk}/", follow=True)
        yield post(f"/files/rename/{pk}/", name="other")
        yield post(f"/files/new/{pk}/", kind="folder", name="other")
        yield post("/files/throw/", id=pk)
        yield post("/files/move/", id=pk, into=opened, known="1")
        yield post("/files/copy/", id=pk, into=opened, known="1")
        yield post("/files/move/", id=opened, into=pk, known="1")
        yield post(f"/files/star/{pk}/")
        yield post(f"/share/node/{pk}/", who="eve", role="reader")
        yield post(f"/share/node/{pk}/restrict/")
        names = json.dumps({"parent": pk, "names": ["a", "b"]})
        yield lambda names=names: whole(browser.post("/files/uploads/check/", names, "application/json", **JSON))
    for version in house.versions:
        yield get(f"/files/versions/{version.pk}/download/")
        yield post(f"/files/versions/{version.pk}/restore/")
    for row in house.rows:
        yield get(f"/files/purge/?trash={row.pk}")
        yield post("/files/restore/", trash=row.pk)
        yield post("/files/purge/", trash=row.pk)
    for node in house.nodes:
        yield get(f"/marks/node/{node.pk}/comments/")
        yield get(f"/marks/node/{node.pk}/comments/people/?q=s")
        yield get(f"/marks/node/labels/?id={node.pk}")
        yield post(f"/marks/node/{node.pk}/comments/", body="Hello @stranger")
        yield post(f"/marks/node/{node.pk}/star/", starred="1")
        yield post("/marks/node/labels/", id=node.pk, chosen="1", new="x")
    for comment in house.comments:
        yield get(f"/comments/{comment.pk}/")
        for verb in ("", "delete/", "restore/", "resolve/", "react/"):
            yield post(f"/comments/{comment.pk}/{verb}", body="x", put="👍", resolved="1")
    for label in house.labels:
        yield get(f"/labels/{label.pk}/")
        yield get(f"/files/@plans/?label={label.pk}")
        yield post("/marks/node/labels/", id=opened, chosen="1", label=label.pk)
        yield post(f"/spaces/{label.space_id}/labels/{label.pk}/", do="delete")
    for link in house.links.values():
        yield get(f"/share/node/{opened}/links/{link.pk}/")
        yield get(f"/share/node/{opened}/links/{link.pk}/qr/")
        yield post(f"/share/node/{opened}/links/{link.pk}/revoke/")


def by_device(house: Any, device: Client) -> Iterator[Callable[[], Answer]]:
    """DAV: the person's tree, others' trees, versions and trash by number, searches for everything."""

    def ask(*words: Any, **headers: Any) -> Callable[[], Answer]:
        return lambda: told(device(*words, **headers))

    name, props = (
        device.username or "alice",
        ["d:displayname", "oc:fileid", "oc:owner-display-name", "nc:share-attributes"],
    )
    for path in ("", "Plans", "Plans/Open", "Open", "/remote.php/dav/files/alice/", "/remote.php/dav/",
                 "/remote.php/webdav/",
                 "/remote.php/dav/principals/users/alice/", f"/remote.php/dav/trashbin/{name}/trash/",
                 "/remote.php/dav/trashbin/alice/trash/", f"/remote.php/dav/uploads/{name}/"):  # fmt: skip
        for depth in ("0", "1", "infinity"):
            yield lambda path=path, depth=depth: told(device.propfind(path, props, depth=depth))
        yield ask("GET", path)
        yield ask("OPTIONS", path)
        yield ask("COPY", path, Destination=device.url("copy"), Depth="infinity")
    for where in ("%", "%k%", "k%", "%.txt"):
        for scope in (None, "/files/alice", "/files"):
            yield lambda where=where, scope=scope: told(
                search(device, compare("like", "d:displayname", where), scope=scope)
            )
    for node in house.nodes:
        for owner in {name, "alice"}:
            folder = f"/remote.php/dav/versions/{owner}/versions/{node.pk}/"
            yield lambda folder=folder: told(device.propfind(folder, props, depth="1"))
            yield ask("GET", f"{folder}1000")
            yield ask("MOVE", f"{folder}1000", Destination=f"/remote.php/dav/versions/{owner}/restore/x")
            yield ask("DELETE", f"{folder}1000")


def by_dialog(house: Any, dialog: Browser) -> Iterator[Callable[[], Answer]]:
    """OCS: shares by path and number, and whom a few letters find."""

    def get(path: str) -> Callable[[], Answer]:
        return lambda: whole(dialog.get(f"{OCS}/{path}"))

    for query in ("", "&shared_with_me=true", "&path=/", "&path=/Plans/Open&reshares=true", "&path=/Open&reshares=true",
                  "&path=/Plans&subfiles=true", "&path=/&subfiles=true", "&path=/Nowhere"):  # fmt: skip
        yield get(f"shares?format=json{query}")
        yield get(f"shares?format=xml{query}")
    for letters in ("", "k", "ka", "kanari", "%", "_", "s", "stranger", "a"):
        yield get(f"sharees?format=json&itemType=file&search={letters}&perPage=200")
    yield get("sharees_recommended?format=json&itemType=file")
    for number in range(1, 40):
        yield get(f"shares/{number}?format=json")
    for link in house.links.values():
        grant = link.principal.grants.get().pk
        yield get(f"shares/{grant}?format=json")
        yield lambda grant=grant: whole(dialog.delete(f"{OCS}/shares/{grant}?format=json"))


def by_program(house: Any, program: Program) -> Iterator[Callable[[], Answer]]:
    """REST: spaces, members, changes, shares and links by number."""

    def ask(method: str, path: str, sent: Any = None) -> Callable[[], Answer]:
        def call() -> Answer:
            program(method, path, sent)
            return whole(program.last)

        return call

    for path in ("me", "spaces", "spaces?archived=true", "links", "openapi.json", "docs"):
        yield ask("GET", path)
    for space in (house.board, house.plans):
        for part in ("", "/members", "/changes", "/changes?since=5", "/nothing"):
            yield ask("GET", f"spaces/{space.pk}{part}")
        yield ask("PATCH", f"spaces/{space.pk}", {"name": "Other"})
        yield ask("POST", f"spaces/{space.pk}/archive")
        yield ask("POST", f"spaces/{space.pk}/members", {"username": "stranger", "role": "reader"})
    for node in [*house.nodes, house.opened]:
        for kind in ("shares", "links"):
            yield ask("GET", f"{kind}/node/{node.pk}")
            yield ask(
                "POST", f"{kind}/node/{node.pk}", {"username": "eve", "role": "reader"} if kind == "shares" else {}
            )
        yield ask("PUT", f"shares/node/{node.pk}/restriction")
        yield ask("GET", f"shares/node/{node.pk}/{house.alice.principal.pk}")
        yield ask("GET", f"comments/node/{node.pk}")
        yield ask("POST", f"comments/node/{node.pk}", {"text": "Hello"})
        yield ask("GET", f"labels/node/{node.pk}")
        yield ask("PUT", f"favourites/node/{node.pk}")
    yield ask("GET", "favourites")
    for comment in house.comments:
        yield ask("PATCH", f"comments/{comment.pk}", {"text": "x"})
        yield ask("DELETE", f"comments/{comment.pk}")
        yield ask("PUT", f"comments/{comment.pk}/resolution")
    for label in house.labels:
        yield ask("GET", f"labels/{label.pk}/things")
        yield ask("PATCH", f"labels/{label.pk}", {"hue": "prune"})
    for space in (house.board, house.plans):
        yield ask("GET", f"spaces/{space.pk}/labels")
    for link in house.links.values():
        for method in ("GET", "DELETE"):
            yield ask(method, f"links/{link.pk}")
        yield ask("PATCH", f"links/{link.pk}", {"title": "x"})


def by_link(house: Any, kind: str) -> Iterator[Callable[[], Answer]]:
    """The page of a link and its device, with all the numbers that a visitor could try."""
    token = token_of(make.act(house.alice), house.links[kind], house.opened)
    browser, address = Browser(HTTP_ACCEPT_LANGUAGE="en"), f"/s/{token}/"
    device = Client("", base=f"/public.php/dav/files/{token}")
    for rest in ("", "?get=zip", "?get=file", "menu.txt", "menu.txt?get=file", "menu.txt?get=view", "nothing", "..",
                 "../..", "%2e%2e/", "?after=WzFd", "?after=W10", "?sort=name"):  # fmt: skip
        yield lambda rest=rest: whole(browser.get(address + rest))
    yield lambda: whole(browser.post(address, {"name": "Zoé"}))
    for depth in ("0", "1", "infinity"):
        yield lambda depth=depth: told(device.propfind("", ["d:displayname", "oc:fileid"], depth=depth))
    for path in ("menu.txt", "..", "%2e%2e/"):
        yield lambda path=path: told(device("GET", path))
        yield lambda path=path: told(device.propfind(path, depth="1"))
    for node in house.nodes:
        for url in (f"/files/id/{node.pk}/", f"/files/download/{node.pk}/", f"/f/{node.pk}", f"/share/node/{node.pk}/",
                    f"/marks/node/{node.pk}/comments/"):  # fmt: skip
            yield lambda url=url: whole(browser.get(url))
        yield lambda pk=node.pk: whole(browser.get(f"{BASE}shares/node/{pk}"))
        yield lambda pk=node.pk: whole(browser.get(f"{address}?open={pk}"))


def test_no_answer_tells_what_its_asker_may_not_know(house: Any) -> None:
    counted, leaks = Counter[str](), []

    def probe(who: str, door: str, questions: Iterator[Callable[[], Answer]]) -> None:
        for question in questions:
            before = transaction.savepoint()
            status, everything = question()
            transaction.savepoint_rollback(before)
            counted[door] += 1
            counted[f"answered {status // 100}xx"] += 1
            if status >= 500 and status != 507:
                leaks.append((who, door, status, everything[-300:]))
            if found := house.cage.leaks(who, everything):
                at = everything.find(found[0].encode())
                leaks.append((who, door, status, found, everything[max(0, at - 200) : at + 60]))

    for who, user in house.people.items():
        secret = give_password(user)
        browser = signed_in(user)
        if who == "dan":
            make.change(user, is_active=False)
            house.cage.seen_by = {name: seen_by - {"dan"} for name, seen_by in house.cage.seen_by.items()}
        probe(who, "web", by_page(house, browser))
        probe(who, "dav", by_device(house, Client(who, secret)))
        probe(who, "ocs", by_dialog(house, Browser(**basic(who, secret))))
        probe(who, "rest", by_program(house, Program(token=secret)))
    probe("nobody", "web", by_page(house, Browser(HTTP_ACCEPT_LANGUAGE="en")))
    probe("nobody", "dav", by_device(house, Client("", base="/remote.php/dav/files/alice")))
    probe("nobody", "ocs", by_dialog(house, Browser()))
    probe("nobody", "rest", by_program(house, Program(token="nothing")))
    for kind in house.links:
        probe(kind, "link", by_link(house, kind))
    probes = sum(counted[door] for door in ("web", "dav", "ocs", "rest", "link"))
    print(f"\n{probes} probes, {len(house.cage.seen_by)} canaries, {len(leaks)} leaks; {dict(counted)}")
    assert leaks == []
    assert probes >= FEWEST
    assert counted["answered 2xx"] > 300, "somebody must have been let in somewhere"


def test_the_cage_notices(cage: Cage) -> None:
    name = cage.canary("bob")
    assert cage.leaks("eve", f"x {name} y".encode()) == [name]
    assert cage.leaks("bob", name.encode()) == []
