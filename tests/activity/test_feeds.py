"""Feeds: an address that reads with its person's rights of the moment, and opens nothing once taken back."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from collab.accounts import throttle
from collab.activity import feeds
from collab.activity.models import Feed
from collab.events.models import AuditEntry
from collab.lib.redaction import redacted
from collab.rights.right import READER
from tests import town as make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def address(user, space=None):
    actor = make.act(user)
    return feeds.path_of(actor, feeds.make(actor, space))


def entries(path):
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    return ElementTree.fromstring(answer.content)


def titles(path):
    return [one.text for one in entries(path).iter(f"{ATOM}title")][1:]


def test_it_tells_in_the_language_of_its_person(alice, bob, space, root):
    make.change(bob, language="fr")
    make.make_file(alice, root, "affiche & co <1>.pdf")
    root_element = entries(address(bob))
    entry = next(root_element.iter(f"{ATOM}entry"))
    assert entry.find(f"{ATOM}title").text == "affiche & co <1>.pdf\xa0: Alice l’a ajouté"
    assert entry.find(f"{ATOM}link").get("href").startswith("http")
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Alice"
    assert root_element.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"


def test_a_name_that_xml_cannot_hold_breaks_nothing(alice, bob, root):
    make.make_file(alice, root, "a\ufffe]]>\u2028b.txt")
    assert any("b.txt" in title for title in titles(address(bob)))


def test_it_reads_with_the_rights_of_the_moment(alice, bob, space, root, team):
    secret = make.make_folder(alice, root, "Dismissals")
    path = address(bob)
    assert "Dismissals" in repr(titles(path))
    make.restrict(alice, secret)
    assert "Dismissals" not in repr(titles(path))
    make.unshare(alice, space, team)
    assert titles(path) == []


def test_that_of_a_space_ends_with_its_sight_and_comes_back(alice, bob, space, root, team):
    other = make.make_space(alice, "Other")
    make.share(alice, other, bob, READER.mask)
    path = address(bob, space)
    assert "Other" not in repr(titles(path))
    make.unshare(alice, space, team)
    assert Client().get(path).status_code == 404
    make.share(alice, space, team, READER.mask)
    assert Client().get(path).status_code == 200


def test_an_account_that_is_off_reads_nothing(bob, root):
    path = address(bob)
    make.change(bob, is_active=False)
    assert Client().get(path).status_code == 404


def test_what_is_unchanged_is_not_sent_again(alice, bob, root):
    path = address(bob)
    etag = Client().get(path)["ETag"]
    assert Client().get(path, headers={"if-none-match": etag}).status_code == 304
    make.make_file(alice, root, "new.txt")
    assert Client().get(path, headers={"if-none-match": etag}).status_code == 200


def test_it_is_the_same_entry_while_an_upload_goes_on(alice, bob, root):
    folder = make.make_folder(alice, root, "Été")
    path = address(bob)
    make.make_file(alice, folder, "one.jpg")
    make.make_file(alice, folder, "two.jpg")

    def first():
        return next(entries(path).iter(f"{ATOM}entry")).find(f"{ATOM}id").text

    before = first()
    make.make_file(alice, folder, "three.jpg")
    assert first() == before


def test_guessing_is_slowed_and_reading_too_often_refused(bob, root, monkeypatch):
    path = address(bob)
    monkeypatch.setattr(feeds, "EACH_MINUTE", 3)
    assert [Client().get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
    monkeypatch.setitem(throttle.DOORS, "feed", throttle.Door("feed", None, throttle.Limit(2, 60, 60, 60)))
    answers = [Client().get(f"/activity/feed/wrong{number}/").status_code for number in range(3)]
    assert answers == [404, 404, 429]


def test_one_makes_copies_and_takes_back_ones_own(as_, alice, bob, space):
    browser = as_(bob)
    assert "All that I see" in browser.get("/settings/feeds/").content.decode()
    browser.post("/settings/feeds/make/")
    browser.post("/settings/feeds/make/")
    browser.post("/settings/feeds/make/", {"space": space.pk})
    assert Feed.objects.filter(user=bob).count() == 2
    page = browser.get("/settings/feeds/").content.decode()
    feed = Feed.objects.get(user=bob, space=None)
    path = feeds.path_of(make.act(bob), feed)
    assert f"http://testserver{path}" in page
    assert as_(alice).post(f"/settings/feeds/{feed.pk}/revoke/").status_code == 404
    browser.post(f"/settings/feeds/{feed.pk}/revoke/")
    assert Client().get(path).status_code == 404
    assert set(AuditEntry.objects.values_list("kind", flat=True)) >= {"feed-made", "feed-revoked"}


@pytest.mark.parametrize("wrong", ["99999999", "x", "-1", "9" * 40])
def test_nobody_makes_a_feed_of_what_they_do_not_see(as_, alice, eve, space, wrong):
    assert as_(eve).post("/settings/feeds/make/", {"space": space.pk}).status_code == 404
    assert as_(eve).post("/settings/feeds/make/", {"space": wrong}).status_code == 404
    assert not Feed.objects.exists()


def test_its_secret_stands_in_no_log(bob):
    path = address(bob)
    assert path.split("/")[-2] not in redacted(f'"GET {path} HTTP/1.1"')
    assert bytes(Feed.objects.get().token_sealed).find(path.split("/")[-2].encode()) == -1
