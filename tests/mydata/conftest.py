"""People with a password, a browser each, and work that waits until a test does it."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from collab.accounts.models import Rank, User
from collab.events import jobs
from collab.events.models import Job
from tests import town as make
from tests.accounts.people import PASSWORD, sign_in


@pytest.fixture(autouse=True)
def quiet(monkeypatch: Any, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    settings.EXPORTS_DIR = settings.BLOBS_DIR / "exports"
    shutil.rmtree(settings.EXPORTS_DIR, ignore_errors=True)


@pytest.fixture
def admin(town: Any) -> User:
    return make.make_user("adam", Rank.ADMIN)


@pytest.fixture
def owner(town: Any) -> User:
    return make.make_user("olivia", Rank.OWNER)


@pytest.fixture
def enter() -> Callable[..., Client]:
    """Sign in by the form, with a password: what asks for it again has just had it."""

    def entered(person: User, language: str = "en") -> Client:
        if not person.has_usable_password():
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        browser = Client(headers={"accept-language": language})
        assert sign_in(browser, person.username).status_code == 302
        return browser

    return entered


def work() -> Job:
    """Do the job that was begun last, as a worker does."""
    job = Job.objects.latest("created_at")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def unpack(answer: Any) -> zipfile.ZipFile:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return zipfile.ZipFile(io.BytesIO(content))
