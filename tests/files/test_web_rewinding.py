"""“Restore as it was on…” on its page: the moment, what would change, the deed and its undo."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from collab.events import jobs
from collab.events.models import Change, Job
from collab.rights.right import EDITOR, READER
from files.actions import moving
from files.actions import rewinding as acts
from tests import town as make
from tests.files.web import signed_in, space_url, text


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def folder(town):
    """Two hours ago it held a and b; since, a was changed, b renamed, and c added."""
    folder = make.make_folder(town.alice, town.root, "Sport")
    for name in "ab":
        make.make_file(town.alice, folder, name, b"then")
    Change.objects.filter(space_id=town.space.pk).update(at=make.in_hours(-2))
    make.write(town.bob, folder, "a", b"now")
    moving.move(make.act(town.bob), make.fresh(folder).children.get(name="b"), folder, "renamed")
    make.make_file(town.bob, folder, "c", b"since")
    return folder


def at(hours=1.0):
    return timezone.localtime(timezone.now() - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def address(folder):
    return reverse("files:rewind", args=[folder.pk])


def fields(page):
    return dict(re.findall(r'name="(at|since|until)" value="([^"]*)"', page.split('<form class="bar"')[1]))


def test_the_menu_leads_to_it_where_one_may_edit(web, town, folder):
    assert address(folder) in text(web.get(space_url("Sport")))
    make.share(town.alice, folder, town.eve, READER.mask)
    eve = signed_in(town.eve)
    assert address(folder) not in text(eve.get(space_url("Sport")))
    assert eve.get(address(folder)).status_code == 403
    assert signed_in(make.make_user("mallory")).get(address(folder)).status_code == 404
    assert web.get(address(folder.children.get(name="a"))).status_code == 404


def test_what_would_change_is_shown_first_then_done_then_undone(web, town, folder):
    page = text(web.get(address(folder) + f"?at={at()}"))
    for said in ("3 changes", "1 gets an earlier content", "1 gets its name back", "1 goes to the trash"):
        assert said in page
    assert make.names(town.alice, folder) == ["a", "c", "renamed"]
    done = web.post(address(folder), fields(page), follow=True)
    assert "3 changes in “Sport” were taken back." in text(done)
    assert make.names(town.alice, folder) == ["a", "b"]
    assert "restored it as it was" in text(web.get(f"{space_url()}?open={folder.pk}&tab=activity"))
    sealed = re.search(r'name="act" value="([^"]+)"', text(done))
    web.post(reverse("files:rewind-undo"), {"act": sealed[1]})
    assert make.names(town.alice, folder) == ["a", "c", "renamed"]
    assert web.post(reverse("files:rewind-undo"), {"act": "x"}).status_code == 400


def test_one_kind_alone_and_page_by_page(web, town, folder):
    for number in range(103):
        make.make_file(town.bob, folder, f"n{number:03}")
    page = web.get(address(folder) + f"?at={at()}&kind=away")
    assert len(page.context["lines"]) == 100
    rest = web.get(address(folder) + page.context["more"])
    assert [line.name for line in rest.context["lines"]] == ["n099", "n100", "n101", "n102"]
    assert len(page.context["lines"]) + len(rest.context["lines"]) == 104


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(-24), "This moment is still to come"),
        (at(100), "no longer known"),
        ("yesterday", "Write a day and an hour."),
    ],
)
def test_a_moment_that_is_none_says_why(web, folder, moment, said):
    answer = web.get(address(folder) + f"?at={moment}")
    assert answer.status_code == 400
    assert said in text(answer)


def test_numbers_of_a_form_are_checked(web, town, folder):
    good = {"at": at(), "since": "1", "until": "2"}
    for wrong in ({"since": "x"}, {"since": "3"}, {"until": str(10**15)}, {"at": ""}):
        assert web.post(address(folder), good | wrong).status_code == 400


def test_nothing_changed_since(web, town, folder):
    Change.objects.filter(space_id=town.space.pk).update(at=make.in_hours(-1))
    page = text(web.get(address(folder) + f"?at={timezone.localtime().strftime('%Y-%m-%dT%H:%M:%S')}"))
    assert "Nothing has changed since then" in page


def test_many_steps_are_a_job(web, town, folder, monkeypatch):
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(acts, "LARGE", 2)
    page = text(web.get(address(folder) + f"?at={at()}"))
    answer = web.post(address(folder), fields(page))
    job = Job.objects.get()
    assert answer["Location"] == reverse("shell:job", args=[job.pk])
    jobs.run(str(job.pk))
    shown = text(web.get(answer["Location"]))
    assert "3 changes in “Sport” were taken back." in shown
    assert make.names(town.alice, folder) == ["a", "b"]
    sealed = re.search(r'name="act" value="([^"]+)"', shown)
    monkeypatch.setattr(acts, "LARGE", 200)
    web.post(reverse("files:rewind-undo"), {"act": sealed[1]})
    assert make.names(town.alice, folder) == ["a", "c", "renamed"]


def test_who_edits_in_a_part_restores_that_part(town, folder):
    make.share(town.alice, folder, town.eve, EDITOR.mask)
    eve = signed_in(town.eve)
    page = text(eve.get(address(folder) + f"?at={at()}"))
    eve.post(address(folder), fields(page))
    assert make.names(town.alice, folder) == ["a", "b"]


def test_an_archived_space_stays(web, town, folder):
    make.change(town.space, archived_at=make.in_hours(0))
    assert web.get(address(folder)).status_code == 403
