"""People in a browser and on a phone, and a guest who finds nobody but those of their group."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from collab.accounts.models import Rank, User
from tests import town as make
from tests.ocs.conftest import Device

API = "/ocs/v2.php/apps/user_status/api/v1"


@pytest.fixture
def as_() -> Callable[..., Client]:
    def signed_in(user: User, language: str = "en") -> Client:
        browser = Client(headers={"accept-language": language})
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture
def guest(town: Any) -> User:
    """A guest, in a group with bob alone."""
    user = make.make_user("gil", Rank.GUEST)
    make.make_group("Choir", user, town.bob)
    return user


@pytest.fixture
def phones(town: Any, guest: User) -> Any:
    """One device each; `ask(method, path, …)` returns (status, data)."""
    made = {}
    for user in (town.alice, town.bob, town.eve, guest):
        user.language = "en"
        user.save()
        made[user.username] = Device(Client(), user)
    return SimpleNamespace(**made)


def ask(device: Device, method: str, path: str, **told: Any) -> tuple[int, Any]:
    answer = device.call(method, path, told, base=API)
    found = answer.json()["ocs"]
    assert found["meta"]["statuscode"] == answer.status_code
    return answer.status_code, found["data"]
