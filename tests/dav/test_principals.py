"""People as devices find them: who one is, whom one finds, and what nobody is told."""

import pytest

from collab.accounts.models import Rank
from tests import town as make
from tests.dav.client import NS, Client
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
NS.setdefault("cs", "http://calendarserver.org/ns/")
NS.setdefault("cal", "urn:ietf:params:xml:ns:caldav")
ROOT = "/remote.php/dav/"
USERS = f"{ROOT}principals/users/"
SPACES = 'xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'


@pytest.fixture
def alice(town):
    town.alice.email = "alice@example.org"
    town.alice.save()
    town.bob.email = "bob@example.org"
    town.bob.save()
    return device(town.alice)


def search(client, *terms, test="", path=USERS, name="d:principal-property-search"):
    asked = "".join(
        f"<d:property-search><d:prop><{tag}/></d:prop><d:match>{text}</d:match></d:property-search>"
        for tag, text in terms
    )
    body = f"<{name} {SPACES} {test}>{asked}<d:prop><d:displayname/><cs:email-address-set/></d:prop></{name}>"
    answer = client("REPORT", path, body, Depth="0")
    assert answer.status == 207, answer.body
    return [one.rstrip("/").rpartition("/")[2] for one in answer.hrefs], answer


@pytest.mark.parametrize(
    ("terms", "test", "found"),
    [
        ([("d:displayname", "BO")], "", ["bob"]),
        ([("d:displayname", "b"), ("cal:calendar-user-type", "INDIVIDUAL")], "", ["bob"]),
        ([("d:displayname", "bob"), ("d:displayname", "eve")], "", []),
        ([("d:displayname", "bob"), ("d:displayname", "eve")], 'test="anyof"', ["bob", "eve"]),
        ([("cs:email-address-set", "bob@EXAMPLE.org")], "", ["bob"]),
        ([("cs:email-address-set", "example")], "", []),
        ([("cal:calendar-user-address-set", "mailto:bob@example.org")], "", ["bob"]),
        ([("cal:calendar-user-address-set", f"{USERS}bob/")], "", ["bob"]),
        ([("d:getetag", "bob")], "", []),
        ([], "", ["alice", "bob", "eve"]),
    ],
    ids=["name", "type", "all of", "any of", "mail", "part of a mail", "mailto", "address", "unknown", "all"],
)
def test_people_are_searched(alice, terms, test, found):
    names, answer = search(alice, *terms, test=test)
    assert names == found
    assert b"bob@example.org" not in answer.body, "nobody is told the mail address of another"


def test_a_guest_finds_only_the_people_of_their_groups(town, alice):
    guest = device(make.make_user("gast", rank=Rank.GUEST))
    for found in (
        search(guest, ("d:displayname", "bob"))[0],
        search(guest, ("cs:email-address-set", "bob@example.org"))[0],
        guest("REPORT", USERS, f'<cs:calendarserver-principal-search {SPACES}><cs:search-token>bob</cs:search-token>'
              "<d:prop><d:displayname/></d:prop></cs:calendarserver-principal-search>").hrefs,
    ):  # fmt: skip
        assert found == []
    assert guest.propfind(f"{USERS}bob/", ["d:displayname"]).status == 404


def test_apple_looks_for_whom_to_invite(alice):
    def found(*words, more=""):
        tokens = "".join(f"<cs:search-token>{one}</cs:search-token>" for one in words)
        name = "cs:calendarserver-principal-search"
        body = f'<{name} {SPACES} context="attendee">{tokens}{more}<d:prop><d:displayname/></d:prop></{name}>'
        return alice("REPORT", f"{ROOT}principals/", body)

    assert found("bo").hrefs == [f"{USERS}bob/"]
    assert found("bo", "x").hrefs == []
    assert found("").hrefs == []
    cut = found("e", more="<cs:limit><cs:nresults>1</cs:nresults></cs:limit>")
    assert b"507" in cut.body
    assert b"number-of-matches-within-limits" in cut.body


def test_it_is_said_by_what_people_are_searched(alice):
    answer = alice("REPORT", USERS, '<d:principal-search-property-set xmlns:d="DAV:"/>', Depth="0")
    assert answer.status == 200
    names = {one.tag for one in answer.xml.iterfind(".//d:prop/*", NS)}
    assert "{DAV:}displayname" in names
    assert f"{{{NS['cal']}}}calendar-user-address-set" in names


def test_one_finds_oneself(alice):
    body = '<d:principal-match xmlns:d="DAV:">%s<d:prop><d:displayname/></d:prop></d:principal-match>'
    assert alice("REPORT", USERS, body % "<d:self/>", Depth="0").hrefs == [f"{USERS}alice/"]
    own = "<d:principal-property><d:owner/></d:principal-property>"
    home = f"{ROOT}calendars/alice/"
    assert alice("REPORT", home, body % own, Depth="0").hrefs == [f"{home}personal/", f"{home}tasks/"]
    assert alice("REPORT", USERS, body % "").status == 400


def test_properties_of_what_a_property_names_come_with_it(alice):
    body = (
        '<d:expand-property xmlns:d="DAV:"><d:property name="current-user-principal"><d:property name="displayname"/>'
        '<d:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><d:property name="owner"/>'
        '</d:property><d:property name="alternate-URI-set"><d:property name="displayname"/></d:property></d:property>'
        "</d:expand-property>"
    )
    answer = alice("REPORT", ROOT, body, Depth="0")
    inner = answer.xml.find(".//d:current-user-principal/d:response", NS)
    assert inner.findtext("d:propstat/d:prop/d:displayname", None, NS) == "Alice"
    home = inner.find(".//cal:calendar-home-set/d:response", NS)
    assert home.findtext("d:href", None, NS) == f"{ROOT}calendars/alice/"
    assert home.findtext(".//d:owner/d:href", None, NS) == f"{USERS}alice/"
    assert inner.findtext(".//d:alternate-URI-set/d:href", None, NS) == "mailto:alice@example.org"
    deep = '<d:property name="owner">' * 8 + "</d:property>" * 8
    assert alice("REPORT", ROOT, f'<d:expand-property xmlns:d="DAV:">{deep}</d:expand-property>').status == 400


def test_the_library_of_python_asks_beside_prop_and_not_in_it(alice):
    body = f"<d:principal-property-search {SPACES}><d:prop/><cal:calendar-home-set/><d:displayname/>"
    answer = alice("REPORT", ROOT, body + "</d:principal-property-search>")
    assert answer.value("d:displayname", f"{USERS}bob/") == "Bob"


@pytest.mark.parametrize("path", [ROOT, f"{ROOT}principals/", USERS, f"{USERS}alice/", f"{ROOT}calendars/alice/",
                                  f"{ROOT}calendars/alice/personal/"])  # fmt: skip
def test_every_place_says_who_one_is_and_what_can_be_asked_there(alice, path):
    alice.propfind(f"{ROOT}calendars/alice/", ["d:displayname"])
    tags = ["d:current-user-principal", "d:principal-collection-set", "d:supported-report-set", "d:acl",
            "d:supported-privilege-set", "d:acl-restrictions", "d:current-user-privilege-set"]  # fmt: skip
    found = alice.propfind(path, tags).props()
    assert set(found) == {200}
    held = {one[0].tag for one in found[200]["{DAV:}current-user-privilege-set"]}
    assert {one[0].tag for one in found[200]["{DAV:}acl"].iterfind("d:ace/d:grant/d:privilege", NS)} == held
    for one in found[200]["{DAV:}supported-report-set"]:
        element = one[0][0].tag
        uri, _brace, local = element[1:].partition("}")
        asked = alice("REPORT", path, f'<x:{local} xmlns:x="{uri}"/>')
        assert b"supported-report" not in asked.body, f"{element} is named and not answered"
        assert asked.status < 500


def test_where_devices_look_first(town, alice):
    stranger = Client("")
    for path in ("/.well-known/caldav", "/.well-known/carddav/", "/", "/principals/", "/calendar/dav/alice/user/"):
        answer = stranger.propfind(path, ["d:current-user-principal"])
        assert (answer.status, answer.headers["location"]) == (301, ROOT)
    for path in (ROOT, USERS, f"{USERS}alice/", f"{ROOT}calendars/alice/", f"{ROOT}calendars/nobody/"):
        for method in ("PROPFIND", "OPTIONS", "REPORT", "GET", "PUT"):
            refused = stranger(method, path)
            assert refused.status == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
    for path in (ROOT, f"{USERS}alice/", f"{ROOT}calendars/alice/"):
        options = alice("OPTIONS", path)
        assert {"1", "3", "access-control", "extended-mkcol", "calendar-access"} <= set(
            options.headers["dav"].split(", ")
        )
        assert "REPORT" in options.headers["allow"]
    assert "calendar-access" not in alice("OPTIONS", "/remote.php/dav/files/alice/").headers["dav"]


def test_others_are_shown_by_name_alone(town, alice):
    tags = [
        "cal:calendar-user-address-set", "cs:email-address-set", "d:alternate-URI-set", "cal:calendar-home-set",
        "d:resource-id",
    ]  # fmt: skip
    of_bob = alice.propfind(f"{USERS}bob/", tags)
    assert b"@" not in of_bob.body
    assert alice.propfind(f"{ROOT}calendars/bob/", ["d:displayname"]).status == 404
    assert b"mailto:alice@example.org" in alice.propfind(f"{USERS}alice/", tags).body
