"""Comments, labels and stars over REST."""

import pytest

from collab.marks.models import Comment, Label
from tests import town as make
from tests.api.conftest import programs  # noqa: F401 - a fixture
from tests.api.program import Program
from tests.marks.talk import said

pytestmark = pytest.mark.django_db


def test_comments(town, plan, programs):  # noqa: F811
    path = f"comments/node/{plan.pk}"
    status, made = programs.bob("POST", path, {"text": "@alice **done**"})
    assert status == 201
    assert made["by"] == {"username": "bob", "name": "Bob"}
    programs.alice("POST", path, {"text": "Thanks", "parent": made["id"]})
    programs.alice("PUT", f"comments/{made['id']}/reactions/👍")
    told = programs.bob.get(path)
    assert [(one["text"], one["parent"]) for one in told["items"]] == [
        ("@alice **done**", None),
        ("Thanks", made["id"]),
    ]
    assert told["items"][0]["reactions"] == [{"emoji": "👍", "count": 1, "mine": False}]
    assert programs.bob("PATCH", f"comments/{made['id']}", {"text": "Done"})[1]["text"] == "Done"
    assert programs.alice("PUT", f"comments/{made['id']}/resolution")[1]["resolved_by"]["name"] == "Alice"
    assert programs.alice("DELETE", f"comments/{made['id']}/resolution")[1]["resolved_at"] is None
    assert programs.alice("DELETE", f"comments/{made['id']}/reactions/👍")[1]["reactions"] == []
    assert programs.alice.refused("PATCH", f"comments/{made['id']}", {"text": "Mine"})[0] == 403
    assert programs.alice("DELETE", f"comments/{made['id']}")[0] == 204
    assert [one["text"] for one in programs.bob.get(path)["items"]] == ["Thanks"]


def test_pages(town, plan, programs):  # noqa: F811
    for number in range(5):
        said(town.bob, plan, str(number))
    seen, cursor = [], ""
    while cursor is not None:
        page = programs.alice.get(f"comments/node/{plan.pk}?limit=2&cursor={cursor}")
        seen += [one["text"] for one in page["items"]]
        cursor = page["next"]
    assert seen == list("01234")


def test_who_does_not_see_is_told_nothing(town, plan, programs):  # noqa: F811
    comment = said(town.bob, plan, "kanari")
    label = Label.objects.create(space=town.space, name="kanari")
    eve = programs.eve
    for method, path, body in (
        ("GET", f"comments/node/{plan.pk}", None), ("POST", f"comments/node/{plan.pk}", {"text": "x"}),
        ("PATCH", f"comments/{comment.pk}", {"text": "x"}), ("DELETE", f"comments/{comment.pk}", None),
        ("PUT", f"comments/{comment.pk}/resolution", None), ("PUT", f"comments/{comment.pk}/reactions/👍", None),
        ("GET", f"labels/node/{plan.pk}", None), ("PUT", f"labels/node/{plan.pk}", {"names": ["x"]}),
        ("GET", f"labels/{label.pk}/things", None), ("PATCH", f"labels/{label.pk}", {"name": "x"}),
        ("DELETE", f"labels/{label.pk}", None), ("GET", f"spaces/{town.space.pk}/labels", None),
        ("POST", f"spaces/{town.space.pk}/labels", {"name": "x"}), ("PUT", f"favourites/node/{plan.pk}", None),
        ("GET", "comments/nothing/1", None), ("GET", "comments/node/999999", None),
        ("PATCH", "comments/999999", {"text": "x"}),
    ):  # fmt: skip
        status, sentence = eve.refused(method, path, body)
        assert status == 404, (method, path)
        assert "kanari" not in sentence
    assert Comment.objects.count() == 1


def test_labels(town, plan, programs):  # noqa: F811
    alice, bob = programs.alice, programs.bob
    status, made = alice("POST", f"spaces/{town.space.pk}/labels", {"name": "Urgent", "hue": "brique"})
    assert (status, made["hue"]) == (201, "brique")
    assert bob.refused("POST", f"spaces/{town.space.pk}/labels", {"name": "X"})[0] == 403
    status, borne = bob("PUT", f"labels/node/{plan.pk}", {"names": ["urgent", "À voir"]})
    assert (status, [one["name"] for one in borne["items"]]) == (200, ["À voir", "Urgent"])
    assert [one["name"] for one in bob("PUT", f"labels/node/{plan.pk}", {"names": ["URGENT"]})[1]["items"]] == [
        "Urgent"
    ]
    assert bob.get(f"labels/{made['id']}/things") == {"items": [{"kind": "node", "id": plan.pk}], "next": None}
    assert alice("PATCH", f"labels/{made['id']}", {"name": "Now"})[1]["name"] == "Now"
    assert bob.refused("DELETE", f"labels/{made['id']}")[0] == 403
    assert alice("DELETE", f"labels/{made['id']}")[0] == 204
    assert bob.get(f"labels/node/{plan.pk}")["items"] == []


def test_favourites(town, plan, programs):  # noqa: F811
    assert programs.bob("PUT", f"favourites/node/{plan.pk}")[0] == 204
    assert programs.bob.get("favourites")["items"] == [{"kind": "node", "id": plan.pk}]
    assert programs.alice.get("favourites")["items"] == []
    assert programs.bob("DELETE", f"favourites/node/{plan.pk}")[0] == 204
    assert programs.bob.get("favourites")["items"] == []


def test_a_password_for_calendars_reads_no_comments(town, plan):
    comment = said(town.alice, plan, "Hello")
    narrow = Program(town.alice, scopes=("calendars",))
    assert narrow.refused("GET", f"comments/node/{plan.pk}")[0] == 403
    assert narrow.refused("DELETE", f"comments/{comment.pk}")[0] == 403
    looking = Program(town.alice, scopes=("files", "read-only"))
    assert looking("GET", f"comments/node/{plan.pk}")[0] == 200
    assert looking.refused("POST", f"comments/node/{plan.pk}", {"text": "x"})[0] == 403


def test_changes_name_comments_and_no_words(town, plan, programs):  # noqa: F811
    said(town.bob, plan, "kanari @alice")
    told = programs.alice.get(f"spaces/{town.space.pk}/changes")["items"]
    assert "comment" in {one["kind"] for one in told}
    assert "kanari" not in str(told)
    assert "people" not in str(told)
    make.restrict(town.alice, plan)
    assert "comment" not in {one["kind"] for one in programs.bob.get(f"spaces/{town.space.pk}/changes")["items"]}
