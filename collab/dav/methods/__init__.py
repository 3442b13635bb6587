"""One file per method; each takes the request and returns the response."""

from collections.abc import Callable

from collab.dav.methods.copymove import copy, move
from collab.dav.methods.delete import delete
from collab.dav.methods.get import get
from collab.dav.methods.lock import lock
from collab.dav.methods.mkcalendar import mkcalendar
from collab.dav.methods.mkcol import mkcol
from collab.dav.methods.options import options
from collab.dav.methods.post import post
from collab.dav.methods.propfind import propfind
from collab.dav.methods.proppatch import proppatch
from collab.dav.methods.put import put
from collab.dav.methods.report import report
from collab.dav.methods.search import search
from collab.dav.methods.unlock import unlock
from collab.dav.request import Request
from collab.dav.response import Response

METHODS: dict[str, Callable[[Request], Response]] = {
    "OPTIONS": options,
    "GET": get,
    "HEAD": get,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "PUT": put,
    "POST": post,
    "MKCOL": mkcol,
    "MKCALENDAR": mkcalendar,
    "DELETE": delete,
    "COPY": copy,
    "MOVE": move,
    "LOCK": lock,
    "UNLOCK": unlock,
    "REPORT": report,
    "SEARCH": search,
}
