"""The pages of encryption in a real browser: the key is kept, a part of it typed back, and the work goes on."""

from __future__ import annotations

import pytest
from django.test import Client

from collab.accounts.models import User
from collab.registry import house
from collab.vault import actions, keys, master
from tests import town as make
from tests.accounts.people import typed_password
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations
from tests.vault.conftest import finish
from tests.vault.test_keys import PAGE, groups_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_it_is_turned_on_once_the_key_is_kept(visit, stick, transactional_db, phone, scheme, language):
    town = build_town()
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    for number in range(3):
        make.make_file(town.alice, town.root, f"{number}.txt", b"content")
    page = visit(PAGE, town.alice, phone=phone, language=language, color_scheme=scheme)
    signed_in = Client()
    signed_in.cookies["sessionid"] = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    typed_password(signed_in)

    def judged(name: str) -> None:
        assert violations(page) == [], name
        assert not overflows(page), name

    judged("off")
    page.locator(f"form[action='{PAGE}prepare/'] button").click()
    page.wait_for_url(f"**{PAGE}key/")
    judged("key")
    (recovery,) = map(master.text, master.known())
    assert page.locator(".codes code").all_inner_texts() == recovery.split("-")
    page.locator("[name=groups]").fill(groups_of(recovery))
    page.locator("[name=groups]").press("Enter")
    page.wait_for_url(f"**{PAGE}")
    page.wait_for_selector("#encryption-work progress")
    judged("under way")
    house.forget_all()
    assert keys.wanted()
    finish()
    page.wait_for_selector("#encryption-work .banner--good")
    actions.renew(None)
    page.goto(PAGE)
    judged("another key waits")
