"""An account goes, and a new password comes, through the pages of administration, without any script."""

import re

import pytest
from django.test import Client

from collab.accounts.actions import passwords, people
from collab.accounts.models import Rank, User
from collab.lib.errors import Forbidden
from collab.rights.right import MANAGER
from collab.spaces.models import Space
from tests import town as make
from tests.accounts.people import typed_password

PASSWORD = "quatre-lapins-violets-dansent"


@pytest.fixture
def mia(town, admin):
    mia = make.make_user("mia")
    make.make_file(mia, make.make_folder(mia, make.home(mia), "Été"), "plan.txt", b"x" * 2500)
    people.deactivate(admin, mia)
    return User.objects.get(pk=mia.pk)


def address(person):
    return f"/administration/people/{person.pk}/delete/"


def test_the_page_asks_who_inherits_and_says_how_much(as_, admin, mia, alice, bob):
    guest = make.make_user("gus", Rank.GUEST)
    html = as_(admin).get(address(mia)).content.decode()
    assert "1 file, 2.5\N{NO-BREAK SPACE}KB" in html
    choices = re.findall(r'<option value="(\d+)"', html)
    assert {str(alice.pk), str(bob.pk), str(admin.pk)} <= set(choices)
    assert not {str(guest.pk), str(mia.pk)} & set(choices)


def test_the_heir_is_chosen_and_finds_the_folder(as_, admin, mia, alice):
    page = as_(admin).post(address(mia), {"heir": alice.pk}, follow=True)
    assert "The account of Mia is deleted. Their files are with Alice." in page.content.decode()
    html = as_(alice).get("/files/", follow=True).content.decode()
    assert "Mia" in html
    assert not User.objects.filter(pk=mia.pk).exists()


def test_without_a_choice_nothing_goes(as_, admin, mia):
    for fields in ({}, {"heir": ""}, {"heir": mia.pk}, {"heir": "x"}):
        page = as_(admin).post(address(mia), fields)
        assert page.status_code == 400
        assert "field__error" in page.content.decode()
    assert User.objects.filter(pk=mia.pk).exists()


def test_erasing_asks_again_with_the_figures(as_, admin, mia):
    browser = as_(admin)
    html = browser.get(address(mia), {"erase": "1"}).content.decode()
    assert "1 file (2.5\N{NO-BREAK SPACE}KB) will be erased" in html
    assert "<option" not in html
    page = browser.post(address(mia), {"erase": "1"}, follow=True)
    assert "The account of Mia is deleted." in page.content.decode()
    assert not Space.objects.filter(slug="~mia").exists()


def test_an_account_without_files_is_deleted_at_once(as_, admin):
    gus = make.make_user("gus", Rank.GUEST, is_active=False)
    assert "<option" not in as_(admin).get(address(gus)).content.decode()
    as_(admin).post(address(gus))
    assert not User.objects.filter(pk=gus.pk).exists()


def test_a_space_without_another_manager_is_named_and_taken_in_charge(as_, admin, alice, bob, space):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    browser = as_(admin)
    html = browser.get(address(alice)).content.decode()
    assert "Nobody else manages the space Plans" in html
    assert "Delete the account</button>" not in html
    assert browser.post(address(alice)).status_code == 409
    make.change(space, archived_at=make.in_hours(-1))
    assert "Bring back and take charge" in browser.get("/administration/spaces/").content.decode()
    page = browser.post(f"/administration/spaces/{space.pk}/charge/", follow=True)
    assert "You manage “Plans” now" in page.content.decode()
    assert make.mask_on(admin, space) == MANAGER.mask
    assert browser.post(address(alice)).status_code == 302


def test_only_administrators_take_charge_or_delete(as_, bob, mia, space):
    assert as_(bob).post(f"/administration/spaces/{space.pk}/charge/").status_code == 403
    assert as_(bob).get(address(mia)).status_code == 403
    assert as_(bob).post(address(mia), {"erase": "1"}).status_code == 403


def test_french_says_it_too(as_, admin, mia, alice):
    html = as_(admin, "fr").get(address(mia)).content.decode()
    assert "Qui reçoit ces fichiers" in html
    assert "Effacer plutôt ce qui est à elle" in html


def test_a_new_password_is_a_link_shown_once_that_works_once(as_, admin, bob):
    browser = typed_password(as_(admin))
    where = f"/administration/people/{bob.pk}/password/"
    assert f'href="{where}"' in browser.get("/administration/people/").content.decode()
    assert "/reset/key/" not in browser.get(where).content.decode()
    page = browser.post(where)
    assert "no-store" in page["Cache-Control"]
    html = page.content.decode()
    link = re.search(r"<code data-text>http://testserver(/accounts/password/reset/key/[^<]+)</code>", html)[1]
    assert "copy-text" in html
    visitor = Client()
    form = visitor.get(link)["Location"]
    assert visitor.post(form, {"password1": PASSWORD}).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    assert "This link is no longer valid" in Client(headers={"accept-language": "en"}).get(link).content.decode()


def test_making_it_asks_for_one_s_own_password_again(as_, admin, bob):
    for answer in (as_(admin).get, as_(admin).post):
        page = answer(f"/administration/people/{bob.pk}/password/")
        assert page.status_code == 302
        assert "/accounts/" in page["Location"]
        assert "/reset/key/" not in page.content.decode()


def test_a_new_password_is_given_by_rank(as_, admin, owner, bob):
    other, off = make.make_user("otto", Rank.ADMIN), make.make_user("off", is_active=False)
    browser = typed_password(as_(admin))
    for person in (admin, owner, other, off):
        assert browser.post(f"/administration/people/{person.pk}/password/").status_code == 403
        with pytest.raises(Forbidden):
            passwords.reset_path(admin, person)
    assert passwords.reset_path(owner, other)
    with pytest.raises(Forbidden):
        passwords.reset_path(bob, make.make_user("carol"))
