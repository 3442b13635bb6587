"""A calendar by its public link: a page, a feed, a piece for other sites; never more than the link gives."""

import html
import re
from datetime import UTC, timedelta

import pytest
from django.db.models import BinaryField, Value
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendars import exporting as entries
from calendars import paged
from calendars.actions import making, storing
from calendars.ical import reading, splitting
from calendars.models import CalendarObject
from collab.rights.links import token_of
from collab.rights.right import READER, Right
from tests import town as make
from tests.calendars.caldav import event

ZONE = b"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"  # fmt: skip # noqa: E501


def entry(uid, title, day, *more):
    data = event(uid, title, f"{day:%Y%m%d}T180000", f"{day:%Y%m%d}T193000", *more, zone="Europe/Paris")
    return data.replace(b"BEGIN:VEVENT", ZONE + b"BEGIN:VEVENT")


@pytest.fixture
def sport(town):
    found = making.make(make.act(town.alice), town.space, "Sport", zone="Europe/Paris", description="For all")
    soon = timezone.localdate()
    for number, data in enumerate(
        [entry("a", "Match", soon, "LOCATION:Gym"), entry("b", "Board", soon, "CLASS:CONFIDENTIAL"),
         entry("c", "Doctor", soon, "CLASS:PRIVATE")]
    ):  # fmt: skip
        storing.put(make.act(town.alice), found, f"{number}.ics", data)
    return found


def address(town, sport, mask=READER.mask):
    link = make.make_link(town.alice, sport, mask)
    return reverse("shell:link", args=[token_of(make.act(town.alice), link, make.fresh(sport))])


def read(client, url, **headers):
    answer = client.get(url, headers={"accept-language": "en", **headers})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body.decode()


def test_the_page_shows_what_comes_and_no_secret(town, sport):
    answer, text = read(Client(), address(town, sport))
    assert answer.status_code == 200
    assert all(word in text for word in ("Sport", "For all", "Match", "Gym", "Busy", "webcal://"))
    assert "Board" not in text
    assert "Doctor" not in text
    assert "/calendars/events/" not in text


def test_the_feed_holds_each_entry_as_sent_and_each_zone_once(town, sport):
    url = address(town, sport)
    answer, text = read(Client(), f"{url}calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "X-WR-CALNAME:Sport" in text
    assert splitting.pieces(entry("a", "Match", timezone.localdate(), "LOCATION:Gym"))[1].decode() in text
    assert "Board" not in text
    assert "Doctor" not in text
    assert len(list(splitting.Split(text.encode()))) == 2
    assert read(Client(), f"{url}calendar.ics", if_none_match=answer["ETag"])[0].status_code == 304
    found = CalendarObject.objects.get(uid="a")
    storing.delete(make.act(town.alice), found)
    assert read(Client(), f"{url}calendar.ics", if_none_match=answer["ETag"])[0].status_code == 200


def test_the_feed_tells_strangers_of_nobody_who_is_invited(town, sport):
    folded = "ATTEN\r\n DEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT=ill:mailto:eve@example.org"
    people = ("ORGANIZER;CN=Alice:mailto:alice@example.org", "ATTENDEE;CN=Bob:mailto:bob@example.org", folded)
    storing.put(make.act(town.alice), sport, "p.ics", entry("p", "Party", timezone.localdate(), *people))
    _answer, text = read(Client(), f"{address(town, sport)}calendar.ics")
    assert "Party" in text
    assert not any(word in text for word in ("@example.org", "ATTEN", "ORGANIZER", "Bob", "ill"))


ODD = {
    "small letters": (b"BEGIN:VEVENT", b"begin:vevent"),
    "a mark of byte order": (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR"),
    "a parameter": (b"BEGIN:VEVENT", b"BEGIN;X-A=1:VEVENT"),
    "a fold": (b"BEGIN:VEVENT", b"BEGIN:VEV\r\n ENT"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_entry_in_an_odd_form_breaks_no_feed(town, sport, monkeypatch, name):
    monkeypatch.setattr(entries, "SMALL", Value(None, BinaryField()))  # each is fetched by itself
    data = entry("odd", "Odd", timezone.localdate()).replace(*ODD[name])
    storing.put(make.act(town.alice), sport, "odd.ics", data)
    storing.put(make.act(town.alice), sport, "z.ics", entry("z", "Zumba", timezone.localdate()))
    _answer, text = read(Client(), f"{address(town, sport)}calendar.ics")
    assert all(word in text for word in ("Match", "Odd", "Zumba", "END:VCALENDAR"))
    if "fold" not in name:
        assert [reading.read(one).uid for one in splitting.Split(data)] == ["odd"], "and is brought in from a file"


def test_a_link_to_busy_times_tells_nothing_else(town, sport):
    url = address(town, sport, Right.RESPOND)
    for path in (url, f"{url}calendar.ics", f"{url}next/"):
        answer, text = read(Client(), path)
        assert answer.status_code == 200
        assert not any(word in text for word in ("Match", "Gym", "Board", "Doctor")), path


def test_other_sites_may_show_the_piece_alone(town, sport):
    url = address(town, sport)
    piece, text = read(Client(), f"{url}next/")
    assert "frame-ancestors *" in piece["Content-Security-Policy"]
    assert "X-Frame-Options" not in piece
    assert "Match" in text
    page, _text = read(Client(), url)
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]


def test_what_is_gone_or_archived_or_elsewhere_is_not_shown(town, sport):
    url = address(town, sport)
    assert read(Client(), f"{url}other")[0].status_code == 404
    make.change(town.space, archived_at=timezone.now())
    assert read(Client(), url)[0].status_code == 404
    make.change(town.space, archived_at=None)
    making.throw_away(make.act(town.alice), sport)
    assert read(Client(), f"{url}calendar.ics")[0].status_code == 404


def test_several_calendars_stand_on_one_page_each_as_its_own_link_allows(town, sport):
    music = making.make(make.act(town.alice), town.space, "Music", zone="Europe/Paris")
    soon = timezone.localdate()
    storing.put(make.act(town.alice), music, "m.ics", entry("m", "Concert", soon))
    url, other = address(town, sport), address(town, music)
    token = other.strip("/").rpartition("/")[2]
    for below in ("", "next/"):
        _answer, text = read(Client(), f"{url}{below}?with={token}.nobody")
        assert all(word in text for word in ("Match", "Concert", "Sport, Music")), below
        assert "Doctor" not in text
    busy = address(town, music, Right.RESPOND).strip("/").rpartition("/")[2]
    _answer, text = read(Client(), f"{url}?with={busy}")
    assert "Concert" not in text
    locked = make.make_link(town.alice, music, READER.mask, password="secret-word")
    secret = token_of(make.act(town.alice), locked, make.fresh(music))
    _answer, text = read(Client(), f"{url}?with={secret}")
    assert "Concert" not in text


def test_a_long_list_is_cut_into_pages(town, sport, monkeypatch):
    monkeypatch.setattr(paged, "SHOWN", 3)
    soon = timezone.localdate()
    for number in range(5):
        data = entry(f"n{number}", f"Number {number}", soon)
        storing.put(make.act(town.alice), sport, f"n{number}.ics", data)
    url, seen = address(town, sport), []
    for _page in range(3):
        _answer, text = read(Client(), url)
        seen += re.findall(r"Match|Busy|Number \d", text.partition("agenda__on")[0])
        url = html.unescape(re.search(r'href="([^"]+)">Show what comes after', text)[1])
    assert sorted(seen) == ["Busy", "Match", *(f"Number {number}" for number in range(5))], "each once"
    assert read(Client(), f"{address(town, sport)}?after=nonsense")[0].status_code == 400


def test_a_phone_reads_the_address_from_a_code(town, sport):
    answer, text = read(Client(), f"{address(town, sport)}subscribe.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "<svg" in text


def test_whoever_shares_calendars_is_told_the_address_of_one_page_for_all(town, sport):
    music = making.make(make.act(town.alice), town.space, "Music", zone="Europe/Paris")
    storing.put(make.act(town.alice), music, "m.ics", entry("m", "Concert", timezone.localdate()))
    hers = Client()
    hers.force_login(town.alice)
    assert "No calendar has a public link yet" in read(hers, "/calendars/together/")[1]
    address(town, sport), address(town, music)
    _answer, text = read(hers, "/calendars/together/")
    whole = html.unescape(re.search(r'readonly value="([^"]+\?with=[^"]+)"', text)[1])
    assert all(word in read(Client(), whole)[1] for word in ("Match", "Concert"))
    assert "/next/?with=" in text
    query = f"calendar={sport.pk}&calendar={music.pk}"
    assert "<svg" in read(hers, f"/calendars/together/code.svg?{query}")[1]
    assert "?with=" not in read(hers, f"/calendars/together/?calendar={music.pk}")[1].partition("readonly")[2][:300]
    # who reads one is not told a key that they may not give away
    theirs = Client()
    theirs.force_login(town.eve)
    make.share(town.alice, sport, town.eve, READER.mask)
    assert "No calendar has a public link yet" in read(theirs, "/calendars/together/")[1]
    assert read(theirs, f"/calendars/together/code.svg?{query}")[0].status_code == 404


NAME = "(UTC+09:30) Our, zone"


def own_zone(hours, name="(UTC+09:30) Our\\, zone"):
    """A VTIMEZONE of a name that nobody knows, so many hours before UTC."""
    return (
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0{hours}00\r\n"
        f"TZOFFSETTO:+0{hours}00\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    ).encode()


def test_two_zones_of_one_name_stay_two_in_a_file(town, sport):
    """Programs give names of their own to zones; who reads one file must find each entry at its own time."""
    soon = timezone.localdate()
    series = "RRULE:FREQ=DAILY;COUNT=3", f'EXDATE;TZID="{NAME}":{soon:%Y%m%d}T180000'
    hours = {"p": 3, "q": 5, "r": 5, "s": 7}
    for uid, before in hours.items():
        data = entry(uid, f"At {before}", soon, *series).replace(ZONE, own_zone(before))
        data = data.replace(b"TZID=Europe/Paris", f'TZID="{NAME}"'.encode())
        storing.put(make.act(town.alice), sport, f"{uid}.ics", data)
    _answer, text = read(Client(), f"{address(town, sport)}calendar.ics")
    assert text.count("BEGIN:VTIMEZONE") == 4, "each that means something else, once, and Paris"
    found = {one.uid: one for one in map(reading.read, splitting.Split(text.encode()))}
    for uid, before in hours.items():
        part = found[uid].parts[0]
        for moment in (part.starts, part.ends, *part.exceptions):
            local = moment.local.replace(tzinfo=None)
            assert moment.utc(UTC).replace(tzinfo=None) == local - timedelta(hours=before), uid
    made = CalendarObject.objects.get(uid="p")
    assert splitting.pieces(bytes(made.data))[1].decode() in text, "what is not in doubt stays as it was sent"
