"""The town with nothing untold, in English."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from collab.notifications.models import Notification
from tests.conftest import Town
from tests.notifications import hearing


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def quiet(town: Town) -> Town:
    """The town after everybody was told of its making, and forgot."""
    hearing.all_read()
    Notification.objects.all().delete()
    return town
