"""The pages of files as a browser asks for them, with and without script."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from collab.accounts.models import User

JSON = {"HTTP_ACCEPT": "application/json"}
HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in; pages are in English."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def space_url(path: str = "", slug: str = "plans") -> str:
    return f"/files/@{slug}/{path}"


def body(response: HttpResponseBase) -> bytes:
    """The whole answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def text(response: Any) -> str:
    return response.content.decode()


def post_json(client: Client, url: str, data: Any) -> Any:
    return client.post(url, json.dumps(data), content_type="application/json", **JSON)


def put(client: Client, url: str, data: bytes) -> Any:
    return client.put(url, data, content_type="application/octet-stream", **JSON)
