"""Making a space from a template, and one like another, through their pages."""

import pytest

from collab.accounts.models import Rank
from collab.events import jobs
from collab.events.models import Job
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER
from collab.spaces.models import Space
from files.models import Node
from tests import town as make


@pytest.fixture
def mila(town):
    return make.make_user("mila", Rank.SPACE_MANAGER)


@pytest.fixture
def mine(mila, team):
    space = make.make_space(mila, "Sport 2026")
    make.share(mila, space, team, EDITOR.mask)
    make.make_file(mila, make.make_folder(mila, make.root_of(space), "Minutes"), "january.txt")
    return space


def mask(space, who):
    return Grant.objects.filter(acl_id=space.acl_id, principal=who.principal).values_list("rights", flat=True).first()


def test_the_templates_are_offered_with_what_they_bring(as_, mila):
    html = as_(mila, "fr").get("/spaces/new/").content.decode()
    for word in ("Commission", "Classe ou groupe de formation", "Comptes rendus", 'name="template" value="public"'):
        assert word in html


def test_a_commission_is_made_for_a_group_in_one_go(as_, mila, team):
    fields = {"template": "commission", "name": "Sportifs", "description": "Tournois", "who": "team", "role": "editor"}
    page = as_(mila, "fr").post("/spaces/new/", fields, follow=True)
    space = Space.objects.get(name="Sportifs")
    assert page.redirect_chain[-1][0] == f"/spaces/{space.pk}/"
    assert "Ce que nous faisons" in page.content.decode()
    assert (mask(space, team), mask(space, mila)) == (EDITOR.mask, MANAGER.mask)
    assert Node.objects.filter(space=space, name="Comptes rendus").exists()


@pytest.mark.parametrize(
    "wrong", [{"template": "palace"}, {"name": ""}, {"name": "a/b"}, {"who": "Nobody Known"}, {"role": "emperor"},
              {"name": "x" * 121}, {"name": "bad\0name"}, {"description": "x" * 2001}],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(as_, mila, wrong):
    fields = {"template": "project", "name": "Fair", "description": "", "who": "", "role": "reader"} | wrong
    page = as_(mila).post("/spaces/new/", fields)
    assert page.status_code == 400
    assert not Space.objects.filter(created_by=mila, kind="team").exists()


def test_what_was_typed_is_kept(as_, mila):
    fields = {"template": "project", "name": "Fair", "description": "In June", "who": "Nobody Known", "role": "reader"}
    html = as_(mila).post("/spaces/new/", fields).content.decode()
    assert 'value="project" checked' in html
    assert 'value="Fair"' in html
    assert "In June" in html
    assert "Nobody here is called" in html


def test_names_are_offered_to_who_may_make_spaces(as_, mila, bob):
    assert as_(mila).get("/spaces/new/people/?q=tea").json()["found"][0]["value"] == "Team"
    assert as_(bob).get("/spaces/new/people/?q=tea").status_code == 403


def test_who_may_not_is_told_instead_of_shown_a_form(as_, bob):
    html = as_(bob).get("/spaces/new/").content.decode()
    assert "does not allow making spaces" in html
    assert 'name="template"' not in html


def test_a_space_like_another_is_made(as_, mila, mine, team):
    browser = as_(mila)
    assert f"/spaces/{mine.pk}/copy/" in browser.get(f"/spaces/{mine.pk}/settings/").content.decode()
    assert "Sport 2026 (copy)" in browser.get(f"/spaces/{mine.pk}/copy/").content.decode()
    wanted = {"name": "Sport 2027", "description": "", "content": "on"}
    at = browser.post(f"/spaces/{mine.pk}/copy/", wanted)["Location"]
    jobs.run(str(Job.objects.get().pk))
    page = browser.get(at)
    space = Space.objects.get(name="Sport 2027")
    assert "is made like “Sport 2026”" in page.content.decode()
    assert mask(space, team) == EDITOR.mask
    assert Node.objects.filter(space=space, name="january.txt").exists()


def test_one_who_does_not_manage_it_cannot(as_, mine, bob, eve):
    assert as_(bob).get(f"/spaces/{mine.pk}/copy/").status_code == 403
    assert as_(eve).post(f"/spaces/{mine.pk}/copy/", {"name": "Mine"}).status_code == 404


def test_a_manager_without_the_rank_is_told(as_, alice, space):
    html = as_(alice).get(f"/spaces/{space.pk}/copy/").content.decode()
    assert "does not allow making spaces" in html
    assert as_(alice).post(f"/spaces/{space.pk}/copy/", {"name": "Mine"}).status_code == 403
    assert "/copy/" not in as_(alice).get(f"/spaces/{space.pk}/settings/").content.decode()
