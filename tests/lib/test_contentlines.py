"""Content lines: read however they were folded, edited without touching the rest."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.lib import contentlines
from collab.lib.contentlines import (
    Bounds,
    Component,
    Line,
    Unreadable,
    as_text,
    escape,
    fold,
    make,
    parse,
    read,
    unescape,
)

CARD = (
    b'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zo\xc3\xa9\r\nitem1.TEL;VALUE=uri;TYPE="voice,home":tel:+33\r\n'
    b"item1.X-ABLabel:_$!<Home>!$_\r\nPHOTO:data:image/jpeg;base64,AAAA\r\nNOTE;X-A=a^nb^'c^^:x\r\nEND:VCARD\r\n"
)


def test_names_groups_and_parameters():
    card = read(CARD).components()[0]
    tel = card.first("TEL")
    assert (tel.group, tel.name, tel.params, tel.value) == (
        "item1", "TEL", (("VALUE", ("uri",)), ("TYPE", ("voice,home",))), "tel:+33",
    )  # fmt: skip
    assert card.value("PHOTO") == "data:image/jpeg;base64,AAAA"
    assert card.first("NOTE").param("X-A") == 'a\nb"c^'
    assert card.first("X-ABLABEL").raw == b"item1.X-ABLabel:_$!<Home>!$_\r\n"
    assert parse("TEL;HOME;TYPE=a,b:1").params == (("HOME", ()), ("TYPE", ("a", "b")))
    assert parse("no colon").name == parse(":x").name == parse('A;B="x:y').name == ""


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("indent", [b" ", b"\t"], ids=["space", "tab"])
def test_folds_may_cut_a_character(newline, indent):
    said = "SUMMARY:Zoé et Noël".encode()
    for at in range(1, len(said)):
        data = newline.join([b"\xef\xbb\xbfBEGIN:VEVENT", said[:at], b"END:VEVENT", b""])
        data = data.replace(newline + b"END", newline + indent + said[at:] + newline + b"END")
        tree = read(data)
        assert tree.components("VEVENT")[0].value("SUMMARY") == "Zoé et Noël"
        assert bytes(tree) == data
        assert "SUMMARY:Zoé et Noël" in as_text(data).replace(newline.decode() + indent.decode(), "")


def test_signs_that_xml_cannot_carry_are_left_out():
    assert as_text(b"A:\x01\x0bb\tc\r\n") == "A:b\tc\r\n"


BROKEN = {
    "without an end": b"BEGIN:VCARD\r\nFN:x\r\n",
    "ends twice": b"BEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n",
    "crossed": b"BEGIN:A\r\nBEGIN:B\r\nEND:A\r\nEND:B\r\n",
    "not UTF-8": b"FN:Zo\xe9\r\n",
    "NUL": b"FN:\0\r\n",
    "too deep": b"BEGIN:A\r\n" * 10_000 + b"END:A\r\n" * 10_000,
    "too many lines": b"A:b\r\n" * 60_000,
    "too large": b"A:" + b"b" * (11 << 20),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_refused(data):
    with pytest.raises(Unreadable):
        read(data)


BOMBS = {
    "a line of 9 MB": b"BEGIN:A\r\nX:" + b"b" * (9 << 20) + b"\r\nEND:A\r\n",
    "folds": b"BEGIN:A\r\nX:" + b"\r\n b" * 200_000 + b"\r\nEND:A\r\n",
    "quotes": b"BEGIN:A\r\nX" + b';A="' * 100_000 + b":b\r\nEND:A\r\n",
    "parameters": b"BEGIN:A\r\nX" + b";A=b" * 30_000 + b":b\r\nEND:A\r\n",
    "values": b"BEGIN:A\r\nX;A=" + b"b," * 100_000 + b":b\r\nEND:A\r\n",
    "carets": b"BEGIN:A\r\nX;A=" + b"^^" * 200_000 + b":b\r\nEND:A\r\n",
    "spaces": b"BEGIN:A\r\nX;" + b" " * 1_000_000 + b":b\r\nEND:A\r\n",
    "colons": b"BEGIN:A\r\n" + b":" * 1_000_000 + b"\r\nEND:A\r\n",
    "names": b"BEGIN:A\r\n" + b"a." * 500_000 + b":\r\nEND:A\r\n",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_what_is_made_to_cost_time_costs_little(data):
    began = time.process_time()
    try:
        assert bytes(read(data)) == data
    except Unreadable:
        assert data.count(b"\n") > 1000
    assert time.process_time() - began < 1


@pytest.mark.parametrize("bounds", [Bounds(size=9), Bounds(lines=2), Bounds(line=3), Bounds(depth=0)])
def test_bounds_may_be_narrower(bounds):
    data = b"A:b\nBEGIN:A\nEND:A\n"
    assert bytes(read(data)) == data
    with pytest.raises(Unreadable):
        read(data, bounds)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=120)
NAME = st.sampled_from(["SUMMARY", "X-Thing", "DESCRIPTION", "item1.TEL", "CATEGORIES"])


@st.composite
def files(draw):
    newline = draw(st.sampled_from(["\r\n", "\n"]))
    written = []
    for _number in range(draw(st.integers(0, 6))):
        line = (draw(NAME) + draw(st.sampled_from(["", ";A=b", ';A="b:c"'])) + ":" + draw(TEXT)).encode()
        cut = draw(st.integers(1, len(line)))
        written.append(line[:cut] + newline.encode() + b" " + line[cut:] if draw(st.booleans()) else line)
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"] if draw(st.booleans()) else []
    lines = [
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT",
        *written,
        *(one.encode() for one in alarm),
        b"END:VEVENT",
        b"END:VCALENDAR",
    ]
    end = newline.encode() if draw(st.booleans()) else b""
    return newline.encode().join(lines) + end


def _raws(found: Component):
    for one in found.inside:
        yield from [one.raw] if isinstance(one, Line) else [one.begin, *_raws(one), one.end]


@given(files())
def test_what_is_read_is_what_was_written(data):
    assert bytes(read(data)) == data


@given(files(), st.sampled_from(["SUMMARY", "DTSTART", "X-THING", "TEL"]), TEXT)
def test_an_edit_touches_no_other_line(data, name, text):
    tree = read(data)
    event = tree.components()[0].components()[0]
    before = list(_raws(tree))
    own = {one.raw for one in event.all(name)}
    event.put(name, escape(text))
    edited = bytes(tree)
    after = [one for one in _raws(tree) if one != event.first(name).raw]
    assert after == [one for one in before if one not in own]
    again = read(edited).components()[0].components()[0]
    assert len(again.all(name)) == 1
    assert unescape(again.value(name)) == text
    assert all(len(line) <= 75 for line in event.first(name).raw.splitlines())
    assert bytes(read(edited)) == edited
    event.remove(name)
    assert list(_raws(tree)) == [one for one in before if one not in own]


@given(TEXT)
def test_folded_lines_are_whole_characters_of_75_octets_at_most(text):
    lines = fold(text).removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert "".join(line.decode()[bool(at) :] for at, line in enumerate(lines)) == text


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_lists_of_texts_come_back(words):
    assert contentlines.listed(",".join(map(escape, words))) == words


@given(TEXT.filter(bool))
def test_parameters_come_back(text):
    assert parse(make("A", "x", (("CN", (text,)),)).raw.replace(b"\r\n ", b"").decode()[:-2]).param("CN") == text


def test_nothing_can_be_smuggled_into_a_line():
    made = make("X", "a\r\nATTACH:b", (("CN", ('x"\r\ny',)),))
    assert made.raw == b"X;CN=x^'^ny:a ATTACH:b\r\n"
