"""What must be done inside Collab for a measurement: an app password, a large tree, queries, rights."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import nullcontext
from importlib import import_module
from typing import Any

from bench import living
from bench.load import PROPERTIES

USER = "bench"
_ALONE = ("search", "activity", "home page")
"""Measured in a house of their own."""
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def main(words: list[str]) -> int:
    """Run one of them; Django is loaded only when the servers' addresses are known."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    from collab.supervisor.environment import servers

    alone = words[0] in _ALONE
    with servers(["bench"]), living.house() if alone else nullcontext():
        import django

        django.setup()
        import_module("collab.wsgi")  # what it does for the whole process: no pause to look for garbage in all this
        if alone:
            living.begin()
        from bench.activity import activity
        from bench.calendar_pages import calendar_pages
        from bench.calendars import fill
        from bench.chat import chat
        from bench.home import home as home_page
        from bench.polls import polls
        from bench.rights import rights
        from bench.search import search
        from bench.talkers import people

        kinds = {"password": password, "queries": queries, "tree": tree, "rights": rights, "search": search}
        kinds |= {"activity": activity, "home page": home_page, "home": home, "polls": polls, "calendars": fill}
        kinds |= {"calendar pages": calendar_pages, "chat": chat, "talkers": people}
        sys.stdout.write(kinds[words[0]](*words[1:]) + "\n")
    return 0


def password() -> str:
    """Make an app password for everything, and return it."""
    from collab.accounts import credentials
    from collab.accounts.models import AppPassword, User

    secret = credentials.new_secret(30)
    user = User.objects.get(username=USER)
    AppPassword.objects.create(user=user, name="bench", digest=credentials.digest(secret), scopes=[])
    return secret


def home() -> str:
    """Return the number of the person's own space."""
    from collab.spaces.models import Space

    return str(Space.objects.get(owner__username=USER).pk)


def tree(name: str, count: str) -> str:
    """Make a folder of so many things, a thousand to each folder in it, and somebody to share it with; its number."""
    from django.db import connection

    from collab.accounts.models import User
    from collab.rights.actor import Actor
    from files.actions import creating
    from files.models import Node

    User.objects.get_or_create(username="friend", defaults={"display_name": "Friend"})
    user = User.objects.get(username=USER)
    root = Node.objects.get(space__owner=user, parent=None)
    top = creating.make_folder(Actor.of(user), root, name)
    now = Node.objects.get(pk=top.pk)

    def node(parent: int, number: int) -> Node:
        return Node(
            space_id=now.space_id, parent_id=parent, name=f"n{number}", sort=f"n{number}", kind=Node.Kind.FOLDER,
            acl_id=now.acl_id, mtime=now.mtime, etag=f"{number:032x}", change_seq=now.change_seq,
        )  # fmt: skip

    folders = Node.objects.bulk_create([node(now.pk, number) for number in range(int(count) // 1000)])
    for folder in folders:
        Node.objects.bulk_create([node(folder.pk, number) for number in range(999)], batch_size=999)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE files_node")
    return str(now.pk)


def queries() -> str:
    """Return {operation: number of queries} as JSON, from requests to the WSGI application without its servers."""
    secret = password()
    counted = {}
    asking = _Client(secret)
    asking("MKCOL", "q")
    asking("PUT", "q/warm", b"1")
    operations: dict[str, tuple[Any, ...]] = {
        "PUT new": ("PUT", "q/new", b"x"),
        "PUT again": ("PUT", "q/new", b"y"),
        "GET": ("GET", "q/new"),
        "PROPFIND 0": ("PROPFIND", "q/new", PROPERTIES.encode()),
        "PROPFIND 1": ("PROPFIND", "q/", PROPERTIES.encode(), {"HTTP_DEPTH": "1"}),
        "MKCOL": ("MKCOL", "q/folder"),
        "MOVE": ("MOVE", "q/new", b"", {"HTTP_DESTINATION": f"/remote.php/dav/files/{USER}/q/folder/moved"}),
        "COPY": ("COPY", "q/folder/moved", b"", {"HTTP_DESTINATION": f"/remote.php/dav/files/{USER}/q/copy"}),
        "LOCK": ("LOCK", "q/copy", _LOCK),
        "DELETE": ("DELETE", "q/folder"),
    }
    for name, request in operations.items():
        counted[name] = asking(*request)
    return json.dumps(counted)


_LOCK = (
    b'<?xml version="1.0"?><d:lockinfo xmlns:d="DAV:"><d:lockscope><d:shared/></d:lockscope>'
    b"<d:locktype><d:write/></d:locktype></d:lockinfo>"
)


class _Client:
    """Calls the DAV door and counts."""

    def __init__(self, secret: str):
        import base64

        from django.db import connection

        self._basic = "Basic " + base64.b64encode(f"{USER}:{secret}".encode()).decode()
        self._connection = connection
        connection.force_debug_cursor = True

    def __call__(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
        """Return how many queries the request made, without the frame of its transaction."""
        from collab.wsgi import application

        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": f"/remote.php/dav/files/{USER}/{path}", "SCRIPT_NAME": "",
            "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": self._basic, "HTTP_DEPTH": "0", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "text/plain", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        } | (headers or {})  # fmt: skip
        if method in {"MOVE", "COPY", "DELETE", "LOCK"}:
            environ["HTTP_DEPTH"] = "infinity"
        self._connection.queries_log.clear()
        statuses: list[str] = []
        answer = application(environ, lambda status, _headers, *_rest: statuses.append(status))
        for _block in answer:
            pass
        getattr(answer, "close", lambda: None)()
        if not statuses[-1].startswith("2"):
            raise SystemExit(f"{method} {path}: {statuses[-1]}")
        return sum(not query["sql"].startswith(_FRAME) for query in self._connection.queries_log)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
