"""The list of archived spaces, bringing one back, having one deleted, and the room that administrators give."""

import pytest

from collab.accounts.models import Rank
from collab.shell.views.spaces import ending
from collab.spaces.models import Space
from tests import town as make
from tests.shell.test_spaces_pages import undo

LIST = "/spaces/archived/"


@pytest.fixture
def mila(town):
    return make.make_user("mila", Rank.SPACE_MANAGER)


@pytest.fixture
def old(mila):
    """Mila's archived space “Old camp”, which only she sees."""
    space = make.make_space(mila, "Old camp")
    make.make_file(mila, make.root_of(space), "plan.txt")
    make.change(space, archived_at=make.in_hours(-1))
    return space


def test_each_sees_those_they_are_in_and_administrators_all_by_name(as_, mila, old, admin, bob, space, alice):
    make.change(space, archived_at=make.in_hours(-2))
    mine = as_(mila).get(LIST).content.decode()
    assert "Old camp" in mine
    assert "Plans" not in mine
    all_of_them = as_(admin).get(LIST).content.decode()
    assert "Old camp" in all_of_them
    assert "Plans" in all_of_them
    assert f'href="/spaces/{old.pk}/"' not in all_of_them, "they are listed, not entered"
    theirs = as_(bob).get(LIST).content.decode()
    assert "Plans" in theirs
    assert "Old camp" not in theirs
    assert f"/spaces/{space.pk}/archive/" not in theirs, "no control that would fail"


def test_the_column_leads_there_once_there_is_something(as_, mila, bob, old):
    assert LIST in as_(mila).get("/").content.decode()
    assert LIST not in as_(bob).get("/").content.decode()


def test_nothing_archived_says_so(as_, bob):
    assert "Nothing is archived" in as_(bob).get(LIST).content.decode()


def test_it_is_paged(as_, admin, mila, monkeypatch):
    monkeypatch.setattr(ending, "PAGE", 4)
    for number in range(6):
        make.change(make.make_space(mila, f"Camp {number:02}"), archived_at=make.in_hours(-number - 1))
    html = as_(admin).get(LIST).content.decode()
    assert "Camp 03" in html
    assert "Camp 04" not in html
    following = html.split('href="?after=')[1].split('"')[0]
    rest = as_(admin).get(f"{LIST}?after={following}").content.decode()
    assert "Camp 04" in rest
    assert "Camp 03" not in rest


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4Iiwx", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwxXQ"])
def test_a_foreign_cursor_is_refused(as_, bob, cursor):
    assert as_(bob).get(LIST, {"after": cursor}).status_code == 400


def test_an_administrator_brings_back_what_they_do_not_see(as_, admin, old):
    page = as_(admin).post(f"/spaces/{old.pk}/archive/", {"restore": "1"}, follow=True)
    assert page.status_code == 200
    assert make.fresh(old).archived_at is None


def test_deleting_asks_for_the_name_and_can_be_undone(as_, mila, old):
    browser = as_(mila)
    html = browser.get(f"/spaces/{old.pk}/delete/").content.decode()
    assert "1 file" in html
    page = browser.post(f"/spaces/{old.pk}/delete/", {"name": "Old"})
    assert page.status_code == 400
    assert 'value="Old"' in page.content.decode()
    page = browser.post(f"/spaces/{old.pk}/delete/", {"name": " old  CAMP "}, follow=True)
    assert "will be erased on" in page.content.decode()
    assert make.fresh(old).delete_at is not None
    assert "will be erased on" in browser.get(f"/spaces/{old.pk}/").content.decode(), "its pages say so"
    undo(browser, page)
    assert make.fresh(old).delete_at is None


def test_who_may_not_neither_deletes_nor_keeps(as_, mila, old, bob, eve):
    make.change(old, archived_at=None)
    make.share(mila, old, bob)
    make.change(old, archived_at=make.in_hours(-1))
    for what in ("delete", "keep"):
        assert as_(bob).post(f"/spaces/{old.pk}/{what}/", {"name": "Old camp"}).status_code == 403
        assert as_(eve).post(f"/spaces/{old.pk}/{what}/", {"name": "Old camp"}).status_code == 404
    assert as_(bob).get(f"/spaces/{old.pk}/delete/").status_code == 403


def test_a_living_one_is_archived_first(as_, mila, old):
    make.change(old, archived_at=None)
    assert as_(mila).get(f"/spaces/{old.pk}/delete/").status_code == 409
    assert as_(mila).post(f"/spaces/{old.pk}/delete/", {"name": "Old camp"}).status_code == 409


def test_a_personal_space_is_nowhere_here(as_, admin, bob):
    own = Space.objects.get(owner=bob)
    for what in ("delete", "keep", "archive", "copy"):
        assert as_(admin).post(f"/spaces/{own.pk}/{what}/", {"name": own.name}).status_code == 404
    assert as_(bob).get(f"/spaces/{own.pk}/").status_code == 404


def test_settings_offer_what_may_be_done_and_say_why_not(as_, alice, mila, old, space):
    html = as_(alice).get(f"/spaces/{space.pk}/settings/").content.decode()
    assert "Only who made this space, or an administrator" in html
    assert "/archive/" not in html
    html = as_(mila).get(f"/spaces/{old.pk}/settings/").content.decode()
    assert f"/spaces/{old.pk}/delete/" in html
    assert 'name="hue"' not in html, "an archived space is not edited"


def test_an_administrator_sets_the_room_and_takes_it_back(as_, admin, mila, space):
    browser = as_(admin)
    address = f"/administration/spaces/{space.pk}/room/"
    page = browser.post(address, {"quota": "2,5"}, follow=True)
    assert make.fresh(space).quota == 2_500_000_000
    assert 'value="2.5"' in browser.get(address).content.decode()
    undo(browser, page)
    assert make.fresh(space).quota is None
    for wrong in ("0", "-1", "1e400", "NaN", "lots", "10000000"):
        assert browser.post(address, {"quota": wrong}).status_code == 400
    assert as_(mila).get(address).status_code in {403, 404}


def test_the_full_space_says_its_name(as_, alice, space, root):
    make.change(space, quota=3)
    with pytest.raises(Exception, match="Plans"):
        make.make_file(alice, root, "big.txt", b"four")
