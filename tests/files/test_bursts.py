"""Many deletions by one device: accepted, told at once to those concerned, and brought back by one click."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from collab.accounts.models import AppPassword
from collab.events import jobs, readers
from collab.events.models import Job
from collab.notifications import digests, finding
from collab.notifications.lines import lines
from collab.notifications.models import Digest, Reach
from collab.registry import house
from collab.rights.right import EDITOR
from files.actions import bursts as acts
from files.actions import trashing
from files.actions.bursts import _gathered, _Thrown
from files.models import Burst, Node, Trash
from tests import town as make
from tests.dav.client import Client, give_password
from tests.files.web import JSON, signed_in, text

MANY = 6
LAPTOP = "bob-password"


@pytest.fixture(autouse=True)
def _english(monkeypatch: Any) -> Any:
    get = house.get
    monkeypatch.setattr(house, "get", lambda key: MANY if key == "files.brake_things" else get(key))
    with translation.override("en"):
        yield


@pytest.fixture
def laptop(town):
    """Bob's laptop."""
    give_password(town.bob, LAPTOP)
    AppPassword.objects.filter(user=town.bob).update(name="Laptop")
    return Client("bob")


@pytest.fixture
def papers(town):
    """A folder in the team's space with many files."""
    folder = make.make_folder(town.alice, town.root, "Papers")
    for number in range(MANY):
        make.make_file(town.alice, folder, f"{number}.txt", b"%d" % number)
    return folder


def told(user: Any) -> list[tuple[str, str]]:
    readers.catch_up()
    actor = make.act(user)
    rows, _more = finding.page(finding.visible(actor).filter(kind="mass-deletion"), None)
    return [(str(line.text), line.url) for line in lines(actor, rows)]


def clear_out(device: Any, names: Any = range(MANY)) -> None:
    for name in names:
        assert device("DELETE", f"Plans/Papers/{name}.txt").status == 204


def test_many_deletions_of_a_device_are_told_to_its_owner_and_to_who_manages_the_place(town, laptop, papers):
    clear_out(laptop, range(MANY - 1))
    assert told(town.bob) == told(town.alice) == []
    clear_out(laptop, [MANY - 1])
    [(mine, url)], [(theirs, _url)] = told(town.bob), told(town.alice)
    assert mine == f"Your device “Laptop” moved {MANY} things to the trash in one go, in Plans"
    assert theirs == f"A device of Bob moved {MANY} things to the trash in one go, in Plans", "the name is bob's alone"
    assert told(town.eve) == []
    page = text(signed_in(town.bob).get(url))
    assert "Bring everything back to its place" in page
    assert signed_in(town.eve).get(url).status_code == 404
    assert signed_in(town.eve).post(url).status_code == 404


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_one_click_brings_all_back_to_its_place_and_a_second_changes_nothing(town, laptop, papers, who):
    clear_out(laptop)
    assert laptop("DELETE", "Plans/Papers").status == 204, "the folder itself last, as sync clients do"
    [(_text, url)] = told(getattr(town, who))
    browser = signed_in(getattr(town, who))
    assert f"{MANY + 1} things are back." in text(browser.post(url, follow=True))
    assert make.names(town.alice, papers) == [f"{number}.txt" for number in range(MANY)]
    assert make.fresh(papers).parent_id == town.root.pk
    page = text(browser.post(url, follow=True))
    assert "0 things are back." in page
    assert "Nothing of it is in the trash any more" in page
    assert make.is_clean()


def test_a_folder_with_as_many_is_as_much(town, laptop, papers):
    assert laptop("DELETE", "Plans/Papers").status == 204
    [(text_, _url)] = told(town.bob)
    assert f"moved {MANY + 1} things" in text_


def test_through_the_web_too_and_what_goes_on_is_told_once(town, papers):
    browser = signed_in(town.bob)
    ids = list(Node.objects.filter(parent=papers).values_list("pk", flat=True))
    browser.post(reverse("files:trash-things"), {"id": ids}, **JSON)
    assert len(told(town.bob)) == 1
    browser.post(reverse("files:trash-things"), {"id": papers.pk}, **JSON)
    [(said, _url)] = told(town.bob)
    assert said == f"Your browser moved {MANY + 1} things to the trash in one go, in Plans"
    assert Burst.objects.count() == 1


def test_two_devices_are_not_counted_together_and_the_house_itself_never(town, laptop, papers):
    clear_out(laptop, range(MANY // 2))
    give_password(town.bob, "phone-password")
    phone = Client("bob", "phone-password")
    clear_out(phone, range(MANY // 2, MANY))
    assert told(town.bob) == []
    make.throw_away(town.alice, make.fresh(papers))  # by an actor without a device, as tasks are
    for number in range(MANY):
        make.throw_away(town.alice, make.make_file(town.alice, town.root, f"x{number}"))
    assert told(town.alice) == []


def test_in_ones_own_files_one_is_told_oneself(town, laptop):
    for number in range(MANY):
        laptop.put(f"{number}", b"x")
    for number in range(MANY):
        laptop("DELETE", f"{number}")
    [(said, _url)] = told(town.bob)
    assert said.endswith("in your files")
    assert told(town.alice) == []


def test_one_device_in_two_places_is_counted_once_and_told_in_each(town, laptop, papers):
    for number in range(3):
        laptop.put(f"{number}", b"x")
        laptop("DELETE", f"{number}")
    clear_out(laptop, range(3))
    [(said, url)] = told(town.bob)
    assert said.count("moved 3 things") == 2
    assert "in Plans" in said
    assert "in your files" in said
    page = signed_in(town.bob).get(url)
    other = page.context["others"][0][0]
    assert reverse("files:burst", args=[other]) in text(page), "one leads to the other"
    assert len(told(town.alice)) == 1


def test_its_mail_does_not_wait_for_the_morning(town, laptop, papers, post):
    for user in (town.bob, town.alice):
        user.email = f"{user.username}@example.org"
        user.save(update_fields=["email"])
        Reach.objects.update_or_create(person=user, defaults={"mail": Reach.Mail.WEEKLY})
    readers.catch_up()
    digests.make_due(timezone.now() + timedelta(minutes=2))
    assert not Digest.objects.exists()
    clear_out(laptop)
    readers.catch_up()
    assert digests.make_due(timezone.now() + timedelta(minutes=2)) == 2
    for pk in Digest.objects.values_list("pk", flat=True):
        digests.deliver(pk, timezone.now() + timedelta(minutes=2))
    bobs = next(mail for mail in post() if "bob@example.org" in mail.to[0])
    assert "Laptop" in bobs.body


def test_many_come_back_by_a_job(town, laptop, papers, monkeypatch):
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(acts, "LARGE", 3)
    clear_out(laptop)
    [(_said, url)] = told(town.bob)
    assert signed_in(town.bob).post(url).status_code == 302
    assert make.names(town.alice, papers) == []
    job = Job.objects.get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["text"]) == ("done", f"{MANY} things are back.")
    assert len(make.names(town.alice, papers)) == MANY


def test_what_is_not_ones_own_to_bring_back_stays(town, laptop, papers):
    """Bob may edit no more: what he threw away can be brought back by alice."""
    make.share(town.alice, papers, town.bob, EDITOR.mask)
    clear_out(laptop)
    [(_said, url)] = told(town.bob)
    make.unshare(town.alice, town.space, town.team)
    make.unshare(town.alice, papers, town.bob)
    page = text(signed_in(town.bob).post(url, follow=True))
    assert "0 things are back." in page
    assert Trash.objects.count() == MANY
    assert f"{MANY} things are back." in text(signed_in(town.alice).post(url, follow=True))


def test_it_is_forgotten_in_time_and_the_name_of_the_device_with_its_person(town, laptop, papers):
    clear_out(laptop)
    readers.catch_up()
    acts.lose_names(town.bob)
    assert Burst.objects.get().name == ""
    make.age(Burst.objects.all(), "last_at", 100)
    assert acts.forget() == 1


def test_a_burst_that_was_undone_meanwhile_is_none(town, laptop, papers):
    clear_out(laptop)
    for row in Trash.objects.all():
        trashing.restore(make.act(town.alice), row)
    assert told(town.bob) == []


steps = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 4)), max_size=40)


@given(steps=steps, most=st.integers(2, 8))
def test_runs_hold_all_that_went_within_a_minute_and_never_overlap(steps, most):
    at, rows = timezone.now(), []
    for wait, things in steps:
        at += timedelta(seconds=wait)
        rows.append(_Thrown(at, 1, things, None))
    runs = _gathered(rows, most)
    found = [row for run in runs for row in run]
    assert len(found) == len({id(row) for row in found})
    for one, two in pairwise(runs):
        assert two[0].at - one[-1].at > timedelta(0)
    inside = {id(row) for row in found}
    for last in rows:
        window = [row for row in rows if last.at - timedelta(minutes=1) <= row.at <= last.at]
        if sum(row.things for row in window) >= most:
            assert {id(row) for row in window} <= inside
    for run in runs:
        assert sum(row.things for row in run) >= most
