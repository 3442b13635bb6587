"""Calendars of old phones and of old Outlook: taken over as they are meant, or refused with a reason, one by one."""

import contextlib
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from calendars.actions import importing
from calendars.actions.importing import There
from calendars.ical import reading, vcal
from calendars.ical.splitting import Split
from calendars.ical.vcalrules import rule
from calendars.models import CalendarObject
from collab.lib.errors import BadInput
from tests import town as make
from tests.calendars import calendaring as fill

NOKIA = (
    b"BEGIN:VCALENDAR\r\nVERSION:1.0\r\nTZ:+01\r\n"
    b"BEGIN:VEVENT\r\nUID:n1\r\n"
    b"SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:R=C3=A9union du =\r\nconseil\\; salle 2\r\n"
    b"DESCRIPTION;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Ordre du jour=0D=0A1. F=EAte\r\n"
    b"LOCATION:Caf\xe9 du Port\r\nDTSTART:20261201T180000\r\nDTEND:20261201T193000\r\n"
    b"X-EPOCAGENDAENTRYTYPE:APPOINTMENT\r\n"
    b"CLASS:PRIVATE\r\nCATEGORIES:MEETING;APPOINTMENT\r\nAALARM;TYPE=X-EPOCSOUND:20261201T174500;;0;\r\n"
    b"RRULE:W1 TU TH #0\r\nEXDATE:20261208T180000;20261210T180000\r\nTRANSP:1\r\n"
    b"ATTENDEE;ROLE=ATTENDEE;STATUS=CONFIRMED:Eve Moreau <eve@example.org>\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nUID:n2\r\n"
    b"SUMMARY:Anniversaire de Zo\xc3\xa9\r\nDTSTART:20260714T000000\r\nDTEND:20260714T000000\r\n"
    b"X-EPOCAGENDAENTRYTYPE:ANNIVERSARY\r\nRRULE:YM1 #0\r\nEND:VEVENT\r\n"
    b"BEGIN:VTODO\r\nUID:n3\r\nSUMMARY:Acheter du papier\r\nDUE:20261204T000000Z\r\nPRIORITY:2\r\n"
    b"STATUS:NEEDS ACTION\r\nEND:VTODO\r\n"
    b"BEGIN:VEVENT\r\nUID:n4\r\nSUMMARY;ENCODING=QUOTED-PRINTABLE:=C3=89trange\r\nDTSTART:20261201T180000Z\r\n"
    b"RRULE:MP6 1+ MO #5 D2 #5\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n"
)


def items():
    found = {}
    for data in Split(NOKIA):
        with contextlib.suppress(BadInput):
            item = reading.read(vcal.converted(data))
            found[item.uid] = item
    return found


def test_what_an_old_phone_says_is_taken_over():
    found = items()
    assert set(found) == {"n1", "n2", "n3"}
    one = found["n1"].parts[0]
    assert (one.summary, one.location) == ("Réunion du conseil; salle 2", "Café du Port")
    assert one.description == "Ordre du jour\n1. Fête"
    assert (one.starts.local, one.starts.is_floating) == (datetime(2026, 12, 1, 18), True)
    assert (one.klass, one.transp, one.categories) == ("PRIVATE", "TRANSPARENT", ("MEETING", "APPOINTMENT"))
    assert one.alarms[0].offset.total.total_seconds() == -900
    assert [moment.day.day for moment in one.exceptions] == [8, 10]
    assert (one.attendees[0].name, one.attendees[0].email, one.attendees[0].status) == (
        "Eve Moreau", "eve@example.org", "ACCEPTED",
    )  # fmt: skip
    birthday = found["n2"].parts[0]
    assert (birthday.summary, birthday.all_day, birthday.lasts.days) == ("Anniversaire de Zoé", True, 1)
    task = found["n3"].parts[0]
    assert (task.component, task.status, task.priority, task.due.is_utc) == ("VTODO", "NEEDS-ACTION", 2, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("D1 #10", "FREQ=DAILY;COUNT=10"),
        ("D2", "FREQ=DAILY;INTERVAL=2;COUNT=2"),
        ("W2 MO WE 20261231T235900Z", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231T235900Z"),
        ("W1 20261231", "FREQ=WEEKLY;UNTIL=20261231T235959"),
        ("MP1 1+ 3+ FR 1- MO #0", "FREQ=MONTHLY;BYDAY=1FR,3FR,-1MO"),
        ("MD1 15 LD #3", "FREQ=MONTHLY;BYMONTHDAY=15,-1;COUNT=3"),
        ("MD1 2- #3", "FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=3"),
        ("YM1 6 7 #0", "FREQ=YEARLY;BYMONTH=6,7"),
        ("YD1 100 #4", "FREQ=YEARLY;BYYEARDAY=100;COUNT=4"),
    ],
)
def test_rules(said, meant):
    assert rule(said, datetime(2026, 12, 1, 18), utc=False) == meant


@pytest.mark.parametrize("said", [
    "", "X1", "D0", "D1 #x", "W1 0600", "W1 TU 0600", "MP1 FR", "MP1 1+", "MP6 1+ MO #5 D2 #5", "MD1 40", "YM1 13",
    "D1 MO", "W1 " + "MO " * 90,
])  # fmt: skip
def test_rules_that_cannot_be_said_are_refused(said):
    with pytest.raises(BadInput):
        rule(said, datetime(2026, 12, 1, 18), utc=False)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"QUOTED-PRINTABLE", b"CHARSET=rot13", b"CHARSET=utf-7", b"BASE64"])
)
def test_nothing_but_a_refusal_comes_of_anything(junk, how):
    head = b"BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261201T180000\r\n"
    for data in (head + b"SUMMARY;" + how + b":" + junk + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", head + junk):
        vcal.title(data)
        with contextlib.suppress(BadInput):
            vcal.converted(data)


@pytest.mark.django_db
@pytest.mark.parametrize("there", [There.SKIP, There.COPY])
def test_a_file_comes_in_through_the_page_with_a_report_for_each(town, client, there):
    sport = fill.calendar(town.alice, town.space)
    report = importing.bring(make.act(town.alice), sport, Split(NOKIA), there)
    assert (report.added, report.refused) == (2, 2)
    assert [title for title, _why in report.failed] == ["Acheter du papier", "Étrange"]
    client.force_login(town.alice)
    sent = SimpleUploadedFile("phone.vcs", NOKIA, "text/x-vcalendar")
    form = {"calendar": sport.pk, "there": "skip", "file": sent}
    page = client.post("/calendars/bring/", form, follow=True, headers={"accept-language": "en"}).content.decode()
    assert "2 were there already." in page
    assert "“Étrange”: How it repeats cannot be taken over." in page
    data = bytes(CalendarObject.objects.get(calendar=sport, uid="n1").data)
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
