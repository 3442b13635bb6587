"""An administrator invites by a link; somebody joins on a phone. Accessible and fitting all the way."""

import pytest

from collab.accounts.actions import invitations, posting
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Rank, User
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adam(transactional_db):
    build_town()
    return make.make_user("adam", Rank.ADMIN)


def good(page):
    assert violations(page) == [], page.url
    assert not overflows(page), page.url


def test_an_administrator_invites_and_somebody_joins_on_a_phone(visit, adam):
    page = visit("/administration/people/", adam)
    page.get_by_role("link", name="Invite", exact=True).first.click()
    page.get_by_role("link", name="By a link").click()
    page.get_by_label("Days it lasts").fill("3")
    page.get_by_label("How many people").fill("1")
    good(page)
    page.get_by_role("button", name="Create the link").click()
    page.wait_for_url("**/invitations/*/")
    page.get_by_role("button", name="Copy").wait_for()
    good(page)
    link = page.locator("[data-text]").text_content().strip()

    phone = visit(link, phone=True, language="fr")
    phone.set_viewport_size({"width": 320, "height": 640})
    good(phone)
    phone.get_by_label("Votre nom").fill("Zoé Martin")
    assert phone.locator("#id_username").input_value() == "zoe.martin"
    phone.locator("#id_username").fill("zoe")
    phone.get_by_label("Votre nom").fill("Zoé M.")
    assert phone.locator("#id_username").input_value() == "zoe", "what one typed oneself is kept"
    with phone.expect_response("**/accounts/strength/"):
        phone.locator("#id_password").fill("quatre-lapins-violets-dansent")
    phone.locator("password-meter [data-words]:not(:empty)").wait_for()
    good(phone)
    phone.get_by_role("button", name="Rejoindre").click()
    phone.get_by_text("Bienvenue, Zoé M.").wait_for()
    good(phone)
    assert User.objects.get(username="zoe").language == "fr"
    late = visit(link, phone=True, language="fr")
    late.get_by_role("heading", name="Cette invitation n’est plus valable").wait_for()
    good(late)


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_of_inviting_is_accessible_and_fits(visit, adam, phone, scheme, language):
    listed = (
        "Zoé Martin <zoe.martin.de.la.longue.adresse@association.example.org>, adam, max@example.org\nmax@example.org"
    )
    (zoe, *_others) = invitations.invite_addresses(adam, listed, Terms(message="À bientôt"))
    link = invitations.invite_by_link(adam, Terms(rank="guest"), uses=10)
    page = visit("/administration/people/invite/", adam, phone=phone, language=language, color_scheme=scheme)
    good(page)
    page.locator("#id_addresses").fill(listed)
    page.locator("main .button--primary").click()
    page.wait_for_url("**/results/")
    good(page)
    for address in ("/administration/people/", f"/administration/people/invitations/{link.pk}/"):
        page.goto(address)
        good(page)
    stranger = visit(posting.path_of(zoe.invitation), phone=phone, language=language, color_scheme=scheme)
    good(stranger)
