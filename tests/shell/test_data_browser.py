"""The pages of leaving, of walking as somebody else, and of rooms: accessible, on a phone too."""

from __future__ import annotations

from typing import Any

import pytest

from collab.accounts.models import Rank
from collab.mydata.models import Farewell
from collab.rights.right import READER
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: Any, store: Any) -> Any:
    return build_town()


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, town, phone, scheme, language):
    admin = make.make_user("adam", Rank.ADMIN)
    make.share(town.alice, town.space, admin, READER.mask)
    hidden = make.make_folder(town.alice, town.root, "Ce dossier a un nom plutôt long pour un téléphone")
    make.make_folder(town.alice, town.root, "Comptes")
    make.restrict(town.alice, hidden)
    make.share(town.alice, hidden, town.bob, READER.mask)
    Farewell.objects.create(person=town.bob, due_at=make.in_hours(100), trouble="« Plans » resterait sans responsable.")
    page = visit("/administration/", admin, phone=phone, color_scheme=scheme, language=language)
    page.goto(f"/administration/see-as/{town.bob.pk}/")
    page.locator("main form button.button--primary").click()
    settle(page)
    for address in (
        f"/administration/see-as/{town.bob.pk}/",
        f"/administration/see-as/{town.bob.pk}/in/space/{town.space.pk}/",
        "/administration/leaving/",
        f"/administration/people/{town.bob.pk}/",
        f"/administration/spaces/{town.space.pk}/room/",
    ):
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address
    mine = visit("/settings/data/", town.alice, phone=phone, color_scheme=scheme, language=language)
    for address in ("/settings/data/", "/settings/data/leave/", f"/spaces/{town.space.pk}/members/"):
        mine.goto(address)
        assert violations(mine) == [], address
        assert not overflows(mine), address
