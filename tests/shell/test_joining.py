"""The page of somebody invited, in both languages: one account, or a sentence on why not."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from collab.accounts.actions import invitations, posting
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import User
from tests import town as make

PASSWORD = "quatre-lapins-violets-dansent"
FORM = {"display_name": "Zoé Martin", "username": "zoe", "password": PASSWORD, "language": "fr"}


@pytest.fixture
def link(admin, team):
    return invitations.invite_by_link(admin, Terms(groups=(team.pk,), message="À <b>demain</b>"), uses=5)


def invited(maker, email="zoe@example.org", **terms):
    return invitations.invite_addresses(maker, f"Zoé Martin <{email}>", Terms(**terms))[0].invitation


def stranger(language="en"):
    return Client(headers={"accept-language": language})


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Adam invites you to", "opens to you: Team", "Join")), ("fr", ("Adam vous invite", "Rejoindre"))],
)
def test_the_page_says_who_invites_into_what(link, language, words):
    page = stranger(language).get(posting.path_of(link))
    html = page.content.decode()
    assert page.status_code == 200
    assert all(word in html for word in words)
    assert "À &lt;b&gt;demain&lt;/b&gt;" in html
    assert "no-store" in page["Cache-Control"]


def test_somebody_joins_is_signed_in_and_lands_at_home(link, team):
    browser = stranger()
    page = browser.post(posting.path_of(link), {**FORM, "email": "Zoe@example.org"}, follow=True)
    zoe = User.objects.get(username="zoe")
    assert page.redirect_chain == [("/", 302)]
    assert "Bienvenue, Zoé Martin" in page.content.decode()
    assert (zoe.email, zoe.language, zoe.rank) == (None, "fr", "member")
    assert zoe.address_changes.get().email == "zoe@example.org", "what a stranger types has to be proved"
    assert list(zoe.collab_groups.named()) == [team]
    assert browser.post("/settings/devices/new/", {"name": "phone"}).status_code == 200


def test_an_address_brings_its_name_and_user_name_and_is_not_changed(admin):
    address = posting.path_of(invited(admin))
    html = stranger().get(address).content.decode()
    assert 'value="Zoé Martin"' in html
    assert 'value="zoe.martin"' in html
    assert 'name="email"' not in html
    assert stranger().post(address, {**FORM, "username": "", "email": "else@example.org"}).status_code == 302
    assert User.objects.get(username="zoe.martin").email == "zoe@example.org"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "bob"), ("username", "BAD NAME"), ("password", "12345678"), ("display_name", ""),
        ("email", "nonsense"), ("language", "tlh"), ("display_name", "x" * 200),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_uses_nothing(link, bob, field, value, caplog):
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    page = stranger().post(posting.path_of(link), {**FORM, field: value})
    html = page.content.decode()
    assert page.status_code == 400
    assert f'id="id_{field}-error"' in html
    assert make.fresh(link).uses_count == 0
    assert PASSWORD not in html
    assert "/invitation/" not in caplog.text, "the link lives: it does not go to the log"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(days=2)}, ("It was open until", "Elle était ouverte")),
        ({"revoked_at": timezone.now()}, ("It was cancelled", "Elle a été annulée")),
        ({"uses_count": 5}, ("It has been used", "Elle a déjà servi")),
    ],
)
def test_an_ended_invitation_says_so_and_what_to_do(link, changed, words):
    make.change(link, **changed)
    for language, word, advice in zip(("en", "fr"), words, ("Ask Adam", "à Adam"), strict=True):
        for page in (
            stranger(language).get(posting.path_of(link)),
            stranger(language).post(posting.path_of(link), FORM),
        ):
            assert page.status_code == 410
            assert word in page.content.decode()
            assert advice in page.content.decode()
    assert not User.objects.filter(username="zoe").exists()


def test_the_invitation_of_a_disabled_person_opens_nothing(link, admin):
    make.change(admin, is_active=False)
    assert "can no longer bring people in" in stranger().get(posting.path_of(link)).content.decode()


def test_an_address_with_an_account_is_told_to_sign_in(admin, bob):
    address = posting.path_of(invited(admin))
    User.objects.filter(pk=bob.pk).update(email="Zoe@example.org")
    html = stranger().get(address).content.decode()
    assert "There is an account with the address zoe@example.org" in html
    assert stranger().post(address, FORM).status_code == 200
    assert not User.objects.filter(username="zoe").exists()


def test_who_is_signed_in_makes_no_second_account_by_mistake(as_, bob, link):
    browser = as_(bob)
    address = posting.path_of(link)
    html = browser.get(address).content.decode()
    assert "You are signed in as Bob" in html
    browser.post(address, FORM)
    assert not User.objects.filter(username="zoe").exists()
    form = re.search(r'action="(/accounts/logout/)">(?:(?!</form>).)*name="next" value="([^"]+)"', html, re.S)
    page = browser.post(form[1], {"next": form[2]}, follow=True)
    assert page.redirect_chain[-1][0] == address
    assert 'name="password"' in page.content.decode()


@pytest.mark.parametrize("token", ["guess", "%00", "x" * 500, "%ff"])
def test_a_wrong_token_is_not_known(town, token):
    assert stranger().get(f"/invitation/{token}/").status_code == 404


def test_guessing_is_slowed_down_and_a_right_link_costs_nothing(link):
    make.change(link, revoked_at=timezone.now())
    browser = stranger()
    assert [browser.get(posting.path_of(link)).status_code for _try in range(30)] == [410] * 30
    codes = [browser.get(f"/invitation/guess{number}/").status_code for number in range(25)]
    assert codes[:20] == [404] * 20
    assert 429 in codes
