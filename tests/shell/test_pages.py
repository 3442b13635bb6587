"""Every page of the frame answers those it is for, and nobody else."""

import pytest
from django.test import Client

from tests import town as make

MINE = (
    "/",
    "/search/",
    "/settings/",
    "/settings/appearance/",
    "/settings/language/",
    "/settings/security/",
    "/settings/devices/",
    "/settings/devices/connect/",
    "/settings/devices/connect/computer/",
    "/settings/devices/connect/rclone/",
)
HOUSE = (
    "/administration/",
    "/administration/people/",
    "/administration/people/new/",
    "/administration/groups/",
    "/administration/spaces/",
    "/administration/health/",
)


def of_space(space):
    return [f"/spaces/{space.pk}/", f"/spaces/{space.pk}/members/", f"/spaces/{space.pk}/settings/"]


@pytest.mark.parametrize("address", MINE)
def test_my_pages_open_and_have_one_title(as_, eve, address):
    page = as_(eve).get(address)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


@pytest.mark.parametrize("address", [*MINE, *HOUSE, "/spaces/new/"])
def test_a_visitor_is_asked_to_sign_in(db, client, address):
    page = client.get(address)
    assert page.status_code == 302
    assert page["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", HOUSE)
def test_administration_opens_to_administrators(as_, admin, address):
    assert as_(admin).get(address).status_code == 200


@pytest.mark.parametrize("address", HOUSE)
def test_administration_tells_others_whom_to_ask(as_, bob, address):
    page = as_(bob).get(address)
    assert page.status_code == 403
    assert "Ask one of them" in page.content.decode()


def test_a_space_opens_to_its_members(as_, alice, space):
    for address in of_space(space):
        assert as_(alice).get(address).status_code == 200


def test_a_space_does_not_exist_for_others(as_, eve, space):
    browser = as_(eve)
    for address in of_space(space):
        assert browser.get(address).status_code == 404
    for address in ("members/", "members/remove/", "archive/", "pin/"):
        assert browser.post(f"/spaces/{space.pk}/{address}").status_code == 404


def test_the_settings_of_a_space_are_for_its_managers(as_, bob, space):
    page = as_(bob).get(f"/spaces/{space.pk}/settings/")
    assert page.status_code == 403
    assert "Alice" in page.content.decode(), "it says whom to ask"


def test_the_column_shows_the_spaces_i_see(as_, alice, bob, eve, space):
    make.make_space(alice, "Secret")
    assert "Plans" in as_(bob).get("/").content.decode()
    assert "Secret" not in as_(bob).get("/").content.decode()
    assert "Plans" not in as_(eve).get("/").content.decode()


def test_changing_app_keeps_the_space(as_, bob, space):
    page = as_(bob).get(f"/spaces/{space.pk}/").content.decode()
    assert f'href="/files/@{space.slug}/"' in page


def test_pages_carry_no_inline_style_and_no_inline_handler(as_, alice, admin, space):
    pages = [as_(alice).get(address) for address in [*MINE, *of_space(space)]] + [as_(admin).get(a) for a in HOUSE]
    for page in pages:
        html = page.content.decode()
        assert "style=" not in html
        assert " onclick=" not in html
        assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_scripts_bear_the_nonce_of_the_answer(as_, eve):
    page = as_(eve).get("/")
    nonce = page["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    html = page.content.decode()
    assert html.count("<script") == html.count(f'nonce="{nonce}"')


def test_a_frame_costs_few_queries(as_, bob, space, django_assert_max_num_queries):
    browser = as_(bob)
    browser.get("/settings/security/")
    with django_assert_max_num_queries(8):
        browser.get("/settings/security/")


def test_the_sign_in_page_needs_no_script(client, db):
    html = client.get("/accounts/login/").content.decode()
    assert "<form" in html
    assert 'autocomplete="current-password"' in html


def test_posts_without_the_token_of_the_page_are_refused(alice, space):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    page = browser.post(f"/spaces/{space.pk}/pin/", {"pinned": "1"})
    assert page.status_code == 403
    assert not space.pins.exists()
