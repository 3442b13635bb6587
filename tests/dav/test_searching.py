"""SEARCH and the report of favourites, as the mobile clients ask (sync.md, 4)."""

import pytest

from collab.marks.actions import keeping, labelling
from files.models import Node
from tests import town as make

SPACES = 'xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"'


def search(client, where, scope=None, order="", limit="", depth="infinity"):
    scope = f"/files/{client.username}" if scope is None else scope
    body = (
        f"<d:searchrequest {SPACES}><d:basicsearch><d:select><d:prop><d:displayname/><oc:fileid/><oc:permissions/>"
        f"<nc:has-preview/></d:prop></d:select><d:from><d:scope><d:href>{scope}</d:href><d:depth>{depth}</d:depth>"
        f"</d:scope></d:from><d:where>{where}</d:where><d:orderby>{order}</d:orderby>{limit}</d:basicsearch>"
        "</d:searchrequest>"
    )
    return client("SEARCH", "/remote.php/dav/", body)


def names(answer):
    assert answer.status == 207, answer.body
    return [answer.value("d:displayname", href) for href in answer.hrefs]


def compare(operator, prop, literal):
    return f"<d:{operator}><d:prop><{prop}/></d:prop><d:literal>{literal}</d:literal></d:{operator}>"


@pytest.fixture
def things(alice, bob):
    alice("MKCOL", "W")
    alice("MKCOL", "W/deep")
    alice.put("W/deep/photo é.JPG", b"x" * 10, X_OC_Mtime="1000")
    alice.put("W/note.txt", b"x" * 20, X_OC_Mtime="2000")
    alice.put("Plans/plan.png", b"x" * 30, X_OC_Mtime="3000")
    alice.put("gone.jpg", b"x")
    alice("DELETE", "gone.jpg")
    bob.put("secret.jpg", b"x")


def test_it_works(alice, things):
    answer = search(alice, compare("like", "d:displayname", "%PHOTO%"))
    assert answer.hrefs == ["/remote.php/dav/files/alice/W/deep/photo%20%C3%A9.JPG"]
    assert answer.value("oc:permissions") == "RGDNVW"
    assert answer.value("oc:fileid") == alice.propfind("W/deep/photo é.JPG").value("oc:fileid")


def test_images_everywhere_newest_first(alice, bob, things):
    where = compare("like", "d:getcontenttype", "image/%")
    order = "<d:order><d:prop><d:getlastmodified/></d:prop><d:descending/></d:order>"
    answer = search(alice, where, order=order)
    assert [href.rpartition("/")[2] for href in answer.hrefs] == ["plan.png", "photo%20%C3%A9.JPG"]
    assert answer.hrefs[0] == "/remote.php/dav/files/alice/Plans/plan.png"
    assert names(search(alice, where, order=order, limit="<d:limit><d:nresults>1</d:nresults></d:limit>")) == [
        "plan.png"
    ]
    second = "<d:limit><d:nresults>1</d:nresults><nc:firstresult>1</nc:firstresult></d:limit>"
    assert names(search(alice, where, order=order, limit=second)) == ["photo é.JPG"]
    assert sorted(names(search(bob, where))) == ["plan.png", "secret.jpg"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (compare("eq", "d:displayname", "note.txt"), ["note.txt"]),
        (compare("gt", "oc:size", "10") + "", ["W", "note.txt"]),
        ("<d:and>" + compare("gt", "oc:size", "10") + "<d:not><d:is-collection/></d:not></d:and>", ["note.txt"]),
        ("<d:is-collection/>", ["W", "deep"]),
        (compare("lt", "d:getlastmodified", "1500"), ["photo é.JPG"]),
        (compare("gte", "d:getlastmodified", "1970-01-01T00:33:20Z") , ["W", "deep", "note.txt"]),
        (
            "<d:or>" + compare("eq", "d:displayname", "W") + compare("eq", "d:displayname", "deep") + "</d:or>",
            ["W", "deep"],
        ),
        (compare("eq", "d:getcontenttype", "image/jpeg"), ["photo é.JPG"]),
        (compare("like", "d:displayname", "%'; DROP TABLE files_node; --"), []),
    ],
)  # fmt: skip
def test_conditions(alice, bob, town, where, found):
    alice("MKCOL", "W")
    alice("MKCOL", "W/deep")
    alice.put("W/deep/photo é.JPG", b"x" * 10, X_OC_Mtime="1000")
    alice.put("W/note.txt", b"x" * 20, X_OC_Mtime="2000")
    answer = search(alice, where)
    assert sorted(set(names(answer)) - {"Plans"}) == sorted(found)


@pytest.mark.parametrize(
    ("operator", "prop", "literal", "found"),
    [
        ("gt", "d:creationdate", "2020-01-01T00:00:00Z", True), ("lt", "d:creationdate", "2020-01-01T00:00:00Z", False),
        ("gte", "nc:upload_time", "1577836800", True), ("lte", "nc:upload_time", "1577836800", False),
        ("eq", "d:getlastmodified", "2000", True), ("lte", "d:getlastmodified", "1999", False),
        ("eq", "oc:size", "20", True), ("eq", "d:getcontentlength", "20", True), ("gt", "oc:fileid", "0", True),
        ("eq", "oc:favorite", "1", False), ("eq", "oc:favorite", "no", True), ("eq", "oc:owner-id", "bob", False),
        ("like", "d:getcontenttype", "text/%", True), ("like", "d:getcontenttype", "image/%", False),
        ("like", "d:displayname", "NOTE%", True), ("eq", "d:displayname", "NOTE.txt", False),
    ],
)  # fmt: skip
def test_every_property_is_searched(alice, things, operator, prop, literal, found):
    where = f"<d:and>{compare(operator, prop, literal)}{compare('eq', 'd:displayname', 'note.txt')}</d:and>"
    assert names(search(alice, where)) == (["note.txt"] if found else [])


def test_what_is_defined(alice, things):
    where = "<d:and><d:is-defined><d:prop><d:getcontentlength/></d:prop></d:is-defined>"
    where += compare("like", "d:displayname", "%e%") + "</d:and>"
    assert names(search(alice, where)) == ["note.txt"], "the folder “deep” has no length"


def test_scope_and_depth(alice, things):
    where = "<d:not><d:is-collection/></d:not>"
    assert names(search(alice, where, scope="/files/alice/W")) == ["photo é.JPG", "note.txt"]
    assert names(search(alice, where, scope="/files/alice/W", depth="1")) == ["note.txt"]
    assert names(search(alice, where, scope="/remote.php/dav/files/alice/Plans")) == ["plan.png"]
    assert search(alice, where, scope="/files/bob").status == 404
    assert search(alice, where, scope="/files/alice/none").status == 404
    assert search(alice, where, scope="/trashbin/alice").status == 404


def test_by_id(alice, things):
    number = alice.propfind("W/note.txt").value("oc:fileid")
    assert names(search(alice, compare("eq", "oc:fileid", number))) == ["note.txt"]
    assert names(search(alice, compare("eq", "oc:owner-id", "alice")))


@pytest.mark.parametrize(
    "where",
    [
        "<d:bogus/>", "<d:and/>", "<d:eq/>", compare("eq", "d:nothing", "x"), compare("eq", "oc:size", "much"),
        "<d:not><d:is-collection/><d:is-collection/></d:not>", compare("like", "oc:size", "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_400(alice, where):
    assert search(alice, where).status == 400


def star(client, path, value="1"):
    prop = f"<d:set><d:prop><oc:favorite>{value}</oc:favorite></d:prop></d:set>"
    return client("PROPPATCH", path, f"<d:propertyupdate {SPACES}>{prop}</d:propertyupdate>")


def favourites(client, path="", rule="<oc:favorite>1</oc:favorite>"):
    body = (
        f"<oc:filter-files {SPACES}><d:prop><d:displayname/><oc:favorite/></d:prop>"
        f"<oc:filter-rules>{rule}</oc:filter-rules></oc:filter-files>"
    )
    return client("REPORT", path, body)


def test_favourites(alice, bob, things, town):
    star(alice, "W/deep/photo é.JPG")
    star(alice, "Plans/plan.png")
    answer = favourites(alice)
    assert sorted(names(answer)) == ["photo é.JPG", "plan.png"]
    assert all(answer.value("oc:favorite", href) == "1" for href in answer.hrefs)
    assert names(favourites(alice, "W")) == ["photo é.JPG"]
    assert favourites(alice, "W").hrefs == ["/remote.php/dav/files/alice/W/deep/photo%20%C3%A9.JPG"]
    assert favourites(alice, "/remote.php/webdav/W").hrefs == ["/remote.php/webdav/W/deep/photo%20%C3%A9.JPG"]
    assert names(favourites(bob)) == []
    assert names(search(alice, compare("eq", "oc:favorite", "yes"))) == names(answer)
    star(alice, "Plans/plan.png", "0")
    assert names(favourites(alice)) == ["photo é.JPG"]
    assert favourites(alice, rule="").status == 400
    assert alice("REPORT", "", f"<d:version-tree {SPACES}/>").status == 403
    assert alice("REPORT", "").status == 400


def test_by_label(alice, bob, things, town):
    """Each label names what bears it and may be seen; with several, all of them are borne."""
    actor = make.act(town.alice)
    plan = Node.objects.get(name="plan.png")
    urgent, old = (keeping.make(actor, town.space, name) for name in ("Urgent", "Été & <old>"))
    labelling.label(actor, [make.registry_thing(plan)], add=[urgent.pk, old.pk])

    def bearing(client, *rules):
        return favourites(client, rule="".join(rules))

    tag = "<oc:systemtag>{}</oc:systemtag>".format
    assert names(bearing(alice, tag(urgent.pk))) == ["plan.png"]
    assert names(bearing(bob, tag(urgent.pk), tag(old.pk))) == ["plan.png"]
    assert names(bearing(alice, tag(urgent.pk), tag(999999))) == []
    assert names(bearing(alice, tag(urgent.pk), "<oc:favorite>1</oc:favorite>")) == []
    star(alice, "Plans/plan.png")
    assert names(bearing(alice, tag(urgent.pk), "<oc:favorite>1</oc:favorite>")) == ["plan.png"]
    for wrong in (tag("urgent"), tag("-1"), "<oc:other>1</oc:other>"):
        assert bearing(alice, wrong).status == 400
    make.restrict(town.alice, plan)
    assert names(bearing(bob, tag(urgent.pk))) == []
    shown = alice.propfind("Plans/plan.png", ["nc:system-tags"]).props()[200][
        "{http://nextcloud.org/ns}system-tags"
    ]  # fmt: skip
    assert [one.text for one in shown] == ["Été & <old>", "Urgent"]
    assert {one.get("{http://owncloud.org/ns}id") for one in shown} == {str(urgent.pk), str(old.pk)}
    assert not len(
        alice.propfind("W/note.txt", ["nc:system-tags"]).props()[200]["{http://nextcloud.org/ns}system-tags"]
    )


def test_nothing_hidden_is_found(alice, bob, town):
    """Restricted below, and shared from deep inside: each finds just what they may see, at their own address."""
    alice("MKCOL", "Plans/open")
    alice.put("Plans/open/a.jpg", b"x")
    alice("MKCOL", "Plans/closed")
    alice.put("Plans/closed/b.jpg", b"x")
    make.restrict(town.alice, Node.objects.get(name="closed"))
    alice("MKCOL", "own")
    alice("MKCOL", "own/inner")
    alice.put("own/inner/c.jpg", b"x")
    make.share(town.alice, Node.objects.get(name="inner"), town.bob)
    where = compare("like", "d:displayname", "%.jpg")
    assert sorted(search(bob, where).hrefs) == [
        "/remote.php/dav/files/bob/Plans/open/a.jpg",
        "/remote.php/dav/files/bob/inner/c.jpg",
    ]
    assert len(names(search(alice, where))) == 3
