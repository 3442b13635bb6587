"""“Why?” on any right, and the page of my rights."""

import html as markup
import re

import pytest

from collab.accounts.models import Rank
from collab.groups.models import Membership
from collab.rights.right import COMMENTER, EDITOR, READER
from tests import town as make
from tests.shell.sharing import mask, words


@pytest.fixture
def folder(alice, root, eve):
    found = make.make_folder(alice, root, "Accounts")
    make.share(alice, found, eve, COMMENTER.mask, note="for June", expires_at=make.in_hours(500))
    return found


def why(thing, who=None):
    address = f"/rights/why/{thing.REF_KIND}/{thing.pk}/"
    return f"{address}{who.principal.pk}/" if who else address


def test_it_names_group_space_giver_and_end(as_, alice, bob, eve, team, space, folder):
    page = words(as_(alice).get(why(folder, bob)))
    assert "Bob on “Accounts”: can edit." in page
    assert "given to the group “Team” on “Plans”, by Alice" in page
    page = words(as_(alice).get(why(folder, eve)))
    assert "Eve on “Accounts”: can comment." in page
    assert "given by name here, by Alice" in page
    assert "until" in page
    assert "for June" in page
    assert "no right" in words(as_(alice).get(why(space, eve)))


def test_everybody_is_told_about_themselves_and_about_groups(as_, bob, eve, team, alice, folder, space):
    assert "You on “Accounts”: can edit." in words(as_(bob).get(why(folder)))
    assert "given to the group “Team” here" in words(as_(bob).get(why(space, team)))
    assert "Only Alice" in words(as_(bob).get(why(space))) or "Ask Alice" in words(as_(bob).get(why(space)))
    assert as_(bob).get(why(space, alice)).status_code == 403
    assert as_(eve).get(why(space)).status_code == 404
    assert as_(eve).get(why(space, team)).status_code == 404


def test_a_place_that_one_does_not_see_is_not_named(as_, alice, eve, folder, team):
    page = words(as_(eve).get(why(folder, team)))
    assert "Plans" not in page
    assert "a place above" in page


def test_an_administrator_is_told_without_names_of_things(as_, admin, bob, folder, space, eve):
    page = words(as_(admin).get(why(folder, bob)))
    assert "Accounts" not in page
    assert "A folder in “Plans”" in page
    diary = make.make_folder(eve, make.home(eve), "Diary")
    assert as_(admin).get(why(diary, bob)).status_code == 404
    assert as_(admin).get(why(make.home(eve).space, bob)).status_code == 404


@pytest.mark.parametrize(
    "address", ["/rights/why/nothing/1/", "/rights/why/space/0/", "/rights/why/space/1/0/", "/rights/why/-/0/0/"]
)
def test_what_is_not_there_is_a_404(as_, alice, address):
    assert as_(alice).get(address).status_code == 404


def test_the_sharing_panel_and_the_file_panel_offer_it(as_, alice, bob, folder, eve):
    page = as_(alice).get(f"/share/node/{folder.pk}/").content.decode()
    assert why(folder, eve) in page
    assert why(folder) in page
    assert "Your right here: manages." in markup.unescape(re.sub(r"<[^>]+>", " ", page))
    page = as_(bob).get(f"/share/node/{folder.pk}/").content.decode()
    assert why(folder, eve) not in page


def test_a_script_gets_the_piece_alone(as_, alice, space, team):
    answer = as_(alice).get(why(space, team), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in answer
    assert "Team on “Plans”" in answer


def test_my_rights_tell_groups_spaces_and_things(as_, alice, bob, eve, team, space, folder):
    make.share(alice, space, make.everyone(), READER.mask)
    page = words(as_(bob).get("/settings/rights/"))
    for said in ("Team", "Plans: can edit", "Everyone", "Plans: can view", "through Everyone, Team", "Can edit"):
        assert said in page
    page = words(as_(eve).get("/settings/rights/"))
    assert "Accounts" in page
    assert "by name" in page
    assert "Team" not in page


def test_a_guest_has_rights_without_everyone(as_, alice, space, folder):
    guest = make.make_user("gus", Rank.GUEST)
    make.share(alice, space, make.everyone(), READER.mask)
    page = words(as_(guest).get("/settings/rights/"))
    assert "You are in no group." in page
    assert "You are in no space yet." in page


def test_one_leaves_a_group_or_gives_up_a_right(as_, bob, eve, team, space, folder):
    browser = as_(bob)
    page = browser.post("/settings/rights/leave/", {"group": team.pk}, follow=True)
    assert "You left “Team”." in words(page)
    assert not Membership.objects.filter(group=team, user=bob).exists()
    assert browser.post("/settings/rights/leave/", {"group": team.pk}).status_code == 404
    assert browser.post("/settings/rights/leave/", {"group": make.everyone().pk}).status_code == 404
    page = as_(eve).get("/settings/rights/").content.decode()
    form = re.search(r'action="(/share/node/\d+/remove/)".*?name="principal" value="(\d+)"', page, re.S)
    as_(eve).post(form[1], {"principal": form[2]})
    assert mask(folder, eve) is None


def test_my_things_come_in_pages(as_, alice, eve, root, monkeypatch):
    from collab.shell import my_rights

    monkeypatch.setattr(my_rights, "PAGE", 3)
    for number in range(7):
        make.share(alice, make.make_folder(alice, root, f"Folder {number}"), eve, EDITOR.mask)
    browser, address, found = as_(eve), "/settings/rights/", []
    for _page in range(4):
        page = browser.get(address).content.decode()
        found += re.findall(r"Folder \d", re.sub(r"aria-label=\"[^\"]*\"", "", page))
        more = re.search(r'href="(\?after=[^"]+)"', page)
        if not more:
            break
        address = f"/settings/rights/{more[1]}"
    assert sorted(found) == [f"Folder {number}" for number in range(7)]


def test_the_queries_of_my_rights_do_not_grow(as_, alice, eve, root, django_assert_max_num_queries):
    for number in range(12):
        make.share(alice, make.make_folder(alice, root, f"Folder {number}"), eve, EDITOR.mask)
    browser = as_(eve)
    with django_assert_max_num_queries(40):
        page = browser.get("/settings/rights/")
    address = re.search(r'href="(/rights/thing/node/\d+/)"', page.content.decode())[1]
    assert browser.get(address, follow=True).status_code == 200
    assert as_(make.make_user("other")).get(address).status_code == 404
