"""An administrator finds a person, drags her onto a group, promotes and disables her; a stranger registers."""

import re

import pytest
from playwright.sync_api import expect

from collab.accounts import opening
from collab.accounts.models import Rank, Registration, User
from collab.registry import house
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db):
    found = build_town()
    make.make_user("olivia", Rank.OWNER)
    make.make_user("gina", Rank.GUEST)
    make.make_group("Une association au nom vraiment très long pour une colonne", found.eve)
    return found


@pytest.fixture
def olivia(town):
    return User.objects.get(username="olivia")


def good(page):
    assert violations(page) == [], page.url
    assert not overflows(page), page.url


def test_somebody_is_found_dragged_onto_a_group_promoted_and_disabled(visit, town, olivia):
    page = visit("/administration/people/", olivia)
    page.fill("#q", "eve")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=eve**")
    row, group = page.locator(f"#row-user-{town.eve.pk}"), page.locator(f"[data-drop='{town.team.pk}']")
    start, end = row.locator(".item__title").bounding_box(), group.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 10, steps=6)
    assert page.locator(".ghost").text_content() == "Onto a group: Eve"
    expect(group).to_have_class(re.compile("is-target"))
    page.keyboard.press("Escape")
    assert page.locator(".ghost").count() == 0
    page.mouse.up()
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 10, steps=6)
    with page.expect_navigation():
        page.mouse.up()
    page.get_by_text("Eve is in “Team”.").wait_for()
    assert "q=eve" in page.url, "one stays on the list"
    assert town.team.members.filter(pk=town.eve.pk).exists()
    with page.expect_navigation():
        page.get_by_label("Profile of Eve").select_option("space_manager")
    town.eve.refresh_from_db()
    assert town.eve.rank == Rank.SPACE_MANAGER
    page.get_by_label("Choose Eve", exact=True).check()
    page.get_by_text("1 person chosen").wait_for()
    good(page)
    page.get_by_label("What to do with those who are ticked").select_option("disable")
    with page.expect_navigation():
        page.get_by_role("button", name="Apply").click()
    assert not User.objects.get(pk=town.eve.pk).is_active
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert User.objects.get(pk=town.eve.pk).is_active


def test_the_keyboard_puts_somebody_in_a_group_too(visit, town, olivia):
    page = visit("/administration/people/?q=eve", olivia)
    page.get_by_label("Actions on Eve").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent.trim() == 'Add to a group…'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Add to the group").focus()
    page.keyboard.type("Team")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert town.team.members.filter(pk=town.eve.pk).exists()


def test_a_click_on_a_name_still_opens_the_person(visit, town, olivia):
    page = visit("/administration/people/", olivia)
    page.locator(f"#row-user-{town.eve.pk} .item__title").click()
    page.wait_for_url(f"**/people/{town.eve.pk}/")


def test_ticking_all_moves_no_row(visit, town, olivia):
    page = visit("/administration/people/", olivia)
    row = page.locator(f"#row-user-{town.eve.pk}")
    before = row.bounding_box()["y"]
    page.get_by_label("Choose everybody on this page").check()
    page.get_by_text("people chosen").wait_for()
    assert row.bounding_box()["y"] == before
    assert page.locator("tbody [type=checkbox]:checked").count() == User.objects.count()


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_about_people_is_accessible_and_fits(visit, town, olivia, phone, scheme, language):
    house.put(opening.MODE, "approval")
    Registration.objects.create(
        display_name="Yann", email="yann@example.org", password="!", digest=b"x", waiting_since=make.in_hours(-2)
    )
    gina = User.objects.get(username="gina")
    page = visit("/administration/people/", olivia, phone=phone, language=language, color_scheme=scheme)
    good(page)
    pages = ["?state=waiting", "?q=nobody", f"{gina.pk}/", f"{olivia.pk}/", f"{town.bob.pk}/"]
    pages = [f"/administration/people/{one}" for one in pages]
    group = f"/administration/groups/{town.team.pk}/"
    for address in [*pages, "/administration/groups/", group, f"{group}delete/", "/settings/groups/"]:
        page.goto(address)
        good(page)
    page.goto("/administration/people/?q=gina")
    page.locator("tbody [type=checkbox]").check()
    page.locator("[name=act]").select_option(f"group:{town.team.pk}")
    good(page)
    with page.expect_navigation():
        page.locator("#several button").click()
    good(page)  # what became of each
    page.goto(group)
    page.fill("#who", "Gina (gina)")
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.locator("form:has(#who) .button--primary").click()
    assert page.locator("main .banner--warn").count() == 1
    good(page)
    page = visit("/settings/groups/", town.bob, phone=phone, language=language, color_scheme=scheme)
    good(page)


def test_without_script_several_are_acted_on(visit, town, olivia):
    page = visit("/administration/people/", olivia, java_script_enabled=False)
    page.get_by_label("Choose Eve", exact=True).check()
    page.get_by_label("Choose Gina", exact=True).check()
    page.get_by_label("What to do with those who are ticked").select_option(f"group:{town.team.pk}")
    with page.expect_navigation():
        page.get_by_role("button", name="Apply").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Add all the same").click()
    assert town.team.members.filter(username__in=["eve", "gina"]).count() == 2


def test_a_stranger_registers_and_comes_in_once_approved(visit, town, olivia):
    house.put(opening.MODE, "approval")
    phone = visit("/accounts/login/", phone=True, language="fr")
    phone.get_by_role("link", name="Créer un compte").click()
    phone.set_viewport_size({"width": 320, "height": 640})
    good(phone)
    phone.get_by_label("Votre nom").fill("Zoé Martin")
    phone.get_by_label("Adresse de courriel").fill("zoe@example.org")
    with phone.expect_response("**/accounts/strength/"):
        phone.locator("#id_password").fill("quatre-lapins-violets-dansent")
    phone.locator("password-meter [data-words]:not(:empty)").wait_for()
    good(phone)
    phone.get_by_role("button", name="Envoyer la demande").click()
    phone.get_by_role("heading", name="Votre demande est arrivée").wait_for()
    good(phone)
    page = visit("/administration/people/?state=waiting", olivia)
    page.get_by_role("button", name="Approve Zoé Martin").click()
    page.get_by_role("heading", name="Zoé Martin", level=1).wait_for()
    good(page)
    phone.get_by_role("link", name=re.compile("connexion")).click()
    phone.fill("#id_login", "zoe@example.org")
    phone.fill("#id_password", "quatre-lapins-violets-dansent")
    phone.get_by_role("button", name="Se connecter").click()
    phone.get_by_role("heading", name="Bonjour Zoé").wait_for()
