"""A program of somebody's: it speaks to /api/v1/ with an app password."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.dav.client import give_password

BASE = "/api/v1/"
PROBLEM = "application/problem+json"


class Program:
    """Calls give (status, JSON); `last` is the whole of the last answer."""

    def __init__(self, user: Any = None, scopes: tuple[str, ...] = (), token: str | None = None) -> None:
        self.token = token if token is not None else give_password(user, scopes=scopes)
        self.headers = {"HTTP_AUTHORIZATION": f"Bearer {self.token}", "HTTP_ACCEPT_LANGUAGE": "en"}
        self.browser = Client()
        self.last: Any = None

    def __call__(self, method: str, path: str, told: Any = None, **headers: str) -> tuple[int, Any]:
        body = told if isinstance(told, bytes) else b"" if told is None else json.dumps(told).encode()
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        self.last = self.browser.generic(
            method, BASE + path, body, content_type="application/json", **self.headers, **named
        )
        return self.last.status_code, self.last.json() if self.last.content else None

    def get(self, path: str, **headers: str) -> Any:
        status, told = self("GET", path, **headers)
        assert status == 200, (status, told)
        return told

    def refused(self, method: str, path: str, told: Any = None, **headers: str) -> tuple[int, str]:
        """Return (status, sentence) of a call that must be refused, in the form that all refusals have."""
        status, problem = self(method, path, told, **headers)
        assert status >= 400, (status, problem)
        assert self.last["Content-Type"] == PROBLEM
        assert (problem["status"], problem["type"][:11]) == (status, "urn:collab:")
        assert problem["title"]
        return status, problem["detail"]
