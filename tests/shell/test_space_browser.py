"""A space manager's year with a space, in a real browser: made, peopled, written, archived, brought back."""

import io

import pytest
from PIL import Image

from collab.accounts.models import Rank
from collab.rights.models import Grant
from collab.rights.right import EDITOR
from collab.spaces.models import Space
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db):
    return build_town()


@pytest.fixture
def mila(town):
    return make.make_user("mila", Rank.SPACE_MANAGER)


def picture():
    made = io.BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(made, "JPEG")
    return {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["with script", "without"])
def test_a_space_manager_makes_peoples_writes_archives_and_restores(visit, town, mila, options):
    scripted = not options
    page = visit("/spaces/new/", mila, **options)
    page.get_by_label("Commission").check()
    page.get_by_label("Name", exact=True).fill("Sportifs")
    page.get_by_role("button", name="Create the space").click()
    page.wait_for_url("**/members/")
    space = Space.objects.get(name="Sportifs")

    page.get_by_label("Add a person or a group").fill("Team")
    page.get_by_label("Right", exact=True).select_option("editor")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Right of Team").wait_for()
    assert Grant.objects.get(acl_id=space.acl_id, principal=town.team.principal).rights == EDITOR.mask

    page.get_by_role("link", name="Home", exact=True).last.click()
    page.get_by_role("link", name="Edit the page").first.click()
    page.get_by_label("Text").fill("## Welcome\n\nWe **play** on Mondays.")
    page.get_by_role("button", name="See how it looks").click()
    page.get_by_text("Not saved yet.").wait_for()
    page.get_by_label("Picture", exact=True).set_input_files(picture())
    page.get_by_role("button", name="Put it on the page").click()
    page.get_by_role("button", name="Take the picture off").wait_for()
    page.get_by_label("Text").fill("## Welcome\n\nWe **play** on Mondays.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Welcome").wait_for()
    assert page.locator("img.cover").evaluate("one => one.decode().then(() => one.naturalWidth)") == 1600

    page.get_by_role("link", name="Settings").last.click()
    page.get_by_role("button", name="Archive the space").click()
    page.get_by_text("This space is archived").wait_for()
    space.refresh_from_db()
    assert space.archived_at is not None
    page.goto("/spaces/archived/")
    with page.expect_navigation():  # a key that is pressed before the page has come whole is lost
        page.get_by_role("button", name="Bring Sportifs back").click()
    page.get_by_role("heading", name="Sportifs", level=1).wait_for()
    space.refresh_from_db()
    assert space.archived_at is None
    if scripted:
        with page.expect_navigation():
            page.keyboard.press("Control+z")
        space.refresh_from_db()
        assert space.archived_at is not None


def test_the_information_is_beside_the_page_and_escape_closes_it(visit, town):
    page = visit(f"/spaces/{town.space.pk}/", town.bob)
    page.get_by_label("More about this space").click()
    page.get_by_role("link", name="Information").click()
    panel = page.get_by_role("complementary", name="Information about Plans")
    panel.get_by_text("2 people are in this space.").wait_for()
    panel.get_by_role("link", name="History").click()
    panel.get_by_text("made the space").wait_for()
    with page.expect_navigation():
        panel.get_by_role("link", name="Details").click()
    panel.get_by_text("Folder on your devices").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Escape")
    assert page.get_by_role("complementary", name="Information about Plans").count() == 0


def test_whom_it_is_for_is_picked_while_typing(visit, town, mila):
    page = visit("/spaces/new/", mila)
    page.get_by_label("Name", exact=True).fill("Fair")
    page.get_by_label("Whom it is for").press_sequentially("tea")
    page.get_by_role("option", name="Team").click()
    page.get_by_role("button", name="Create the space").click()
    page.get_by_role("heading", name="Fair", level=1).wait_for()
    space = Space.objects.get(name="Fair")
    assert Grant.objects.filter(acl_id=space.acl_id, principal=town.team.principal).exists()


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_of_a_space_is_accessible_and_fits(visit, town, mila, phone, scheme, language):
    make.change(mila, rank=Rank.OWNER)
    space, old, ending = (make.make_space(mila, name) for name in ("Sportifs", "Old camp", "Older camp"))
    make.share(mila, space, town.team, EDITOR.mask)
    make.make_file(mila, make.root_of(space), "a-very-long-name-of-a-file-that-nobody-would-break-by-hand.txt")
    make.change(space, quota=10**9, front="# Welcome\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n`code`")
    make.change(old, archived_at=make.in_hours(-1))
    make.change(ending, archived_at=make.in_hours(-1), delete_at=make.in_hours(24))
    here = f"/spaces/{space.pk}/"
    addresses = ["/spaces/new/", "/spaces/archived/", f"/spaces/{old.pk}/settings/", f"/spaces/{ending.pk}/"]
    addresses += [f"/spaces/{old.pk}/delete/", f"/administration/spaces/{space.pk}/room/", "/administration/spaces/"]
    addresses += [here, *(f"{here}{part}/" for part in ("front", "activity", "settings", "members", "copy"))]
    addresses += [f"{here}?open=info&tab={tab}" for tab in ("people", "history", "details")]
    page = visit("/", mila, phone=phone, language=language, color_scheme=scheme)
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address
