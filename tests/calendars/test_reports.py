"""The reports that devices ask of calendars: many entries at once, what changed, and what of it they may know."""

import pytest

from calendars.dav import multiget as multiget_module
from calendars.models import Calendar
from collab.rights.right import MANAGER, READER, Right
from tests import town as make
from tests.calendars.caldav import data_of, event, home, multiget, sync, todo, token, told
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(town):
    return device(town.alice)


@pytest.fixture
def personal(alice):
    """Three entries in her own calendar: a, b and one with signs in its name."""
    path = f"{home(alice)}personal/"
    for name in ("a", "b", "c%40d%2B%C3%A9"):
        assert alice.put(f"{path}{name}.ics", event(name, f"About {name}")).status == 201
    return path


@pytest.fixture
def sport(town):
    from calendars.actions import making

    return making.make(make.act(town.alice), town.space, "Sport", name="sport")


def test_many_entries_come_at_once_in_the_order_they_were_asked(alice, personal, monkeypatch):
    monkeypatch.setattr(multiget_module, "STEP", 2)
    names = ["b.ics", "none.ics", "c@d%2B%C3%A9.ics", "a.ics", "c%40d+é.ics", "b.ics"]
    answer = multiget(alice, personal, [personal + name for name in names])
    assert [one.rpartition("/")[2] for one in answer.hrefs] == [
        "b.ics", "none.ics", "c%40d%2B%C3%A9.ics", "a.ics", "c%40d%2B%C3%A9.ics", "b.ics",
    ]  # fmt: skip
    assert told(answer)["none.ics"] == 404
    assert data_of(answer)[0] == event("b", "About b"), "the lines end as they were sent"
    assert answer.value("d:getetag", f"{personal}a.ics") == alice("GET", f"{personal}a.ics").headers["etag"]


def test_a_large_entry_is_handed_out_too(alice, personal):
    large = event("large", "Photo", "20261201T100000", "20261201T110000", "ATTACH;VALUE=BINARY:" + "A" * 100_000)
    alice.put(f"{personal}large.ics", large)
    assert data_of(multiget(alice, personal, [f"{personal}large.ics", f"{personal}a.ics"]))[0] == large


def test_no_report_reaches_beyond_where_it_is_asked(town, alice, personal, sport):
    alice.put(f"{home(alice)}tasks/t.ics", todo())
    eve = device(town.eve)
    asked = [f"{personal}a.ics", f"{home(alice)}tasks/t.ics", "https://other.example/b.ics", f"{home(eve)}personal/x"]
    assert list(told(multiget(alice, personal, asked)).values()) == [200, 404, 404, 404]
    assert list(told(multiget(alice, home(alice), asked)).values()) == [200, 200, 404, 404]
    assert list(told(multiget(eve, home(eve), asked)).values()) == [404] * 4
    assert multiget(eve, personal, asked).status == 404
    one = f"{personal}a.ics"
    assert list(told(multiget(alice, one, [one, f"{personal}b.ics"])).values()) == [200, 404]


def test_ten_thousand_addresses_are_answered(alice, personal):
    asked = [f"{personal}{number}.ics" for number in range(9_999)]
    answer = multiget(alice, personal, [*asked, f"{personal}a.ics"])
    assert (answer.status, answer.body.count(b"404 Not Found"), answer.body.count(b"200 OK")) == (207, 9_999, 1)


def test_a_device_hears_what_changed_since(alice, personal):
    first = sync(alice, personal, Depth="1")
    assert told(first) == {"a.ics": 200, "b.ics": 200, "c%40d%2B%C3%A9.ics": 200}
    assert first.value("d:getcontenttype").startswith("text/calendar")
    assert told(sync(alice, personal, token(first))) == {}
    assert token(sync(alice, personal, token(first))) == token(first)
    alice("DELETE", f"{personal}a.ics")
    alice.put(f"{personal}b.ics", event("b", "Other"))
    alice.put(f"{personal}new.ics", event("new"))
    alice("DELETE", f"{personal}new.ics")
    second = sync(alice, personal, token(first))
    assert told(second) == {"a.ics": 404, "b.ics": 200, "new.ics": 404}
    alice.put(f"{personal}a.ics", event("a"))
    assert told(sync(alice, personal, token(first)))["a.ics"] == 200, "each name once, as it is now"
    assert 404 not in told(sync(alice, personal)).values(), "who begins is told nothing gone"
    found = alice.propfind(personal, ["cs:getctag", "d:sync-token"])
    assert found.value("d:sync-token") == token(sync(alice, personal)) == found.value("cs:getctag")


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_a_cut_answer_says_so_and_goes_on_where_it_ended(alice, personal, limit):
    """Deletions and changes count alike, and what happens between two pages is told by one of them."""
    before = token(sync(alice, personal))
    for number in range(5):
        alice.put(f"{personal}{number}.ics", event(f"{number}"))
    alice("DELETE", f"{personal}1.ics")
    alice("DELETE", f"{personal}a.ics")
    alice.put(f"{personal}b.ics", event("b", "Again"))
    for start in ("", before):
        seen, at, pages = {}, start, 0
        while True:
            answer = sync(alice, personal, at, limit)
            found = told(answer)
            more = found.pop("personal", None)
            assert len(found) <= limit
            seen |= found
            assert token(answer) != at or not more
            at, pages = token(answer), pages + 1
            if pages == 1:
                alice.put(f"{personal}between.ics", event("between", f"from {start}"))
            if more is None:
                break
            assert more == 507
            assert b"number-of-matches-within-limits" in answer.body
        assert {"0.ics", "2.ics", "3.ics", "4.ics", "b.ics", "between.ics"} <= {n for n, s in seen.items() if s == 200}
        assert {name for name, status in seen.items() if status == 404} == ({"1.ics", "a.ics"} if start else set())
        assert at == token(sync(alice, personal))
        alice("DELETE", f"{personal}between.ics")


@pytest.mark.parametrize("said", ["data:,other", "x", "data:,collab-1a-99999", "data:,collab-999a-1", "http://x/ns/1"])
def test_a_token_that_is_not_ours_makes_devices_begin_anew(alice, personal, said):
    refused = sync(alice, personal, said)
    assert refused.status == 403
    assert b"<d:valid-sync-token/>" in refused.body


def test_a_token_is_of_one_calendar_and_not_older_than_what_is_remembered(alice, personal):
    old = token(sync(alice, personal))
    assert sync(alice, f"{home(alice)}tasks/", old).status == 403
    alice("DELETE", f"{personal}a.ics")
    Calendar.objects.filter(name="personal").update(floor=Calendar.objects.get(name="personal").seq)
    assert sync(alice, personal, old).status == 403
    assert told(sync(alice, personal, token(sync(alice, personal)))) == {}


@pytest.mark.parametrize(
    ("inside", "headers"),
    [("<d:sync-token/>", {}), ("<d:sync-token/><d:sync-level>2</d:sync-level>", {}),
     ("<d:sync-token/><d:sync-level>1</d:sync-level>", {"Depth": "infinity"}),
     ("<d:sync-token/><d:sync-level>1</d:sync-level><d:limit><d:nresults>0</d:nresults></d:limit>", {})],
    ids=["no level", "level 2", "depth", "no results"],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(alice, personal, inside, headers):
    body = f'<d:sync-collection xmlns:d="DAV:">{inside}</d:sync-collection>'
    assert alice("REPORT", personal, body, **headers).status == 400


def test_what_somebody_may_no_longer_see_is_told_as_gone(town, alice, sport):
    """An entry made private goes for readers; new rights on the whole calendar make devices begin anew."""
    bob = device(town.bob)
    hers, his = f"{home(alice)}shared-{sport.pk}/", f"{home(bob)}shared-{sport.pk}/"
    alice.put(f"{hers}a.ics", event("a"))
    first = sync(bob, his)
    assert told(first) == {"a.ics": 200}
    alice.put(f"{hers}a.ics", event("a", "Doctor", "20261201T100000", "20261201T110000", "CLASS:PRIVATE"))
    assert told(sync(bob, his, token(first))) == {"a.ics": 404}
    assert told(sync(bob, his)) == {}
    assert told(sync(alice, hers)) == {"a.ics": 200}
    make.share(town.alice, sport, town.bob, MANAGER.mask)
    assert sync(bob, his, token(first)).status == 403
    assert told(sync(bob, his)) == {"a.ics": 200}


@pytest.mark.parametrize("mask", [Right.RESPOND, READER.mask], ids=["busy", "reader"])
def test_reports_show_as_much_as_the_entry_itself(town, alice, sport, mask):
    eve = device(town.eve)
    make.share(town.alice, sport, town.eve, mask)
    secret = event("a", "Doctor", "20261201T100000", "20261201T110000", "CLASS:CONFIDENTIAL")
    alice.put(f"{home(alice)}shared-{sport.pk}/a.ics", secret)
    path = f"{home(eve)}shared-{sport.pk}/"
    shown = data_of(multiget(eve, path, [f"{path}a.ics"]))
    assert shown == [eve("GET", f"{path}a.ics").body] == data_of(sync(eve, path, props="<cal:calendar-data/>"))
    assert b"Doctor" not in shown[0]


def test_what_can_be_asked_is_told(alice, personal):
    answer = alice.propfind(personal, ["d:supported-report-set"])
    names = {one[0][0].tag.rpartition("}")[2] for one in answer.props()[200]["{DAV:}supported-report-set"]}
    assert {"calendar-multiget", "sync-collection"} <= names
    assert alice("REPORT", personal, '<x xmlns="urn:x"/>').status == 403
