"""Long work in a real browser: the page asks by itself how far it is, and shows what came of it."""

from __future__ import annotations

from typing import Any

import pytest

from collab.events import jobs
from collab.events.models import Job
from collab.rights.right import READER, Right
from collab.shell.board import working
from files.actions import settling
from tests import town as make
from tests.accounts.people import PASSWORD
from tests.conftest import build_town
from tests.shell.browsing import overflows, settle, violations
from tests.shell.sharing import mask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: Any, store: Any, monkeypatch: Any) -> Any:
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(settling, "LARGE", 5)
    return build_town()


def far(done: int) -> Job:
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state="running", done=done, total=100)
    return job


def work(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state="waiting")
    jobs.run(str(job.pk))


def test_a_large_folder_is_shared_while_the_panel_looks_on(visit, town):
    big = make.make_folder(town.alice, town.root, "Photos")
    for number in range(8):
        make.make_file(town.alice, big, f"{number}.jpg")
    page = visit(f"/share/node/{big.pk}/", town.alice)
    page.get_by_label("With whom?").fill("Eve")
    page.keyboard.press("Enter")
    page.locator("#share-send").click()
    page.get_by_text("“Photos” is being shared with Eve").wait_for()
    job = far(40)
    page.get_by_text("40 %").wait_for()
    assert violations(page) == []
    assert mask(big, town.eve) is None
    work(job)
    page.locator("#toasts").get_by_text("Shared with Eve.").wait_for()
    page.get_by_label("With whom?").wait_for()
    assert mask(big, town.eve) == READER.mask
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert mask(big, town.eve) is None


@pytest.mark.parametrize("phone", [True, False])
def test_everybody_takes_their_data_with_them(visit, town, phone, settings):
    settings.EXPORTS_DIR = settings.BLOBS_DIR / "exports"
    town.bob.set_password(PASSWORD)
    town.bob.save()
    make.make_file(town.bob, make.home(town.bob), "diary.txt", b"dear diary")
    page = visit("/accounts/login/", phone=phone, color_scheme="dark" if phone else "light")
    page.fill("[name=login]", "bob")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "accounts" not in url)
    settle(page)
    page.goto("/settings/data/")
    with page.expect_navigation():
        page.get_by_role("link", name="Take my data with me…").click()
    assert violations(page) == []
    page.get_by_role("button", name="Create the archive").click()
    page.get_by_text("Your archive is being made").wait_for()
    job = far(30)
    page.get_by_text("30 %").wait_for()
    assert violations(page) == []
    work(job)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")
    assert not overflows(page)
    assert violations(page) == []
    page.get_by_role("link", name="Delete my account…").click()
    page.get_by_label("Your password").wait_for()
    assert violations(page) == []
    assert not overflows(page)


def test_a_job_has_a_page_without_script_too(visit, town):
    job = jobs.start("tests.nothing", town.alice.pk, title="Something long")
    far(20)
    page = visit(f"/jobs/{job.pk}/", town.alice, java_script_enabled=False)
    page.get_by_text("20 %").wait_for()
    Job.objects.update(state="done", result={"text": "All is there."})
    page.get_by_text("All is there.").wait_for(timeout=15_000)


def test_the_board_goes_to_where_one_sees_how_far_it_is(visit, town, monkeypatch):
    """Nothing asks whether the page may be left: what was changed on it is on its way."""
    monkeypatch.setattr(working, "large", lambda wanted: wanted[0])
    folder = make.make_folder(town.alice, town.root, "Photos")
    make.share(town.alice, folder, make.make_group("Eves", town.eve), READER.mask)
    page = visit(f"/spaces/{town.space.pk}/rights/", town.alice)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    row = page.locator("tbody tr", has=page.get_by_text("Eves", exact=True))
    row.locator("a.grant").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    page.locator("[data-told]", has_text="Eve").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/jobs/*/")
    page.get_by_role("heading", name="Rights are being saved").wait_for()
    assert asked == []
    assert violations(page) == []
    assert not overflows(page)
    far(60)
    page.get_by_text("60 %").wait_for()
    work(Job.objects.get())
    page.locator("#job .banner--good").wait_for()
    assert mask(folder, make.Group.objects.get(name="Eves")) == Right.ALL
    with page.expect_navigation():
        page.get_by_role("link", name="See the rights").click()
    page.get_by_role("heading", name="Rights board").wait_for()


@pytest.mark.parametrize("phone", [True, False])
def test_a_large_folder_is_handed_over_and_comes_back(visit, town, phone):
    archive = make.make_folder(town.alice, make.home(town.alice), "Archive")
    for number in range(8):
        make.make_file(town.alice, archive, f"{number}.txt")
    scheme = "dark" if phone else "light"
    page = visit(f"/files/hand-over/{archive.pk}/?who=bob", town.alice, phone=phone, color_scheme=scheme)
    with page.expect_navigation():
        page.get_by_role("button", name="Hand over to Bob").click()
    page.get_by_role("heading", name="“Archive” is being handed over to Bob").wait_for()
    far(40)
    page.get_by_text("40 %").wait_for()
    assert violations(page) == []
    assert not overflows(page)
    work(Job.objects.get())
    page.locator("#job .banner--good", has_text="“Archive” is in the hands of Bob.").wait_for()
    assert violations(page) == []
    assert make.names(town.bob, make.home(town.bob)) == ["Archive"]
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="“Archive” is coming back").wait_for()
    work(Job.objects.get(state="waiting"))
    page.locator("#job .banner--good", has_text="“Archive” is back.").wait_for()
    with page.expect_navigation():
        page.get_by_role("link", name="Open the folder").click()
    page.get_by_text("7.txt").first.wait_for()
    assert make.names(town.bob, make.home(town.bob)) == []
