"""What a person waits for: their own page, asked again by itself, with what came of it; nobody else finds it."""

from __future__ import annotations

from typing import Any

import pytest

from collab.events import jobs
from collab.events.models import Job
from collab.spaces.models import Space
from tests import town as make
from tests.shell.sharing import words

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def queue(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)


def begun(person, **fields):
    job = jobs.start("tests.nothing", person.pk, title="Something long", back="/spaces/new/")
    Job.objects.filter(pk=job.pk).update(**fields)
    return f"/jobs/{job.pk}/"


def test_it_shows_how_far_it_is_and_asks_again(as_, alice):
    at = begun(alice, state="running", done=45, total=100, message="half of it")
    page = as_(alice).get(at)
    assert "Something long" in words(page)
    assert "45 %" in words(page)
    assert "half of it" in words(page)
    assert '<noscript><meta http-equiv="refresh"' in page.content.decode()
    part = as_(alice).get(at, **PART).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "<html" not in part


def test_it_says_what_came_of_it(as_, alice):
    done = begun(alice, state="done", result={"text": "All is there.", "url": "/spaces/3/", "label": "Open the space"})
    page = as_(alice).get(done)
    assert "All is there." in words(page)
    assert 'href="/spaces/3/"' in page.content.decode()
    assert "hx-trigger" not in page.content.decode().split("<main")[1].split("</main")[0]
    failed = begun(alice, state="failed", message="There is no room left here.")
    page = as_(alice).get(failed, **PART)
    assert "There is no room left here." in words(page)
    assert 'href="/spaces/new/"' in page.content.decode()
    assert 'hx-swap-oob="innerHTML"' in page.content.decode()


def test_nobody_else_finds_it(as_, alice, bob, admin):
    at = begun(alice)
    for other in (bob, admin):
        assert as_(other).get(at).status_code == 404
        assert "Something long" not in words(as_(other).get("/"))
    assert as_(alice).get("/jobs/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert as_(alice).post(at).status_code == 405


def test_home_shows_what_goes_on_and_what_failed(as_, alice):
    begun(alice, state="running", done=1, total=4)
    begun(alice, state="failed", message="It broke.")
    begun(alice, state="done")
    page = words(as_(alice).get("/"))
    assert "Under way" in page
    assert "25 %" in page
    assert "It broke." in page
    assert page.count("Something long") == 2


def test_a_space_is_copied_by_a_job(as_, owner, alice):
    space = make.make_space(owner, "Sport")
    folder = make.make_folder(owner, make.root_of(space), "Minutes")
    make.make_file(owner, folder, "may.txt")
    browser = as_(owner)
    sent = browser.post(f"/spaces/{space.pk}/copy/", {"name": "Sport 2027", "content": "on"})
    job = Job.objects.get()
    assert sent["Location"] == f"/jobs/{job.pk}/"
    assert not Space.objects.filter(name="Sport 2027").exists()
    jobs.run(str(job.pk))
    made = Space.objects.get(name="Sport 2027")
    page = browser.get(f"/jobs/{job.pk}/")
    assert "“Sport 2027” is made like “Sport”." in words(page)
    assert f"/spaces/{made.pk}/" in page.content.decode()
    assert make.names(owner, make.root_of(made)) == ["Minutes"]
    jobs.run(str(job.pk))
    assert Space.objects.filter(name="Sport 2027").count() == 1


def test_who_lost_the_right_meanwhile_gets_nothing(as_, owner, alice, bob):
    space = make.make_space(owner, "Sport")
    manager = make.make_user("mia", "space_manager")
    make.share(owner, space, manager, 255)
    as_(manager).post(f"/spaces/{space.pk}/copy/", {"name": "Mine"})
    make.unshare(owner, space, manager)
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert not Space.objects.filter(name="Mine").exists()
