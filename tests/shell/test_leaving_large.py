"""An account that holds much goes as a job: whole, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from collab.accounts.actions import people
from collab.accounts.models import Rank, User
from collab.events import jobs
from collab.events.models import Job
from collab.mydata.models import Farewell
from collab.shell import deleting
from tests import town as make
from tests.shell.sharing import words
from tests.shell.test_leaving_pages import address


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(deleting, "LARGE", 3)


@pytest.fixture
def mia(town, admin):
    mia = make.make_user("mia")
    folder = make.make_folder(mia, make.home(mia), "Photos")
    for number in range(3):
        make.make_file(mia, folder, f"{number}.jpg")
    return mia


def work():
    job = Job.objects.get(state="waiting")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_the_heir_has_all_when_it_is_done(as_, admin, alice, mia):
    people.deactivate(admin, mia)
    browser = as_(admin)
    sent = browser.post(address(mia), {"heir": alice.pk})
    assert "The account of Mia is being deleted" in words(browser.get(sent["Location"]))
    assert browser.post(address(mia), {"heir": alice.pk})["Location"] == sent["Location"]
    assert User.objects.filter(pk=mia.pk).exists()
    assert make.names(alice, make.home(alice)) == []
    assert work().state == "done"
    assert not User.objects.filter(pk=mia.pk).exists()
    assert make.names(alice, make.home(alice)) == ["Mia"]
    page = words(browser.get(sent["Location"]))
    assert "The account of Mia is deleted. Their files are with Alice." in page
    assert make.is_clean(deep=True)


def test_erased_it_is_gone(as_, admin, mia):
    people.deactivate(admin, mia)
    as_(admin).post(address(mia), {"erase": "1"})
    assert make.Node.objects.filter(name="2.jpg").exists()
    assert work().state == "done"
    assert not make.Node.objects.filter(name="2.jpg").exists()
    assert make.is_clean(deep=True)


@pytest.mark.parametrize(
    "change", [{"rank": Rank.MEMBER}, {"is_active": False}], ids=["no longer an administrator", "disabled"]
)
def test_it_is_done_by_the_rank_that_one_has_then(as_, admin, alice, mia, change):
    people.deactivate(admin, mia)
    as_(admin).post(address(mia), {"heir": alice.pk})
    make.change(admin, **change)
    job = work()
    assert job.state == "failed"
    assert job.message
    assert User.objects.filter(pk=mia.pk).exists()
    assert make.names(alice, make.home(alice)) == []
    assert make.is_clean()


def test_an_heir_who_goes_meanwhile_gets_nothing_and_it_is_said(as_, admin, alice, mia):
    people.deactivate(admin, mia)
    browser = as_(admin)
    sent = browser.post(address(mia), {"heir": alice.pk})
    make.change(alice, is_active=False)
    job = work()
    assert job.state == "failed"
    assert job.message in words(browser.get(sent["Location"]))
    assert User.objects.filter(pk=mia.pk).exists()


def test_who_asked_to_leave_goes_before_their_day(as_, admin, mia):
    one = Farewell.objects.create(person=mia, due_at=timezone.now() + timedelta(days=7))
    browser = as_(admin)
    sent = browser.post(f"/administration/leaving/{one.pk}/")
    assert sent["Location"].startswith("/jobs/")
    assert User.objects.filter(pk=mia.pk, is_active=True).exists()
    assert work().state == "done"
    assert not User.objects.filter(pk=mia.pk).exists()
    assert "is deleted, as they had asked." in words(browser.get(sent["Location"]))
    assert make.is_clean()
