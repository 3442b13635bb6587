"""The town with files from before encryption, and a place for the key alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from collab.registry import house
from collab.vault import keys, work
from tests import sealing
from tests import town as make


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _the_key_is_here(settings: Any, monkeypatch: Any) -> None:
    """It is not: here tests turn encryption on themselves, also when the whole suite runs with it."""
    monkeypatch.setattr(sealing, "IS_ON", False)
    monkeypatch.delenv("COLLAB_MASTER_KEY", raising=False)
    settings.MASTER_KEY = ""
    keys._open.clear()


@pytest.fixture(autouse=True)
def _a_store_of_its_own(settings: Any, tmp_path: Any) -> None:
    """What other tests left in theirs is no matter here."""
    settings.BLOBS_DIR = tmp_path / "blobs"
    settings.STAGING_DIR, settings.PREVIEWS_DIR = tmp_path / "blobs" / "staging", tmp_path / "blobs" / "previews"
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(settings.BLOBS_DIR)},
    }
    settings.STORAGES = settings.STORAGES | {"blobs": backend}


@pytest.fixture
def stick(settings: Any, tmp_path: Any) -> Any:
    """Where the key is: nothing is there yet, and none in the environment."""
    settings.MASTER_KEY, settings.MASTER_KEY_FILE = "", tmp_path / "stick" / "master-key"
    keys._open.clear()
    yield settings.MASTER_KEY_FILE
    keys._open.clear()


@pytest.fixture
def lock(stick: Any, town: Any) -> keys.Lock:
    """Encryption is on."""
    return sealing.seal_house()


def finish() -> None:
    """Do the work of the background to its end."""
    while work.go_on():
        pass
    house.forget_all()


def stored(*, of: bytes) -> list[str]:
    """Name the files of the store in which these plain bytes can be read."""
    files = (path for path in django_settings.BLOBS_DIR.rglob("*") if path.is_file())
    return [str(path) for path in files if of in path.read_bytes()]


__all__ = ["finish", "make", "stored"]
