"""A third-party app gets comments, labels and stars by its plugin.py alone; what it forgets is swept."""

import pytest
from django.urls import reverse

from collab.marks import following
from collab.marks.models import Comment, Favourite, Label, Labelled
from collab.registry import house
from collab.rights import actions as rights
from collab.rights.right import EDITOR
from tests import town as make
from tests.files.web import HTMX, JSON, signed_in, text
from tests.marks.talk import address, changes, heard, said, say
from tests.sample_app.models import Whiteboard
from tests.sample_app.plugin import plugin as sample

pytestmark = pytest.mark.django_db
KIND = "whiteboard"


@pytest.fixture
def board(town):
    return Whiteboard.objects.create(space=town.space, acl=town.space.acl, title="Ideas")


def test_comments(town, board):
    comment = said(town.bob, board, "@alice shall we?", kind=KIND)
    assert heard(town.alice, board, KIND) == ["@Alice shall we?"]
    page = text(signed_in(town.alice).get(address(board, KIND)))
    assert f'data-topics="whiteboard:{board.pk}@' in page
    assert reverse("sample:board", args=[board.pk]) in page
    assert changes(board, "mention") == [{"comment": comment.pk, "people": [town.alice.pk]}]
    assert say(town.eve, board, "Hm", kind=KIND).status_code == 404
    assert "commented on it" in text(signed_in(town.alice).get(f"/spaces/{town.space.pk}/activity/"))


def test_labels_and_stars(town, board):
    bob = signed_in(town.bob)
    things = reverse("shell:label-things", args=[KIND])
    assert "New label" in text(bob.get(things, {"id": board.pk}))
    assert bob.post(things, {"id": board.pk, "chosen": "1", "new": "Urgent"}, **JSON).status_code == 200
    bob.post(reverse("shell:star", args=[KIND, board.pk]), {"starred": "1"})
    assert "Ideas" in text(bob.get(reverse("shell:label", args=[Label.objects.get().pk])))
    assert "Ideas" in text(bob.get("/favourites/"))
    assert names_under(bob) == ["Ideas"]


def names_under(client):
    return [row.title for row in client.get("/favourites/").context["rows"]]


def test_one_label_gathers_from_every_app(town, board, plan):
    label = Label.objects.create(space=town.space, name="Fête")
    for kind, pk in ((KIND, board.pk), ("node", plan.pk)):
        Labelled.objects.create(label=label, kind=kind, object_id=pk)
    rows = signed_in(town.bob).get(reverse("shell:label", args=[label.pk])).context["rows"]
    assert [(row.kind, row.title) for row in rows] == [("node", "plan.pdf"), (KIND, "Ideas")]
    rights.stop_inheriting(make.act(town.alice), make.registry_thing(board, KIND))
    rows = signed_in(town.bob).get(reverse("shell:label", args=[label.pk])).context["rows"]
    assert [row.kind for row in rows] == ["node"]


def test_an_app_that_is_switched_off_has_no_marks(town, board):
    said(town.bob, board, "Hello", kind=KIND)
    house.put(f"{sample.slug}.who", [])
    assert signed_in(town.bob).get(address(board, KIND)).status_code == 404
    assert say(town.bob, board, "Hm", kind=KIND).status_code == 404


@pytest.mark.parametrize("kind", ["space", "nothing", "link"])
def test_other_kinds_have_none(town, kind):
    assert signed_in(town.alice).get(f"/marks/{kind}/{town.space.pk}/comments/", **HTMX).status_code == 404
    assert signed_in(town.alice).post(f"/marks/{kind}/{town.space.pk}/star/", {"starred": "1"}).status_code == 404


def test_what_an_app_forgets_the_night_finds(town, board):
    bob = signed_in(town.bob)
    said(town.bob, board, "Hello", kind=KIND)
    bob.post(reverse("shell:label-things", args=[KIND]), {"id": board.pk, "chosen": "1", "new": "Urgent"})
    bob.post(reverse("shell:star", args=[KIND, board.pk]), {"starred": "1"})
    board.delete()
    assert names_under(bob) == []
    following.sweep()
    assert not Comment.objects.exists()
    assert not Labelled.objects.exists()
    assert not Favourite.objects.exists()


def test_a_thing_shared_on_its_own_is_marked_by_who_got_it(town, board):
    rights.share(make.act(town.alice), make.registry_thing(board, KIND), town.eve.principal, EDITOR.mask)
    said(town.eve, board, "Mine too", kind=KIND)
    assert heard(town.eve, board, KIND) == ["Mine too"]
