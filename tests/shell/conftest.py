"""People of several ranks, signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from collab.accounts.models import Rank, User
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
