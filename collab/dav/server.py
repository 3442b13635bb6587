"""Our request server in wsgidav: its Resolver builds wsgidav's own with a fixed list of methods, so ours does."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from wsgidav.mw.base_mw import BaseMiddleware
from wsgidav.request_server import RequestServer

from collab.dav.methods import METHODS
from collab.dav.request import Request
from collab.dav.response import OTHER_SCOPE, MethodNotAllowed, Response
from collab.dav.shares import Share
from collab.lib.errors import Forbidden, NotFound
from collab.rights import switches

READING = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND", "REPORT", "SEARCH"})


class Server(RequestServer):
    """Serves the requests of one share: who asks, what is there, may this method be used, run it."""

    def __call__(self, environ: dict[str, Any], _start_response: Any) -> Response:
        share: Share = self._davProvider
        method = environ["REQUEST_METHOD"]
        request = Request(environ, share.tree, environ["SCRIPT_NAME"], environ["PATH_INFO"])
        request.actor = share.tree.authenticate(request)
        if request.actor.user is not None and request.actor.user.language:
            translation.activate(request.actor.user.language)
        switches.require(switches.by_factory(share.tree), request.actor)
        if method not in METHODS:
            raise MethodNotAllowed(METHODS)
        if not request.actor.allows_scope(share.tree.scope, write=method not in READING):
            raise Forbidden(OTHER_SCOPE)
        request.resource = resource = share.tree.find(request, request.parts)
        if method not in resource.methods:
            if not resource.exists and method != "POST":  # few places take one, and nothing can be made by it
                raise NotFound
            raise MethodNotAllowed(resource.methods)
        return METHODS[method](request)


class Resolver(BaseMiddleware):
    """Ends wsgidav's chain: hands the request to the server of its share."""

    def __init__(self, wsgidav_app: Any, next_app: Any, config: Any):
        super().__init__(wsgidav_app, next_app, config)
        self._servers: dict[int, Server] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Response:
        share = environ["wsgidav.provider"]
        if share is None:
            raise NotFound
        server = self._servers.get(id(share)) or self._servers.setdefault(id(share), Server(share))
        return server(environ, start_response)
