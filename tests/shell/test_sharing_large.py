"""A large folder's first share through the panel: a job, whole at its end, nothing when it fails."""

from __future__ import annotations

import pytest

from collab.events import jobs
from collab.events.models import AuditEntry, Job
from collab.rights.right import EDITOR, READER, Right
from tests import town as make
from tests.shell.sharing import PART, mask, words

WATCH = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "share-job"}
pytestmark = pytest.mark.usefixtures("few_are_many")


@pytest.fixture
def at(big):
    return f"/share/node/{big.pk}/"


def give(browser, at, **options):
    return browser.post(at, {"who": "eve", "role": "reader"}, **options)


def test_the_panel_shows_how_far_it_is_and_then_the_grant(as_, alice, eve, big, at):
    browser = as_(alice)
    answer = give(browser, at, **PART)
    assert "“Photos” is being shared with Eve" in words(answer)
    assert 'id="share-job"' in answer.content.decode()
    assert "With whom?" not in words(answer)
    assert mask(big, eve) is None
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state="running", done=3, total=8)
    assert "37 %" in words(browser.get(f"{at}?job={job.pk}", **WATCH))
    assert "37 %" in words(browser.get(at)), "the page shows it too"
    Job.objects.filter(pk=job.pk).update(state="waiting")
    jobs.run(str(job.pk))
    assert mask(big, eve) == READER.mask
    assert make.finds(eve, make.Node.objects.get(name="3.jpg"))
    over = browser.get(f"{at}?job={job.pk}", **WATCH)
    assert over["HX-Retarget"] == "#share"
    assert "Shared with Eve." in words(over)
    assert "With whom?" in words(over)
    assert AuditEntry.objects.filter(kind="share", whom_id=eve.pk).count() == 1
    assert make.is_clean()


def test_without_script_it_has_a_page(as_, alice, eve, big, at):
    browser = as_(alice)
    sent = give(browser, at)
    job = Job.objects.get()
    assert sent["Location"] == f"/jobs/{job.pk}/"
    jobs.run(str(job.pk))
    page = browser.get(f"/jobs/{job.pk}/")
    assert "Shared with Eve." in words(page)
    assert at in page.content.decode()


def test_what_fails_gives_nothing_and_says_why(as_, alice, bob, eve, space, big, at, town):
    make.share(alice, space, bob, EDITOR.mask | Right.SHARE)
    browser = as_(bob)
    give(browser, at, **PART)
    make.unshare(alice, space, bob)
    job = Job.objects.get()
    jobs.run(str(job.pk))
    assert mask(big, eve) is None
    assert not make.finds(eve, big)
    job.refresh_from_db()
    assert job.state == "failed"
    over = words(browser.get(f"{at}?job={job.pk}", **WATCH))
    assert over.count("Only Alice may do this here: ask them.") == 2, "why it failed, and why there is no form"
    assert make.is_clean()


def test_somebody_who_is_gone_meanwhile_gets_nothing(as_, alice, eve, big, at):
    give(as_(alice), at, **PART)
    eve.principal.delete()
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert make.fresh(big).acl.kind == "space"


def test_it_is_reserved_by_a_job_and_taken_back(as_, alice, bob, big, at):
    browser = as_(alice)
    answer = browser.post(f"{at}restrict/", **PART)
    assert "is being reserved" in words(answer)
    assert make.finds(bob, big)
    jobs.run(str(Job.objects.get().pk))
    assert not make.finds(bob, big)
    over = browser.get(f"{at}?job={Job.objects.get().pk}", **WATCH)
    assert "is reserved to those named here" in words(over)


def test_others_are_not_told_of_it_and_small_ones_are_done_at_once(as_, alice, bob, eve, town, big, at, root):
    give(as_(alice), at, **PART)
    assert "being shared" not in words(as_(bob).get(at))
    job = Job.objects.get()
    assert "being shared" not in words(as_(bob).get(f"{at}?job={job.pk}", **WATCH))
    small = make.make_folder(alice, root, "Small")
    answer = give(as_(alice), f"/share/node/{small.pk}/", **PART)
    assert "Shared with Eve." in words(answer)
    assert Job.objects.count() == 1
