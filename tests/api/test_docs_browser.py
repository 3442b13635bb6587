"""The page of the calls in a real browser: accessible, and it fits a phone."""

import os

import pytest

from tests.conftest import build_town
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (True, "dark")])
def test_it_is_accessible_and_fits(visit, transactional_db, store, phone, scheme):
    town = build_town()
    page = visit("/api/v1/docs", town.alice, phone=phone, color_scheme=scheme, language="fr")
    page.locator("details.call").first.locator("summary").click()
    page.locator("details.call").nth(1).locator("summary").click()
    page.get_by_text("openapi.json").wait_for()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/docs-{scheme}.png")
    assert violations(page) == []
    assert not overflows(page)
