"""The trash looked through, several things restored or removed, and a place asked for where the old one is gone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from collab.rights.right import CONTRIBUTOR, READER
from files.models import Node, Trash
from tests import town as make
from tests.files.web import JSON, signed_in, space_url, text

RESTORE, PURGE = "files:restore", "files:purge"


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def thrown(town):
    """A folder and files of several kinds, thrown away by two people on several days."""
    folder = make.make_folder(town.alice, town.root, "Été 2026")
    make.throw_away(town.alice, folder)
    for who, name, days in (
        (town.alice, "Budget.ods", 0), (town.bob, "budget final.pdf", 3), (town.bob, "Photo.JPG", 20),
    ):  # fmt: skip
        row = make.throw_away(who, make.make_file(town.alice, town.root, name))
        make.age(Trash.objects.filter(pk=row.pk), "deleted_at", days)
    make.throw_away(town.alice, make.make_file(town.alice, make.home(town.alice), "own budget.txt"))


def found(web, query, address=None):
    answer = web.get((address or space_url("trash/")) + query)
    assert answer.status_code == 200
    return [row.trash.node.name for row in answer.context["rows"]]


def test_it_is_searched_and_filtered(web, town, thrown):
    assert found(web, "?q=BUDGET") == ["budget final.pdf", "Budget.ods"]
    assert found(web, "?q=ete") == ["Été 2026"]
    assert found(web, f"?who={town.bob.pk}") == ["Photo.JPG", "budget final.pdf"]
    assert found(web, "?who=none") == []
    assert found(web, "?since=day") == ["Budget.ods", "Été 2026"]
    assert found(web, "?since=week") == ["budget final.pdf", "Budget.ods", "Été 2026"]
    assert found(web, "?kind=folders") == ["Été 2026"]
    assert found(web, "?kind=pictures") == ["Photo.JPG"]
    assert found(web, f"?q=budget&who={town.bob.pk}&since=week&kind=pdf") == ["budget final.pdf"]
    assert found(web, "?q=nothing") == []
    assert "Nothing like this is in the trash" in text(web.get(space_url("trash/?q=nothing")))
    assert found(web, "?where=all&q=budget") == ["own budget.txt", "budget final.pdf", "Budget.ods"]
    assert found(web, "?q=budget", reverse("files:trash")) == ["own budget.txt"]


def test_what_visitors_threw_away_can_be_asked_for(web, town, thrown):
    Trash.objects.filter(node__name="Budget.ods").update(deleted_by=None)
    page = web.get(space_url("trash/?who=none"))
    assert [row.trash.node.name for row in page.context["rows"]] == ["Budget.ods"]
    assert "By visitors, or people who left" in text(page)


def test_wishes_that_are_none_wish_nothing(web, thrown):
    every = found(web, "")
    for query in ("?who=x", "?since=ever", "?kind=weird", "?where=nowhere", "?who=-1", "?q=%00"):
        assert found(web, query) == every
    assert found(web, "?q=%25") == [], "a sign of the database's language is a letter"


def test_everywhere_is_what_one_sees(town, thrown):
    folder = make.make_folder(town.alice, town.root, "Shown")
    make.share(town.alice, folder, town.eve, READER.mask)
    make.throw_away(town.alice, make.make_file(town.alice, folder, "for eve"))
    eve = signed_in(town.eve)
    assert found(eve, "?where=all", reverse("files:trash")) == ["for eve"]
    page = text(eve.get(reverse("files:trash") + "?where=all"))
    assert "Bob" not in page.split("<main")[1], "nor who threw away what one does not see"


def test_pages_of_a_search_lose_nothing_and_cost_the_same(web, town, thrown, django_assert_max_num_queries):
    for number in range(103):
        make.throw_away(town.bob, make.make_folder(town.alice, town.root, f"t{number:03}"))
    query = f"?q=t&who={town.bob.pk}&kind=folders"
    first = web.get(space_url("trash/") + query)
    with django_assert_max_num_queries(14):
        second = web.get(space_url("trash/") + first.context["more"])
    seen = [row.trash.node.name for page in (first, second) for row in page.context["rows"]]
    assert seen == [f"t{number:03}" for number in reversed(range(103))]


def test_several_come_back_or_go_for_good(web, town, thrown):
    rows = list(Trash.objects.filter(node__name__icontains="budget", space=town.space).values_list("pk", flat=True))
    page = text(web.post(reverse(RESTORE), {"trash": rows, "next": space_url("trash/")}, follow=True))
    assert "2 things are back." in page
    assert make.names(town.alice, town.root) == ["Budget.ods", "budget final.pdf"]
    rest = Trash.objects.filter(space=town.space).values_list("pk", flat=True)
    asked = web.get(reverse(PURGE), {"trash": list(rest)})
    assert "Delete 2 things for good?" in text(asked)
    web.post(reverse(PURGE), {"trash": list(rest)})
    assert not Trash.objects.filter(space=town.space).exists()


@pytest.fixture
def homeless(town):
    """Thrown away with the folders it lay in, which are gone for good."""
    summer = make.make_folder(town.alice, make.make_folder(town.alice, town.root, "Sport"), "Summer")
    file = make.make_file(town.alice, summer, "plan.txt")
    make.share(town.alice, file, town.eve, CONTRIBUTOR.mask)
    row = make.throw_away(town.alice, file)
    from files.actions import trashing

    trashing.purge(make.act(town.alice), make.throw_away(town.alice, summer))
    return row


@pytest.mark.parametrize(("into", "path"), [("again", ["Sport", "Summer"]), ("top", []), ("other", ["Other"])])
def test_where_the_place_is_gone_one_is_asked(web, town, homeless, into, path):
    other = make.make_folder(town.alice, town.root, "Other")
    page = text(web.post(reverse(RESTORE), {"trash": homeless.pk}))
    assert "Where shall “plan.txt” go?" in page
    assert "Sport/Summer" in page
    assert f'<option value="{other.pk}">Other</option>' in page
    assert Trash.objects.filter(pk=homeless.pk).exists()
    web.post(reverse(RESTORE), {"trash": homeless.pk, "into": other.pk if into == "other" else into})
    node = Node.objects.get(name="plan.txt")
    names = list(Node.objects.filter(pk__in=node.ancestor_ids()).exclude(name="").values_list("name", flat=True))
    assert sorted(names) == sorted([*path, "plan.txt"])
    assert make.is_clean()


def test_a_place_that_comes_back_with_it_is_a_place(web, town):
    folder = make.make_folder(town.alice, town.root, "Sport")
    first = make.throw_away(town.alice, make.make_file(town.alice, folder, "plan.txt"))
    second = make.throw_away(town.alice, folder)
    web.post(reverse(RESTORE), {"trash": [first.pk, second.pk]})
    assert make.names(town.alice, folder) == ["plan.txt"]


def test_a_script_is_not_asked(web, town, homeless):
    assert web.post(reverse(RESTORE), {"trash": homeless.pk}, **JSON).status_code == 200
    assert make.names(town.alice, town.root) == ["Sport", "plan.txt"]


def test_into_what_one_may_not_add_to_nothing_goes(town, homeless):
    closed = make.make_folder(town.alice, town.root, "Closed")
    elsewhere = make.make_folder(town.alice, make.home(town.alice), "Mine")
    make.share(town.alice, closed, town.eve, READER.mask)
    eve = signed_in(town.eve)
    for into, status in (
        (closed.pk, 403),
        (elsewhere.pk, 400),
        (10**15, 400),
        ("x", 400),
        ("again", 404),
        ("top", 404),
    ):
        assert eve.post(reverse(RESTORE), {"trash": homeless.pk, "into": into}).status_code == status, into
    assert Trash.objects.filter(pk=homeless.pk).exists()
