"""People of several ranks, signed in; and a folder that counts as large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from collab.accounts.models import Rank, User
from collab.events import jobs
from files.actions import settling
from files.models import Node
from tests import town as make


@pytest.fixture
def owner(town: Any) -> User:
    return make.make_user("olivia", Rank.OWNER)


@pytest.fixture
def admin(town: Any) -> User:
    return make.make_user("adam", Rank.ADMIN)


@pytest.fixture
def as_(client: Client) -> Callable[..., Client]:
    """A browser in which this person is signed in, speaking the language."""

    def signed_in(user: User, language: str = "en", **options: Any) -> Client:
        browser = Client(headers={"accept-language": language}, **options)
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six files are many, and are prepared three at a time, by jobs that the test runs."""
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(settling, "LARGE", 5)
    monkeypatch.setattr(settling, "STEP", 3)
    monkeypatch.setattr(settling, "PAUSE", 0)


@pytest.fixture
def big(few_are_many: None, alice: User, root: Node) -> Node:
    top = make.make_folder(alice, root, "Photos")
    for number in range(8):
        make.make_file(alice, top, f"{number}.jpg")
    return top
