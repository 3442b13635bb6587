"""A guest sees what is shared and nothing else, owns nothing, and becomes a member by one click, keeping all of it."""

import pytest

from collab.accounts.models import Rank, User
from collab.lib.errors import Conflict
from collab.rights.right import EDITOR
from collab.spaces.models import Space
from files.models import Node
from tests import town as make
from tests.dav.conftest import device
from tests.shell.test_administration import undo


@pytest.fixture
def gina(town):
    """A guest to whom one folder of “Plans” is shared; beside it lies another, and Everyone has a space."""
    guest = make.make_user("gina", Rank.GUEST)
    shared = make.make_folder(town.alice, town.root, "For Gina")
    make.make_file(town.alice, shared, "programme.txt", b"noon")
    make.make_file(town.alice, make.make_folder(town.alice, town.root, "Board"), "secret.txt")
    make.share(town.alice, shared, guest, EDITOR.mask)
    everybody = make.make_space(town.alice, "Noticeboard")
    make.share(town.alice, everybody, make.everyone())
    make.make_file(town.alice, make.root_of(everybody), "notice.txt")
    return guest


def node(name):
    return Node.objects.get(name=name)


PAGES = ("/", "/files/", "/files/shared/", "/files/recent/", "/files/trash/", "/files/favourites/", "/settings/groups/")


def seen_in_browser(browser):
    pages = [browser.get(address) for address in PAGES]
    assert {page.status_code for page in pages} <= {200, 302, 403, 404}
    return "".join(page.content.decode() for page in pages)


def seen_on_device(who):
    return " ".join(who.propfind("", depth="1").hrefs)


@pytest.fixture
def phone(gina):
    return device(gina)


def test_a_guest_sees_what_is_shared_and_nothing_else(as_, gina, phone, space):
    browser = as_(gina)
    html = seen_in_browser(browser)
    assert "For Gina" in html
    for other in ("secret.txt", "Board", "Noticeboard", "notice.txt"):  # the path to what is shared names “Plans”
        assert other not in html, other
    assert browser.get(f"/files/id/{node('programme.txt').pk}/", follow=True).status_code == 200
    for name in ("secret.txt", "notice.txt"):
        assert browser.get(f"/files/download/{node(name).pk}/").status_code == 404
    assert browser.get(f"/spaces/{space.pk}/").status_code == 404
    hrefs = seen_on_device(phone)
    assert "For%20Gina" in hrefs
    assert not any(other in hrefs for other in ("Board", "Noticeboard", "Plans"))
    assert phone("GET", "For%20Gina/programme.txt").body == b"noon"


def test_a_guest_owns_nothing_and_has_no_trash(as_, gina, phone):
    assert not Space.objects.filter(owner=gina).exists()
    browser = as_(gina)
    assert phone.put("mine.txt", b"x").status in {403, 409}
    assert phone("MKCOL", "Mine").status in {403, 409}
    assert browser.get("/files/trash/").status_code in {200, 403, 404}
    assert browser.post("/spaces/new/", {"name": "Mine"}).status_code == 403
    assert not Node.objects.filter(space__owner=gina).exists()
    assert not Node.objects.filter(name__in=["mine.txt", "Mine"]).exists()


def test_a_guest_who_may_share_finds_only_those_of_their_groups(as_, gina, alice, eve):
    folder = node("For Gina")
    make.share(alice, folder, gina, 255)
    make.make_group("Cooks", gina, eve)
    names = as_(gina).get(f"/share/node/{folder.pk}/people/", {"q": "e"}).json()["found"]
    assert {one["name"] for one in names} == {"Eve"}
    assert as_(gina).get(f"/share/node/{folder.pk}/people/", {"q": "team"}).json()["found"] == []


@pytest.mark.parametrize("by", ["admin", "space_manager"])
def test_one_click_makes_a_member_who_keeps_everything(as_, gina, phone, by):
    make.make_group("Cooks", gina)
    keeper = make.make_user("kim", by)
    page = as_(keeper).get(f"/administration/people/{gina.pk}/")
    assert "Make a member" in page.content.decode()
    page = as_(keeper).post(f"/administration/people/{gina.pk}/rank/", {"rank": "member"}, follow=True)
    gina.refresh_from_db()
    assert gina.rank == Rank.MEMBER
    assert "For Gina" in seen_in_browser(as_(gina))
    hrefs = seen_on_device(phone)
    assert "For%20Gina" in hrefs
    assert "Noticeboard" in hrefs, "and what everybody has"
    assert phone.put("mine.txt", b"x").status == 201
    assert gina.memberships.count() == 1


def test_undoing_the_promotion_takes_the_empty_place_away_again(as_, admin, gina, phone):
    browser = as_(admin)
    page = browser.post(f"/administration/people/{gina.pk}/rank/", {"rank": "member"}, follow=True)
    assert Space.objects.filter(owner=gina).exists()
    undo(browser, page)
    gina.refresh_from_db()
    assert gina.rank == Rank.GUEST
    assert not Space.objects.filter(owner=gina).exists()
    assert "For%20Gina" in seen_on_device(phone)
    assert make.is_clean()


def test_a_member_with_files_does_not_become_a_guest(as_, admin, bob):
    make.make_file(bob, make.home(bob), "mine.txt")
    page = as_(admin).post(f"/administration/people/{bob.pk}/rank/", {"rank": "guest"})
    assert page.status_code == Conflict.status
    assert "Bob still has 1 file or entry of their own" in page.content.decode()
    assert User.objects.get(pk=bob.pk).rank == Rank.MEMBER
    make.throw_away(bob, node("mine.txt"))
    assert as_(admin).post(f"/administration/people/{bob.pk}/rank/", {"rank": "guest"}).status_code == 409


def test_a_guest_demoted_has_nothing_of_everyones(as_, admin, gina, bob):
    assert "Noticeboard" in seen_in_browser(as_(bob))
    as_(admin).post(f"/administration/people/{bob.pk}/rank/", {"rank": "guest"})
    assert "Noticeboard" not in seen_in_browser(as_(bob))
    assert "Noticeboard" not in seen_on_device(device(User.objects.get(pk=bob.pk)))
