"""How things begin: what a folder says of itself, files made from templates, a person's first folders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collab.rights.right import CONTRIBUTOR, READER
from files.models import Node, Version
from tests import town as make
from tests.files.web import HTMX, JSON, signed_in, space_url, text


@pytest.fixture
def web(town):
    return signed_in(town.alice)


def describe(folder):
    return reverse("files:describe", args=[folder.pk])


def from_template(folder):
    return reverse("files:from-template", args=[folder.pk])


def test_a_folder_says_what_it_is_for(web, town):
    folder = make.make_folder(town.alice, town.root, "Été")
    hostile = b"# Tournoi\n\n<script>alert(1)</script> **Les originaux** [ici](javascript:alert(1))"
    make.make_file(town.alice, folder, "README.md", hostile)
    page = text(web.get(space_url("%C3%89t%C3%A9")))
    assert "<strong>Les originaux</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert f'<details class="files__about" data-about="{folder.pk}" open>' in page
    web.cookies["files-folded"] = f"1.{folder.pk}"
    assert f'<details class="files__about" data-about="{folder.pk}">' in text(web.get(space_url("%C3%89t%C3%A9")))
    assert "files__about" not in text(web.get(space_url()))


def test_the_description_costs_one_query(web, town):
    web.get(space_url())
    with CaptureQueriesContext(connection) as without:
        web.get(space_url())
    make.make_file(town.alice, town.root, "README.md", b"Hello")
    web.get(space_url())
    with CaptureQueriesContext(connection) as having:
        web.get(space_url())
    assert len(having) == len(without)


def test_only_who_sees_the_readme_reads_it(town):
    file = make.make_file(town.alice, town.root, "README.md", b"for the board")
    make.restrict(town.alice, file)
    assert "for the board" in text(signed_in(town.alice).get(space_url()))
    assert "for the board" not in text(signed_in(town.bob).get(space_url()))


def test_writing_and_changing_a_description(web, town):
    assert "Describe this folder" in text(web.get(space_url()))
    made = web.post(describe(town.root), {"text": "One\r\ntwo", "seen": ""}, **JSON).json()
    readme = Node.objects.get(name="README.md")
    assert make.read(readme) == b"One\ntwo"
    assert made["toast"]["text"] == "The description of “Plans” is saved."
    form = web.get(describe(town.root))
    assert "One\ntwo</textarea>" in text(form)
    again = web.post(describe(town.root), {"text": "Three", "seen": readme.etag}, **JSON).json()
    assert make.read(readme) == b"Three"
    web.post(again["toast"]["undo"], again["toast"]["fields"], **JSON)
    assert make.read(readme) == b"One\ntwo"


def test_two_who_write_lose_nothing(web, town):
    readme = make.make_file(town.alice, town.root, "README.md", b"first")
    seen = make.fresh(readme).etag
    make.make_file(town.bob, town.root, "README.md", b"of bob")
    page = web.post(describe(town.root), {"text": "of alice", "seen": seen})
    assert page.status_code == 412
    assert "Somebody saved another text meanwhile." in text(page)
    assert "of alice</textarea>" in text(page)
    assert make.read(readme) == b"of bob"
    now = make.fresh(readme).etag
    assert f'name="seen" value="{now}"' in text(page)
    assert web.post(describe(town.root), {"text": "of alice", "seen": now}).status_code == 302
    assert make.read(readme) == b"of alice"
    assert Version.objects.filter(node=readme).count() == 2


def test_who_may_not_write_is_not_offered_it(town):
    make.make_file(town.alice, town.root, "README.md", b"Hello")
    eve = signed_in(town.eve)
    assert eve.get(describe(town.root)).status_code == 404
    make.share(town.alice, town.space, town.eve, CONTRIBUTOR.mask)  # may add, not touch what others made
    page = text(eve.get(space_url()))
    assert "Hello" in page
    assert "Edit the description" not in page
    assert eve.get(describe(town.root)).status_code == 403
    assert eve.post(describe(town.root), {"text": "x", "seen": ""}).status_code == 403
    assert (
        eve.post(describe(make.make_folder(town.eve, town.root, "Mine")), {"text": "x", "seen": ""}).status_code == 302
    )


def test_too_long_a_description_is_refused(web, town):
    answer = web.post(describe(town.root), {"text": "x" * 20_001, "seen": ""})
    assert answer.status_code == 400
    assert "20000 characters at most" in text(answer)
    make.make_file(town.alice, town.root, "README.md", b"y" * 30_000)
    assert "Only the beginning is shown." in text(web.get(space_url()))
    assert web.get(describe(town.root)).status_code == 400


@pytest.mark.parametrize("name", ["Templates", "modèles", "Modeles"])
def test_a_file_from_a_template_of_the_space_or_ones_own(web, town, name):
    shelf = make.make_folder(town.alice, town.root, name)
    make.make_file(town.alice, shelf, "Minutes.odt", b"the model")
    own = make.make_folder(town.alice, make.home(town.alice), name)
    kit = make.make_folder(town.alice, own, "Event kit")
    make.make_file(town.alice, kit, "Budget.ods")
    folder = make.make_folder(town.alice, town.root, "Été")
    page = text(web.get(from_template(folder), **HTMX))
    assert "Templates of Plans" in page
    assert "My templates" in page
    assert "Minutes.odt" in page
    model = Node.objects.get(name="Minutes.odt")
    made = web.post(from_template(folder), {"model": model.pk, "name": "Minutes of May"}, **JSON).json()
    assert make.read(Node.objects.get(pk=made["id"])) == b"the model"
    assert make.names(town.alice, folder) == ["Minutes of May.odt"]
    web.post(from_template(folder), {"model": model.pk, "name": ""})
    web.post(from_template(folder), {"model": model.pk, "name": ""})
    web.post(from_template(folder), {"model": kit.pk, "name": "Fête"})
    assert make.names(town.alice, folder) == ["Fête", "Minutes (2).odt", "Minutes of May.odt", "Minutes.odt"]
    assert Node.objects.filter(name="Budget.ods").count() == 2
    web.post(made["toast"]["undo"], made["toast"]["fields"], **JSON)
    assert "Minutes of May.odt" not in make.names(town.alice, folder)
    taken = web.post(from_template(folder), {"model": model.pk, "name": "Minutes"})
    assert taken.status_code == 409
    assert "This name is taken in this folder." in text(taken)
    assert web.post(from_template(folder), {"name": "x"}).status_code == 400


def test_without_templates_it_says_what_they_are(web, town):
    page = text(web.get(from_template(town.root)))
    assert "Templates are files and folders that lie in a folder called “Templates”" in page
    assert "Make the folder “Templates”" in page
    make.make_folder(town.alice, town.root, "Templates")
    assert "This folder is empty" in text(web.get(from_template(town.root)))


def test_templates_of_others_stay_theirs(town):
    shelf = make.make_folder(town.alice, make.home(town.alice), "Templates")
    secret = make.make_file(town.alice, shelf, "secret.odt")
    bob = signed_in(town.bob)
    assert "secret.odt" not in text(bob.get(from_template(town.root)))
    assert bob.post(from_template(town.root), {"model": secret.pk}, **JSON).status_code == 404
    eve = signed_in(town.eve)
    assert eve.get(from_template(town.root)).status_code == 404
    folder = make.make_folder(town.alice, town.root, "To read")
    make.share(town.alice, folder, town.eve, READER.mask)
    assert eve.get(from_template(folder)).status_code == 403


def test_first_folders_are_offered_never_imposed(web, town):
    assert make.names(town.alice, make.home(town.alice)) == []
    assert "Begin with a few folders" in text(web.get("/files/"))
    assert "Begin with a few folders" not in text(web.get(space_url()))
    make.make_folder(town.alice, make.home(town.alice), "Photos")
    assert "Begin with a few folders" not in text(web.get("/files/"))
    answer = web.post(reverse("files:starters"), **JSON).json()
    assert make.names(town.alice, make.home(town.alice)) == ["Documents", "Notes", "Photos", "Templates"]
    web.post(answer["toast"]["undo"], answer["toast"]["fields"], **JSON)
    assert make.names(town.alice, make.home(town.alice)) == ["Photos"]
    guest = make.make_user("gina", rank="guest")
    assert signed_in(guest).post(reverse("files:starters"), **JSON).status_code == 404


def test_first_folders_speak_ones_language(town):
    town.alice.language = "fr"
    town.alice.save()
    signed_in(town.alice).post(reverse("files:starters"))
    assert make.names(town.alice, make.home(town.alice)) == ["Documents", "Modèles", "Notes", "Photos"]
