"""CALDAV:filter decided as RFC 4791, 9.7 to 9.9 says, row by row of its tables."""

from zoneinfo import ZoneInfo

import pytest

from calendars.ical.filters import narrow, read_filter
from calendars.ical.matching import matches
from calendars.ical.reading import read
from calendars.ical.refusals import InvalidFilter, UnsupportedCollation, UnsupportedFilter
from collab.lib.safexml import parse
from tests.calendars.ical import PARIS, at, calendar, events

JUNE = '<c:time-range start="20260601T000000Z" end="20260701T000000Z"/>'


def asked(inside):
    text = f'<c:filter xmlns:c="urn:ietf:params:xml:ns:caldav"><c:comp-filter name="VCALENDAR">{inside}</c:comp-filter>'
    return read_filter(parse(f"{text}</c:filter>".encode()))


def within(inside, kind="VEVENT"):
    return asked(f'<c:comp-filter name="{kind}">{inside}</c:comp-filter>')


def holds(data, found, zone=PARIS):
    return matches(read(data), found, zone)


EVENT = events("""
SUMMARY:Réunion du bureau\\, salle 2
LOCATION:Mairie
CATEGORIES:Bureau,CA
DTSTART;TZID=Europe/Paris:20260610T180000
DTEND;TZID=Europe/Paris:20260610T200000
ATTENDEE;CN="Zoé Martin";PARTSTAT=NEEDS-ACTION:mailto:zoe@example.org
ATTENDEE;PARTSTAT=ACCEPTED;CN=Paul:mailto:paul@example.org
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P1D
END:VALARM""")


TEXTS = [
    ("SUMMARY", "réunion", "", True),
    ("SUMMARY", "RÉUNION", "", False),
    ("SUMMARY", "RéUNION", "", True),
    ("SUMMARY", "RÉUNION", ' collation="i;unicode-casemap"', True),
    ("SUMMARY", "réunion", ' collation="i;octet"', False),
    ("SUMMARY", "Réunion", ' collation="i;octet"', True),
    ("SUMMARY", "bureau, salle", "", True),
    ("SUMMARY", "bureau", ' negate-condition="yes"', False),
    ("SUMMARY", "piscine", ' negate-condition="yes"', True),
    ("CATEGORIES", "bureau", "", True),
    ("LOCATION", "mairie", ' match-type="equals"', True),
    ("LOCATION", "mair", ' match-type="equals"', False),
    ("DESCRIPTION", "mairie", ' negate-condition="yes"', False),
]


@pytest.mark.parametrize(("name", "text", "attributes", "expected"), TEXTS)
def test_text(name, text, attributes, expected):
    match = f"<c:text-match{attributes}>{text}</c:text-match>"
    assert holds(EVENT, within(f'<c:prop-filter name="{name}">{match}</c:prop-filter>')) is expected


CONDITIONS = {
    "property there": ('<c:prop-filter name="LOCATION"/>', True),
    "property not there": ('<c:prop-filter name="RRULE"><c:is-not-defined/></c:prop-filter>', True),
    "property there that should not be": ('<c:prop-filter name="LOCATION"><c:is-not-defined/></c:prop-filter>', False),
    "parameter of the same line": (
        """<c:prop-filter name="ATTENDEE"><c:text-match>zoe@</c:text-match><c:param-filter name="PARTSTAT">
        <c:text-match>needs-action</c:text-match></c:param-filter></c:prop-filter>""", True),
    "parameter of another line": (
        """<c:prop-filter name="ATTENDEE"><c:text-match>zoe@</c:text-match><c:param-filter name="PARTSTAT">
        <c:text-match>accepted</c:text-match></c:param-filter></c:prop-filter>""", False),
    "parameter not there": (
        """<c:prop-filter name="DTSTART"><c:param-filter name="VALUE"><c:is-not-defined/></c:param-filter>
        </c:prop-filter>""", True),
    "any of two": (
        """<c:prop-filter name="ATTENDEE" test="anyof"><c:text-match>nobody</c:text-match>
        <c:param-filter name="CN"><c:text-match>paul</c:text-match></c:param-filter></c:prop-filter>""", True),
    "no alarm": ('<c:comp-filter name="VALARM"><c:is-not-defined/></c:comp-filter>', False),
    "an alarm in the span": (
        """<c:comp-filter name="VALARM"><c:time-range start="20260609T160000Z" end="20260609T160001Z"/>
        </c:comp-filter>""", True),
    "no alarm in the span": (
        """<c:comp-filter name="VALARM"><c:time-range start="20260609T160001Z" end="20260612T000000Z"/>
        </c:comp-filter>""", False),
    "a property in the span": (f'<c:prop-filter name="DTEND">{JUNE}</c:prop-filter>', True),
    "span and property": (f'{JUNE}<c:prop-filter name="LOCATION"/>', True),
    "span without the property": (f'{JUNE}<c:prop-filter name="URL"/>', False),
}  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(inside, expected):
    assert holds(EVENT, within(inside)) is expected


def test_any_of_the_components():
    no_todo = '<c:comp-filter name="VTODO"><c:is-not-defined/></c:comp-filter>'
    assert not holds(EVENT, asked('<c:comp-filter name="VTODO"/><c:comp-filter name="VEVENT"/>'))
    assert holds(EVENT, asked(no_todo + '<c:comp-filter name="VEVENT"/>'))


def _event(starts, rest=""):
    return events(f"DTSTART{starts}\n{rest}".strip())


EVENTS = {
    # start and what follows → in 1 June 00:00 to 1 July 00:00 UTC?
    "ends as it begins": (":20260531T220000Z", "DTEND:20260601T000000Z", False),
    "touches the beginning": (":20260531T220000Z", "DTEND:20260601T000001Z", True),
    "begins at the end": (":20260701T000000Z", "DTEND:20260701T010000Z", False),
    "no length, at the beginning": (":20260601T000000Z", "", True),
    "no length, at the end": (":20260701T000000Z", "", False),
    "length of zero": (":20260601T000000Z", "DURATION:PT0S", True),
    "a length": (":20260531T220000Z", "DURATION:PT3H", True),
    "the day of the end, in Paris": (";VALUE=DATE:20260701", "", True),
    "the day after": (";VALUE=DATE:20260702", "", False),
    "the day before, in Paris": (";VALUE=DATE:20260531", "", False),
    "days": (";VALUE=DATE:20260530", "DTEND;VALUE=DATE:20260602", True),
    "floating, in Paris": (":20260701T013000", "", True),
    "moved in": (
        ":20260510T100000Z",
        "RRULE:FREQ=YEARLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:1@tests\nRECURRENCE-ID:20270510T100000Z\nDTSTART:20260610T100000Z",
        True),
    "moved out": (
        ":20260610T100000Z",
        "RRULE:FREQ=YEARLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:1@tests\nRECURRENCE-ID:20260610T100000Z\nDTSTART:20260710T100000Z",
        False),
    "taken out": (":20260610T100000Z", "RRULE:FREQ=YEARLY\nEXDATE:20260610T100000Z", False),
}  # fmt: skip


@pytest.mark.parametrize(("starts", "rest", "expected"), EVENTS.values(), ids=EVENTS)
def test_events_in_a_span(starts, rest, expected):
    assert holds(_event(starts, rest), within(JUNE)) is expected


TODOS = {
    "start and length, before": ("DTSTART:20260530T000000Z\nDURATION:P1D", False),
    "start and length, ends at the beginning": ("DTSTART:20260531T000000Z\nDURATION:P1D", True),
    "start and due, due at the beginning": ("DTSTART:20260531T000000Z\nDUE:20260601T000000Z", False),
    "start and due, at the beginning both": ("DTSTART:20260601T000000Z\nDUE:20260601T000000Z", True),
    "start and due, within": ("DTSTART:20260610T000000Z\nDUE:20260611T000000Z", True),
    "start alone, at the beginning": ("DTSTART:20260601T000000Z", True),
    "start alone, at the end": ("DTSTART:20260701T000000Z", False),
    "due alone, at the beginning": ("DUE:20260601T000000Z", False),
    "due alone, within": ("DUE:20260601T000001Z", True),
    "due alone, at the end": ("DUE:20260701T000000Z", True),
    "due alone, after": ("DUE:20260701T000001Z", False),
    "made before, done within": ("CREATED:20260501T000000Z\nCOMPLETED:20260610T000000Z", True),
    "made before, done after": ("CREATED:20260501T000000Z\nCOMPLETED:20260710T000000Z", True),
    "made and done before": ("CREATED:20260501T000000Z\nCOMPLETED:20260502T000000Z", False),
    "done, at the end": ("COMPLETED:20260701T000000Z", True),
    "done, after": ("COMPLETED:20260701T000001Z", False),
    "made, before": ("CREATED:20250101T000000Z", True),
    "made, after": ("CREATED:20260701T000000Z", False),
    "without any date": ("SUMMARY:Some day", True),
    "each month": ("DUE:20260115T120000Z\nRRULE:FREQ=MONTHLY", True),
    "each month, ended": ("DUE:20260115T120000Z\nRRULE:FREQ=MONTHLY;UNTIL=20260531T000000Z", False),
}


@pytest.mark.parametrize(("body", "expected"), TODOS.values(), ids=TODOS)
def test_todos_in_a_span(body, expected):
    assert holds(events(body, kind="VTODO"), within(JUNE, "VTODO")) is expected


OTHERS = {
    "note of a moment": ("VJOURNAL", "DTSTART:20260601T000000Z", True),
    "note of a moment, at the end": ("VJOURNAL", "DTSTART:20260701T000000Z", False),
    "note of a day": ("VJOURNAL", "DTSTART;VALUE=DATE:20260630", True),
    "note of the day before": ("VJOURNAL", "DTSTART;VALUE=DATE:20260531", False),
    "note without a day": ("VJOURNAL", "SUMMARY:x", False),
    "busy, from and to": ("VFREEBUSY", "DTSTART:20260501T000000Z\nDTEND:20260601T000000Z", True),
    "busy, after": ("VFREEBUSY", "DTSTART:20260701T000000Z\nDTEND:20260702T000000Z", False),
    "busy, a period": ("VFREEBUSY", "FREEBUSY:20250101T000000Z/PT1H,20260601T000000Z/PT1H", True),
    "busy, a period that ends at the beginning": ("VFREEBUSY", "FREEBUSY:20260531T230000Z/PT1H", False),
    "busy, nothing said": ("VFREEBUSY", "SUMMARY:x", False),
}


@pytest.mark.parametrize(("kind", "body", "expected"), OTHERS.values(), ids=OTHERS)
def test_other_things_in_a_span(kind, body, expected):
    assert holds(events(body, kind=kind), within(JUNE, kind)) is expected


def test_the_same_part_fits_the_span_and_the_text():
    series = events(
        "SUMMARY:Usual\nDTSTART:20260101T100000Z\nRRULE:FREQ=DAILY",
        "RECURRENCE-ID:20260105T100000Z\nDTSTART:20260105T110000Z\nSUMMARY:Special",
    )
    special = '<c:prop-filter name="SUMMARY"><c:text-match>special</c:text-match></c:prop-filter>'
    assert not holds(series, within(JUNE + special))
    assert holds(series, within(JUNE + special.replace("special", "usual")))
    assert holds(series, within(special))


def test_the_alarm_of_a_series_rings_each_time():
    series = events(
        "DTSTART:20250101T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;RELATED=END:PT5M\nREPEAT:2\nDURATION:PT10M\nEND:VALARM"
    )
    span = '<c:comp-filter name="VALARM"><c:time-range start="2030{}Z" end="2030{}Z"/></c:comp-filter>'
    assert holds(series, within(span.format("0101T112500", "0101T112501")))
    assert not holds(series, within(span.format("0101T112501", "0201T000000")))


REFUSED = {
    "not VCALENDAR": ('<c:filter {}><c:comp-filter name="VEVENT"/></c:filter>', InvalidFilter),
    "two": (
        '<c:filter {}><c:comp-filter name="VCALENDAR"/><c:comp-filter name="VCALENDAR"/></c:filter>', InvalidFilter),
    "a span without ends": ("<c:comp-filter name='VEVENT'><c:time-range/></c:comp-filter>", InvalidFilter),
    "a span in local time": (
        "<c:comp-filter name='VEVENT'><c:time-range start='20260101T000000'/></c:comp-filter>", InvalidFilter),
    "a span backwards": (
        "<c:comp-filter name='VEVENT'><c:time-range start='20260102T000000Z' end='20260101T000000Z'/></c:comp-filter>",
        InvalidFilter),
    "not there and there": (
        "<c:comp-filter name='VEVENT'><c:is-not-defined/><c:prop-filter name='UID'/></c:comp-filter>", InvalidFilter),
    "something else": ("<c:comp-filter name='VEVENT'><c:near/></c:comp-filter>", UnsupportedFilter),
    "the time of a text": (
        f"<c:comp-filter name='VEVENT'><c:prop-filter name='SUMMARY'>{JUNE}</c:prop-filter></c:comp-filter>",
        UnsupportedFilter),
    "a collation": (
        """<c:comp-filter name='VEVENT'><c:prop-filter name='SUMMARY'><c:text-match collation='i;klingon'>x
        </c:text-match></c:prop-filter></c:comp-filter>""", UnsupportedCollation),
    "too much": (
        "<c:comp-filter name='VEVENT'>" + "<c:prop-filter name='A'/>" * 200 + "</c:comp-filter>", UnsupportedFilter),
}  # fmt: skip


@pytest.mark.parametrize(("text", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refused(text, refusal):
    space = 'xmlns:c="urn:ietf:params:xml:ns:caldav"'
    if "{}" not in text:
        text = f'<c:filter {{}}><c:comp-filter name="VCALENDAR">{text}</c:comp-filter></c:filter>'
    with pytest.raises(refusal):
        read_filter(parse(text.replace("{}", space).encode()))


def test_what_an_index_can_say_first():
    found = narrow(within(JUNE))
    assert (found.component, found.exact, found.span.since) == ("VEVENT", True, at(2026, 6, 1))
    assert narrow(within(JUNE, "VTODO")).exact is False
    uid = narrow(within('<c:prop-filter name="UID"><c:text-match>abc</c:text-match></c:prop-filter>'))
    assert (uid.uid, uid.exact) == ("abc", False)
    both = narrow(within(
        '<c:prop-filter name="SUMMARY"><c:text-match>abc</c:text-match></c:prop-filter>'
        '<c:prop-filter name="LOCATION"><c:text-match negate-condition="yes">def</c:text-match></c:prop-filter>'
    ))  # fmt: skip
    assert both.texts == ("abc",)
    assert narrow(within('<c:prop-filter name="COMPLETED"><c:is-not-defined/></c:prop-filter>', "VTODO")).undone
    assert narrow(asked("")).exact
    assert narrow(asked('<c:comp-filter name="VTODO"><c:is-not-defined/></c:comp-filter>')).component is None


def test_days_are_read_in_the_zone_asked():
    day = calendar("BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260601\nEND:VEVENT")
    span = within('<c:time-range start="20260531T100000Z" end="20260531T120000Z"/>')
    assert holds(day, span, ZoneInfo("Pacific/Kiritimati"))
    assert not holds(day, span, PARIS)
