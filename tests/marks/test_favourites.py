"""Stars: one's own, on every kind, over pages and devices alike."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from collab.lib import paging
from collab.marks import labels
from collab.marks.models import Favourite
from collab.rights.right import READER
from files.models import Node
from tests import town as make
from tests.dav.client import Client, give_password
from tests.dav.test_searching import favourites as on_device
from tests.files.test_web_browsing import names
from tests.files.web import JSON, signed_in, text

pytestmark = pytest.mark.django_db
STAR = (
    '<d:propertyupdate xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:set><d:prop>'
    "<oc:favorite>{}</oc:favorite></d:prop></d:set></d:propertyupdate>"
)


def star(who, thing, on=True, kind="node"):
    address = reverse("shell:star", args=[kind, thing.pk])
    return signed_in(who).post(address, {"starred": "1" if on else "0"}, **JSON)


def test_it_works(town, plan):
    answer = star(town.bob, plan)
    assert answer.json()["toast"]["text"] == "“plan.pdf” is in your favourites."
    assert names(signed_in(town.bob).get("/files/favourites/")) == ["plan.pdf"]
    assert "plan.pdf" in text(signed_in(town.bob).get("/favourites/"))
    assert "plan.pdf" not in text(signed_in(town.alice).get("/favourites/"))
    star(town.bob, plan)
    assert Favourite.objects.count() == 1
    star(town.bob, plan, on=False)
    assert names(signed_in(town.bob).get("/files/favourites/")) == []


def test_only_what_one_sees(town, plan):
    assert star(town.eve, plan).status_code == 404
    make.share(town.alice, plan, town.eve, READER.mask)
    star(town.eve, plan)
    assert "plan.pdf" in text(signed_in(town.eve).get("/favourites/"))
    make.unshare(town.alice, plan, town.eve)
    for address in ("/favourites/", "/files/favourites/"):
        assert "plan.pdf" not in text(signed_in(town.eve).get(address))


def test_devices_and_pages_share_them(town, plan):
    make.change(town.alice, username="alice")
    device = Client("alice", give_password(town.alice))
    assert device("PROPPATCH", "Plans/plan.pdf", body=STAR.format(1)).status == 207
    assert names(signed_in(town.alice).get("/files/favourites/")) == ["plan.pdf"]
    assert b"plan.pdf" in on_device(device).body
    star(town.alice, plan, on=False)
    assert b"plan.pdf" not in on_device(device).body


def test_both_lists_are_paged(town):
    original = make.make_file(town.alice, town.root, "f")
    Node.objects.bulk_create(
        Node(space_id=original.space_id, parent=original.parent, name=f"n{number:03}", sort=f"n{number:03}", kind=2,
             acl_id=original.acl_id, blob_id=original.blob_id, size=5, mtime=1, etag="0" * 32)
        for number in range(120)
    )  # fmt: skip
    Favourite.objects.bulk_create(
        Favourite(user=town.bob, kind="node", object_id=pk)
        for pk in Node.objects.filter(name__startswith="n").values_list("pk", flat=True)
    )
    bob, seen, before = make.act(town.bob), [], None
    while page := labels.favourites(bob, paging.PAGE, before):
        seen += [pk for (_kind, pk), _cursor in page]
        before = page[-1][1]
    assert len(set(seen)) == 120
    assert text(signed_in(town.bob).get("/favourites/")).count('class="item__title"') == paging.PAGE
    assert len(names(signed_in(town.bob).get("/files/favourites/"))) == paging.PAGE


def test_they_go_with_the_thing_and_with_the_person(town, plan):
    from collab.accounts.actions import people
    from files.actions import trashing

    star(town.bob, plan)
    star(town.alice, plan)
    make.change(town.bob, is_active=False)
    people.delete(None, town.bob, erase=True)
    assert list(Favourite.objects.values_list("user", flat=True)) == [town.alice.pk]
    trashing.purge(make.act(town.alice), make.throw_away(town.alice, plan))
    assert not Favourite.objects.exists()
    assert make.is_clean()


@pytest.mark.django_db(transaction=True)
def test_stars_of_before_are_kept(town, plan):
    """The move of the table keeps who starred what, in their order, both ways."""
    other = make.make_file(town.alice, town.root, "other.txt")
    for thing in (other, plan):
        star(town.bob, thing)

    def rows(table, column):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT user_id, {column} FROM {table} ORDER BY id")
            return cursor.fetchall()

    expected = [(town.bob.pk, other.pk), (town.bob.pk, plan.pk)]
    before = [name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes("files")]
    try:
        MigrationExecutor(connection).migrate([("files", "0002_recent_files_by_time")])
        assert rows("files_favourite", "node_id") == expected
        Favourite.objects.all().delete()
    finally:
        MigrationExecutor(connection).migrate([("files", name) for name in before])
    assert rows("marks_favourite", "object_id") == expected
