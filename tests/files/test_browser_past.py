"""What was, in a real browser: versions in the panel, a folder put back and undone, the trash ticked and searched."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from collab.events import readers
from collab.events.models import Change
from files.models import Burst, Node, Trash, Version
from tests import town as make
from tests.files.web import JSON, signed_in, space_url
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def papers(living_town):
    """A folder that was in order two hours ago, and what bob did to it since."""
    town = living_town
    folder = make.make_folder(town.alice, town.root, "Papers")
    make.make_file(town.alice, folder, "plan.txt", b"one\ntwo\nthree\n")
    for number in range(3):
        make.make_file(town.alice, folder, f"old {number}.txt")
    Change.objects.filter(space_id=town.space.pk).update(at=make.in_hours(-2))
    make.make_file(town.bob, folder, "plan.txt", b"one\n2\nthree\n")
    make.make_file(town.bob, folder, "new.txt")
    ids = [node.pk for node in Node.objects.filter(name__startswith="old")]
    signed_in(town.bob).post(reverse("files:trash-things"), {"id": ids}, **JSON)
    return folder


def clean(page):
    assert violations(page) == []
    assert not overflows(page)


def test_versions_are_kept_compared_and_restored(visit, living_town, papers):
    plan = papers.children.get(name="plan.txt")
    version = Version.objects.get(node=plan)
    page = visit(f"{space_url('Papers')}?open={plan.pk}&tab=versions", living_town.alice)
    panel = page.locator("#panel")
    more = panel.get_by_label("More about the version")
    more.press("Enter")
    panel.get_by_role("button", name="Keep it for ever").press("Enter")
    panel.get_by_text("· stays").wait_for()
    assert make.fresh(version).kept
    clean(page)
    panel.get_by_label("Restore the version").press("Enter")
    page.get_by_text("is as it was then").wait_for()
    assert make.read(plan) == b"one\ntwo\nthree\n"
    page.locator("toast-stack .toast", has_text="is as it was then").get_by_role("button", name="Undo").click()
    expect(panel.locator("ol > li")).to_have_count(4)
    assert make.read(plan) == b"one\n2\nthree\n"
    page.goto(reverse("files:version-compare", args=[version.pk]))
    assert page.locator("del").inner_text() == "two"
    page.get_by_label("Show").select_option("side")
    page.get_by_role("button", name="Compare").click()
    page.locator(".diff--side").wait_for()
    clean(page)
    page.goto(reverse("files:version-page", args=[version.pk]))
    page.get_by_label("Name of this version").fill("As sent")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="As sent").wait_for()
    clean(page)


def test_parts_drawn_at_once_each_end_as_asked_last(visit, living_town, papers):
    """A list and a panel that follow two changes in one moment: none is left as it was."""
    plan = papers.children.get(name="plan.txt")
    page = visit(f"{space_url('Papers')}?open={plan.pk}", living_town.alice)
    page.evaluate("document.querySelector('#listing').dataset.old = '1'")
    page.evaluate(
        """async () => {
          const { redraw } = await import("shell/redraw");
          const here = location.pathname + location.search;
          await Promise.all([redraw("#panel", here), redraw("#listing", here), redraw("#panel", here),
                             redraw("#listing", here), redraw("#panel", here + "&tab=versions")]);
        }"""
    )
    assert page.locator("#panel ol > li").count() == 2
    assert page.locator("#listing[data-old]").count() == 0
    assert page.locator("#listing").count() == 1


def test_a_folder_is_put_back_and_the_undo_takes_it_back(visit, living_town, papers):
    page = visit(space_url("Papers"), living_town.alice, phone=True)
    page.get_by_label("More about this folder").click()
    page.get_by_role("link", name="Restore as it was on…").click()
    page.get_by_role("link", name="An hour ago").click()
    page.get_by_role("heading", name="“Papers” as it was").wait_for()
    clean(page)
    page.get_by_role("button", name="Restore this folder").click()
    page.get_by_text("5 changes in “Papers” were taken back.").wait_for()
    then = ["old 0.txt", "old 1.txt", "old 2.txt", "plan.txt"]
    assert make.names(living_town.alice, papers) == then
    page.get_by_role("button", name="Undo").click()
    page.locator("#listing").get_by_text("new.txt").wait_for()
    assert make.names(living_town.alice, papers) == ["new.txt", "plan.txt"]


def test_the_trash_is_ticked_and_filtered(visit, living_town, papers):
    page = visit(space_url("trash/"), living_town.alice)
    several = page.locator("#thrown")
    assert several.is_hidden()
    page.get_by_role("checkbox", name="old 1.txt").check()
    assert several.is_visible()
    assert "1 thing chosen" in several.inner_text()
    page.get_by_label("Choose everything on this page").check()
    assert "3 things chosen" in several.inner_text()
    clean(page)
    several.get_by_role("button", name="Restore").click()
    page.get_by_text("3 things are back.").wait_for()
    assert not Trash.objects.exists()
    make.throw_away(living_town.bob, papers.children.get(name="old 0.txt"))
    make.throw_away(living_town.alice, papers.children.get(name="old 1.txt"))
    page.goto(space_url("trash/"))
    page.get_by_label("Thrown away by").select_option(label="Bob")
    page.wait_for_url("**who=*")
    assert page.locator("tbody tr").count() == 1
    clean(page)


def test_many_deletions_lead_from_the_bell_to_one_button(visit, living_town, papers, monkeypatch):
    make.make_space(living_town.alice, "Other")
    inner = make.make_folder(living_town.alice, papers, "inner")
    for number in range(50):
        make.make_file(living_town.alice, inner, f"{number}")
    signed_in(living_town.bob).post(reverse("files:trash-things"), {"id": inner.pk}, **JSON)
    readers.catch_up()
    assert Burst.objects.count() == 1
    page = visit("/notifications/", living_town.alice)
    page.get_by_role("link", name="A browser of Bob moved").click()
    page.get_by_role("heading", name="Many deletions in one go").wait_for()
    clean(page)
    page.get_by_role("button", name="Bring everything back to its place").press("Enter")
    page.get_by_text("Nothing of it is in the trash any more").wait_for()
    assert "inner" in make.names(living_town.alice, papers)
