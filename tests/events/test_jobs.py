"""Jobs: done once, begun again when their worker died, never more at once than is borne, forgotten in the end."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from collab.events import audit, jobs
from collab.events.models import AuditEntry, Job
from collab.lib.errors import Conflict
from tests import town as make

HERE = "tests.events.test_jobs"
seen: list[Any] = []


def note(progress: jobs.Progress) -> dict[str, Any]:
    seen.append((progress.arguments["name"], translation.get_language(), audit.address.get()))
    jobs.tell(1, 2, "half")
    return {"text": "done"}


def refuse(progress: jobs.Progress) -> None:
    raise Conflict(_("This could not be done."))


def break_down(progress: jobs.Progress) -> None:
    raise ZeroDivisionError


def make_group(progress: jobs.Progress) -> None:
    """Work whose last step is one with the word that it is done."""
    with transaction.atomic():
        make.make_group("Made by a job")
        if progress.arguments.get("overtaken"):
            Job.objects.filter(pk=progress.job.pk).update(attempts=9)
        progress.finish({})


@pytest.fixture(autouse=True)
def quiet(monkeypatch: Any) -> list[Any]:
    """Messages go nowhere: the tests do what a worker does."""
    queued: list[Any] = []
    monkeypatch.setattr(jobs, "_queue", queued.append)
    seen.clear()
    return queued


def start(name: str = "note", language: str = "en", **options: Any) -> Job:
    with translation.override(language):
        return jobs.start(f"{HERE}.{name}", None, name=name, **options)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def age(job: Job, seconds: float) -> None:
    Job.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.django_db
def test_work_is_done_once_in_the_language_and_from_the_address_of_who_asked():
    token = audit.address.set("192.0.2.7")
    job = start(language="fr")
    audit.address.reset(token)
    jobs.run(str(job.pk))
    jobs.run(str(job.pk))
    assert seen == [("note", "fr", "192.0.2.7")]
    assert (again(job).state, job.result, job.attempts) == ("done", {"text": "done"}, 1)


@pytest.mark.django_db
def test_what_is_refused_or_breaks_says_so_and_is_not_begun_again():
    for name, said in (("refuse", "could not be done"), ("break_down", "on our side")):
        job = start(name)
        jobs.run(str(job.pk))
        assert again(job).state == "failed"
        assert said in job.message
        jobs.run(str(job.pk))
        assert again(job).attempts == 1


@pytest.mark.django_db
def test_one_whose_worker_died_begins_again_and_gives_up_in_the_end(quiet):
    job = start()
    for attempt in range(1, jobs.MOST_TRIES + 1):
        Job.objects.filter(pk=job.pk).update(state="running", attempts=attempt - 1)
        jobs.run(str(job.pk))
        assert seen == [], "its worker may live still"
        age(job, 100)
        quiet.clear()
        jobs.rescue()
        assert quiet == [job.pk]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs, "_do", lambda job, progress: None)  # the worker dies in the middle
            jobs.run(str(job.pk))
        assert again(job).attempts == attempt
    age(job, 100)
    jobs.run(str(job.pk))
    assert again(job).state == "failed"
    assert "broke off each time" in job.message
    assert seen == []


@pytest.mark.django_db
def test_a_message_that_was_lost_is_sent_again(quiet):
    job = start()
    jobs.rescue()
    assert quiet == []
    age(job, 100)
    jobs.rescue()
    assert quiet == [job.pk]


@pytest.mark.django_db
def test_only_so_many_go_at_once_and_the_next_follows(quiet):
    others = [start() for _number in range(jobs.MOST_AT_ONCE)]
    Job.objects.filter(pk__in=[one.pk for one in others]).update(state="running")
    job = start()
    jobs.run(str(job.pk))
    assert again(job).state == "waiting"
    Job.objects.filter(pk=others[0].pk).update(state="waiting")
    jobs.run(str(others[0].pk))
    assert again(others[0]).state == "done"
    assert quiet == [job.pk]


@pytest.mark.django_db
def test_who_was_taken_for_dead_leaves_nothing():
    job = start("make_group", overtaken=True)
    jobs.run(str(job.pk))
    assert not make.Group.objects.filter(name="Made by a job").exists()
    assert again(job).state == "running"
    jobs.run(str(start("make_group").pk))
    assert make.Group.objects.filter(name="Made by a job").count() == 1


@pytest.mark.django_db
def test_what_ended_days_ago_is_forgotten():
    old, new, going = start(), start(), start()
    Job.objects.filter(pk__in=[old.pk, new.pk]).update(state="done")
    age(old, 8 * 86400)
    age(going, 8 * 86400)
    assert jobs.forget() == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {new.pk, going.pk}


@pytest.mark.django_db(transaction=True)
def test_how_far_it_is_shows_while_its_work_is_one_transaction(monkeypatch):
    monkeypatch.setattr(jobs, "SHOWN_EVERY", 0.02)
    shown = threading.Event()

    def work(progress: jobs.Progress) -> None:
        with transaction.atomic():
            AuditEntry.objects.create(kind="setting")
            progress.tell(3, 4, "three")
            assert shown.wait(60)

    monkeypatch.setattr("tests.events.test_jobs.refuse", work)
    job = start("refuse")
    Job.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(seconds=60))

    def run() -> None:
        jobs.run(str(job.pk))
        connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    while again(job).done != 3 and worker.is_alive():
        shown.wait(0.02)
    far, percent = (job.done, job.total, job.message), job.percent
    fresh = timezone.now() - job.updated_at < timedelta(seconds=10)
    shown.set()
    worker.join()
    assert far == (3, 4, "three")
    assert percent == 75
    assert fresh
    assert again(job).state == "done"
