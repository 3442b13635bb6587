"""Home, activity, a space's front page and the feeds in a real browser: accessible, in French, on desk and phone."""

from dataclasses import replace

import pytest

from collab.activity import feeds
from collab.registry import house, registry
from collab.registry.plugin import Shown, Widget
from collab.rights.right import READER
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    found = build_town()
    alice, bob = found.alice, found.bob
    make.change(alice, display_name="Alice Petit")
    summer = make.make_folder(alice, found.root, "Photos de l’été 2027")
    for number in range(14):
        make.make_file(alice, summer, f"IMG_{number:04}.jpg")
    for name in (
        "Devis minibus.pdf",
        "Compte rendu du bureau avec un très long nom qui ne tient pas sur une ligne.odt",
    ):
        make.make_file(bob, found.root, name)
    make.make_file(alice, found.root, "Programme.pdf")
    make.make_file(alice, found.root, "Programme.pdf", b"another")
    make.throw_away(alice, make.make_file(alice, found.root, "brouillon.txt"))
    make.share(alice, found.space, make.everyone(), READER.mask)
    house.put("house.announcement", "Le local est fermé du 21 décembre au 3 janvier.\nBonnes fêtes à tout le monde.")
    return found


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_the_pages_are_accessible_and_fit(visit, town, phone, scheme, language):
    feeds.make(make.act(town.bob))
    page = visit("/", town.bob, phone=phone, language=language, color_scheme=scheme)
    for address in (
        "/", "/activity/", "/activity/?who=me&app=spaces", "/activity/?who=me&space=99999", "/settings/feeds/",
        f"/spaces/{town.space.pk}/", f"/spaces/{town.space.pk}/activity/",
        f"/spaces/{town.space.pk}/?open=info&tab=history", f"/files/@plans/?open={town.root.pk}&tab=activity",
    ):  # fmt: skip
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address
        assert "Traceback" not in page.content()


def test_the_first_steps_and_the_announcement_are_put_away_and_come_back(visit, town):
    page = visit("/", town.bob, language="fr")
    for name, button in (("Vos premiers pas", "Ranger"), ("Le local est fermé", "Ranger l’annonce")):
        page.get_by_text(name).first.wait_for()
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()
        assert page.get_by_text(name).count() == 0
        with page.expect_navigation():
            page.keyboard.press("Control+z")
        page.get_by_text(name).first.wait_for()


def test_a_part_that_failed_is_tried_again_in_its_place(visit, town, monkeypatch):
    working = []

    def fragment(request):
        if not working:
            raise ZeroDivisionError
        return Shown("<p>All is well</p>")

    plugin = registry.plugins()[0]
    changed = replace(plugin, widgets=(Widget("trial", "Trial", fragment, 1),))
    rest = registry.plugins()[1:]
    monkeypatch.setattr(registry, "plugins", lambda: (changed, *rest))
    page = visit("/", town.bob)
    page.get_by_text("This part could not be shown").wait_for()
    working.append(1)
    page.get_by_role("link", name="Try again").click()
    page.get_by_text("All is well").wait_for()
    assert page.get_by_role("heading", name="Recent files").count() == 1, "the rest stays as it is"


def test_the_stream_is_narrowed_at_once(visit, town):
    page = visit("/activity/", town.bob)
    with page.expect_navigation():
        page.get_by_label("Who").select_option("me")
    assert "who=me" in page.url
    assert page.get_by_text("Devis minibus.pdf").count() >= 1
    assert page.get_by_text("added 14 files to").count() == 0


def test_it_reads_without_script(visit, town):
    page = visit("/activity/?who=others", town.bob, java_script_enabled=False)
    assert page.get_by_text("added 14 files to").count() == 1
    page.get_by_label("Who").select_option("me")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    assert "who=me" in page.url
