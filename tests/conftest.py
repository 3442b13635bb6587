"""The town of every test: alice owns, bob is in her group, carol has a link, eve must never see anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from collab.accounts import throttle
from collab.accounts.hashers import Argon2id
from collab.accounts.models import User
from collab.events import presence, wake
from collab.groups.models import Group
from collab.registry import house
from collab.rights import letters
from collab.rights.models import Letter
from collab.rights.right import EDITOR
from collab.spaces.models import Space
from files import fsck
from files.models import Node
from tests import sealing, template
from tests import town as make
from tests.replay import Replay

# how fast this machine is just now is no property of the house
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")

# a hash as in life costs 50 ms, of which most tests make some: what it is in life `test_signing_in` holds
HASHING = {"time_cost": Argon2id.time_cost, "memory_cost": Argon2id.memory_cost}
Argon2id.time_cost, Argon2id.memory_cost = 1, 64

# bytes of tests that were rolled back lie there until the run ends: however long it takes, they are no finding
fsck.STRAY = 24 * 3600

SEALED = sealing.IS_ON
"""Whether the whole suite runs with encryption: tests of encryption itself turn `sealing.IS_ON` off for themselves."""

# one of each for all: a second browser cannot start in the same process, a second server would do the work of the first
pytest_plugins = ("tests.order", "tests.signing", "tests.emptying", "tests.live", "tests.shell.browsing")


class Town(NamedTuple):
    """`space` is alice's team space “Plans”, `root` its folder; bob edits there through the group `team`."""

    alice: User
    bob: User
    eve: User
    team: Group
    space: Space
    root: Node


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A worker's database is a copy of the one that the migrations made."""
    if template.VARIABLE in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = template.make()


@pytest.fixture(autouse=True)
def _settings_of_before_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a test they are read again when they change, never because time has passed: queries are counted."""
    monkeypatch.setattr(house, "_LATELY", 3600)
    house.forget_all()


@pytest.fixture(autouse=True)
def _the_language_of_before_is_forgotten() -> None:
    """A request leaves its language active in this thread: the next test begins in the house's own."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _redis_may_answer_late() -> None:
    """The house waits for it no longer than a blink; beside browsers and servers it takes longer now and then."""
    wake.client().connection_pool.connection_kwargs.update(socket_timeout=30, socket_connect_timeout=30)


@pytest.fixture(autouse=True)
def _nobody_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who had a page open in the test before is not here in this one."""
    monkeypatch.setattr(presence, "_active", {})
    wake.client().delete(presence.HERE, presence.ACTIVE)


@pytest.fixture(autouse=True)
def _wrong_secrets_of_before_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same wrong secret counts once in a process: what another test guessed is a guess again."""
    monkeypatch.setattr(throttle, "_REPEATS", throttle.Repeats())


@pytest.fixture(autouse=sealing.IS_ON)
def _the_key_is_here(settings: Any) -> None:
    """Contents are sealed, when the suite is asked to do so."""
    sealing.give_key(settings)


@pytest.fixture
def post(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
    """A house that sends mail; what is queued waits until the returned function is called."""
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(letters, "_queue", lambda pk: None)

    def deliver() -> list[Any]:
        for pk in Letter.objects.order_by("pk").values_list("pk", flat=True):
            letters.deliver(pk)
        return mail.outbox

    return deliver


@pytest.fixture
def store(settings: Any) -> Path:
    """Where bytes lie. Parts of uploads that earlier tests rolled back go, so that `fsck` can answer for this one."""
    shutil.rmtree(settings.STAGING_DIR / "uploads", ignore_errors=True)
    return settings.BLOBS_DIR


@pytest.fixture(scope="session")
def _town(django_db_setup: None, django_db_blocker: Any) -> Replay:
    with django_db_blocker.unblock():
        return Replay(build_town)


@pytest.fixture
def town(request: pytest.FixtureRequest, db: Any, store: Path) -> Town:
    if SEALED or not connection.in_atomic_block:  # keys are opened, what is committed is told
        return build_town()
    return Town(*(make.fresh(one) for one in request.getfixturevalue("_town").again()))


@pytest.fixture
def living_town(transactional_db: Any, store: Path) -> Town:
    """The same, committed: for threads that meet in the database."""
    return build_town()


def build_town() -> Town:
    alice, bob, eve = (make.make_user(name) for name in ("alice", "bob", "eve"))
    if sealing.IS_ON:
        sealing.seal_house()
    team = make.make_group("Team", alice, bob)
    space = make.make_space(alice, "Plans")
    make.share(alice, space, team, EDITOR.mask)
    return Town(alice, bob, eve, team, space, make.root_of(space))


@pytest.fixture
def alice(town: Town) -> User:
    return town.alice


@pytest.fixture
def bob(town: Town) -> User:
    return town.bob


@pytest.fixture
def eve(town: Town) -> User:
    return town.eve


@pytest.fixture
def team(town: Town) -> Group:
    return town.team


@pytest.fixture
def space(town: Town) -> Space:
    return town.space


@pytest.fixture
def root(town: Town) -> Node:
    return town.root
