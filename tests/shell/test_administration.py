"""People and groups in administration: each act goes by rank, says what it did, and can mostly be undone."""

import re

import pytest

from collab.accounts.models import Rank, User
from collab.groups.models import Group, Membership
from collab.lib.paging import PAGE
from files.previews import kinds
from tests import town as make

PASSWORD = "quatre-lapins-violets-dansent"


def undo(browser, page):
    form = re.search(r'action="([^"]+)" data-undo>(.*?)</form>', page.content.decode(), re.S)
    return browser.post(form[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2])))


def test_somebody_is_brought_in_and_can_sign_in(as_, admin):
    page = as_(admin).post(
        "/administration/people/new/",
        {"display_name": "Zoé", "username": "zoe", "email": "", "rank": "member", "password": PASSWORD},
        follow=True,
    )
    assert "can sign in as" in page.content.decode()
    assert User.objects.get(username="zoe").check_password(PASSWORD)


@pytest.mark.parametrize(("field", "value"), [("username", "BAD NAME"), ("username", "bob"), ("password", "12345678")])
def test_what_is_wrong_is_said_and_nothing_is_made(as_, admin, field, value):
    fields = {"display_name": "Zoé", "username": "zoe", "rank": "member", "password": PASSWORD} | {field: value}
    page = as_(admin).post("/administration/people/new/", fields)
    assert page.status_code == 400
    assert 'value="Zoé"' in page.content.decode(), "what was typed is kept"
    assert not User.objects.filter(username="zoe").exists()


def test_an_administrator_makes_no_administrator(as_, admin, bob):
    html = as_(admin).get("/administration/people/new/").content.decode()
    assert 'value="admin"' not in html
    assert as_(admin).post(f"/administration/people/{bob.pk}/rank/", {"rank": "admin"}).status_code == 403


def test_a_rank_is_given_and_taken_back(as_, owner, bob):
    browser = as_(owner)
    page = browser.post(f"/administration/people/{bob.pk}/rank/", {"rank": "space_manager"}, follow=True)
    bob.refresh_from_db()
    assert bob.rank == Rank.SPACE_MANAGER
    undo(browser, page)
    bob.refresh_from_db()
    assert bob.rank == Rank.MEMBER


def test_an_account_is_disabled_and_opened_again(as_, admin, bob):
    browser = as_(admin)
    page = browser.post(f"/administration/people/{bob.pk}/switch/", {"active": "0"}, follow=True)
    bob.refresh_from_db()
    assert not bob.is_active
    undo(browser, page)
    bob.refresh_from_db()
    assert bob.is_active


def test_an_active_account_is_not_deleted(as_, owner, bob):
    assert as_(owner).post(f"/administration/people/{bob.pk}/delete/").status_code == 403
    assert User.objects.filter(pk=bob.pk).exists()


def test_people_are_found_by_name_and_address(as_, admin, bob):
    User.objects.filter(pk=bob.pk).update(email="robert@example.org")
    for wanted in ("BOB", "robert@", "bo"):
        html = as_(admin).get("/administration/people/", {"q": wanted}).content.decode()
        assert f'id="row-user-{bob.pk}"' in html
    assert "Nobody matches" in as_(admin).get("/administration/people/", {"q": "xyz"}).content.decode()


def test_many_people_come_by_pages_without_gaps(as_, admin):
    User.objects.bulk_create(
        User(username=f"p{n:03}", display_name=f"Person {n // 2:03}", password="!") for n in range(PAGE + 20)
    )
    browser = as_(admin)
    seen, address = [], "/administration/people/"
    while address:
        html = browser.get(address).content.decode()
        seen += re.findall(r'id="row-user-(\d+)"', html)
        more = re.search(r'href="(\?[^"]*after[^"]*)"', html)
        address = "/administration/people/" + more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == User.objects.count()


@pytest.mark.parametrize("cursor", ["xx", "bnVsbA", "%00"])
def test_a_foreign_cursor_is_refused(as_, admin, cursor):
    assert as_(admin).get("/administration/people/", {"after": cursor}).status_code == 400


def test_a_group_is_made_filled_renamed_and_removed(as_, admin, bob):
    browser = as_(admin)
    browser.post("/administration/groups/", {"name": "Sportifs"})
    group = Group.objects.get(name="Sportifs")
    address = f"/administration/groups/{group.pk}/"
    browser.post(address, {"who": "bob"})
    browser.post(address, {"user": bob.pk, "is_manager": "1"})
    assert Membership.objects.get(group=group, user=bob).is_manager
    page = browser.post(f"{address}remove/", {"user": bob.pk}, follow=True)
    undo(browser, page)
    assert Membership.objects.get(group=group, user=bob).is_manager, "back as he was"
    page = browser.post(f"{address}rename/", {"name": "Sport"}, follow=True)
    undo(browser, page)
    assert Group.objects.get(pk=group.pk).name == "Sportifs"
    browser.post(f"{address}delete/")
    assert not Group.objects.filter(pk=group.pk).exists()


def test_a_name_taken_is_said_beside_the_field(as_, admin, team):
    page = as_(admin).post("/administration/groups/", {"name": team.name})
    assert page.status_code == 400
    assert "A group has this name already" in page.content.decode()


def test_a_manager_of_a_group_gets_to_its_page_alone(as_, bob, eve):
    group = make.make_group("Own", managers=(bob,))
    other = make.make_group("Other")
    browser = as_(bob)
    assert browser.get(f"/administration/groups/{group.pk}/").status_code == 200
    browser.post(f"/administration/groups/{group.pk}/", {"who": "eve"})
    assert group.memberships.filter(user=eve).exists()
    assert browser.get(f"/administration/groups/{other.pk}/").status_code == 403
    assert browser.get("/administration/groups/").status_code == 403
    assert browser.post(f"/administration/groups/{group.pk}/delete/").status_code == 403


def test_everyone_has_no_page(as_, admin):
    assert as_(admin).get(f"/administration/groups/{make.everyone().pk}/").status_code == 404


def test_listing_a_space_opens_nothing(as_, admin, space):
    html = as_(admin).get("/administration/spaces/").content.decode()
    assert "Plans" in html
    assert f'href="/spaces/{space.pk}/"' not in html
    assert as_(admin).get(f"/spaces/{space.pk}/").status_code == 404


def test_health_names_each_part(as_, admin):
    html = as_(admin).get("/administration/health/").content.decode()
    for part in ("Database", "Live refresh", "Disk", "Background work", "Mail", "Address"):
        assert part in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "LibreOffice is not installed"), ("fr", "LibreOffice n’est pas installé")],
    ids=["en", "fr"],
)
def test_health_says_when_office_documents_have_no_pictures(as_, admin, monkeypatch, language, words):
    monkeypatch.setattr(kinds, "writer", lambda: "")
    assert words in as_(admin, language).get("/administration/health/").content.decode()
    monkeypatch.setattr(kinds, "writer", lambda: "/usr/bin/soffice")
    html = as_(admin, language).get("/administration/health/").content.decode()
    assert words not in html
    assert "/usr/bin/soffice" in html
