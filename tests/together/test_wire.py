"""Updates are judged before the engine sees them: what a page of ours sends passes, anything else is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from files.together import plain, wire
from files.together.edits import edits
from files.together.paper import Paper

words = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12)
texts = st.lists(st.sampled_from(["", "a", "été", "🦊 fox", "- [ ] do", "same", "one two"]), max_size=12).map("\n".join)


def update_of(text):
    """The same bytes each time: an engine gives itself a number by chance."""
    doc = Doc(client_id=7)
    doc.get("text", type=Text).insert(0, text)
    return doc.get_update()


@given(texts)
def test_what_a_page_sends_passes(text):
    judged = wire.check(update_of(text), {})
    assert judged.after == Paper([update_of(text)]).clocks
    assert judged.inserted == len(text.encode())


@given(texts, texts)
def test_a_rewrite_is_an_update_that_passes(before, after):
    paper = Paper.holding(before)
    other, known = Paper([paper.state]), paper.clocks
    update = paper.rewrite(after)
    assert paper.text == after
    judged = wire.check(update, known)
    other.take(update)
    assert other.text == after
    assert judged.after == other.clocks


@given(texts, texts)
def test_edits_make_the_one_of_the_other(before, after):
    made, place = [], 0
    for start, end, text in edits(before, after):
        assert start >= place
        made += [before[place:start], text]
        place = end
    assert "".join([*made, before[place:]]) == after


@settings(max_examples=400)
@given(st.data())
def test_no_bytes_break_the_reader(data):
    """Cut, flipped and random: an update, or Malformed, and nothing else."""
    good = bytearray(update_of(data.draw(texts)))
    for _time in range(data.draw(st.integers(0, 4))):
        if good:
            good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(good[: data.draw(st.integers(0, len(good)))]) + data.draw(st.binary(max_size=6))
    try:
        judged = wire.check(cut, {})
    except wire.Malformed:
        return
    paper = Paper()
    paper.take(cut)
    assert paper.clocks.items() <= judged.after.items()


def test_a_length_that_promises_gigabytes_costs_nothing():
    for lie in (b"\xff\xff\xff\xff\x0f", b"\x01\x01\x01\x00\x04\x01\x04text\xff\xff\xff\xff\x0f", b"\xff" * 40):
        with pytest.raises(wire.Malformed):
            wire.check(lie, {})
        with pytest.raises(wire.Malformed):
            wire.clocks(lie)


def other_root():
    doc = Doc()
    doc.get("elsewhere", type=Text).insert(0, "x")
    return doc.get_update()


def another_kind(kind, value):
    doc = Doc()
    thing = doc.get("text", type=kind)
    if kind is Map:
        thing["key"] = value
    else:
        thing.append(value)
    return doc.get_update()


def formatted():
    doc = Doc()
    doc.get("text", type=Text).insert(0, "x", {"bold": True})
    return doc.get_update()


@pytest.mark.parametrize(
    "update",
    [
        other_root(), another_kind(Map, "x"), another_kind(Array, 5), another_kind(Array, Text("y")), formatted(),
        update_of("line\r\n"), update_of("nul\0"),
    ],
    ids=["another root", "a map", "a list", "a text within", "formatted", "a line end of Windows", "a nul"],
)  # fmt: skip
def test_what_is_no_plain_text_is_refused(update):
    with pytest.raises(wire.Malformed):
        wire.check(update, {})


def test_what_builds_on_something_unknown_is_a_gap():
    paper = Paper.holding("one")
    before = paper.vector
    paper.rewrite("one two")
    with pytest.raises(wire.Gap):
        wire.check(paper.since(before), {})
    deleted = Paper([paper.state])
    update = deleted.rewrite("")
    with pytest.raises(wire.Gap):
        wire.check(update, {})


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 99), words), max_size=30))
def test_all_replicas_end_alike_whatever_the_order(steps):
    """Three people write; each hears the others now and then, some twice. The server judges every update."""
    server = Paper.holding("Begun\n")
    people = [Paper([server.state]) for _one in range(3)]
    for who, hears, at, text in steps:
        paper = people[who]
        if hears:
            paper.take(server.since(paper.vector))
        at = min(at, len(paper.text))
        update = paper.rewrite(paper.text[:at] + text + paper.text[at + 2 :])
        # a page sends what it wrote since the server last heard it, in its order
        wire.check(update, server.clocks)
        server.take(update)
        server.take(update)
    for paper in people:
        paper.take(server.since(paper.vector))
    assert {paper.text for paper in people} == {server.text}
    assert Paper([server.state]).text == server.text


endings = st.sampled_from(["\n", "\r\n", "\r"])
lines = st.lists(st.tuples(st.sampled_from(["", "a", "b", "été", "c c"]), endings), max_size=15)


@given(lines, st.sampled_from(["", "end"]), st.booleans())
def test_what_nobody_changed_keeps_its_bytes(parts, last, mark):
    content = ("\ufeff" if mark else "").encode() + ("".join(a + b for a, b in parts) + last).encode()
    assert plain.written(plain.read(content), content) == content


@given(lines, lines)
def test_lines_that_stay_keep_their_end(before, after):
    original = "".join(a + b for a, b in before).encode()
    text = "".join(f"{a}\n" for a, _b in after)
    made = plain.written(text, original)
    assert plain.read(made) == text
    if before and {end for _line, end in before} == {"\r\n"}:
        assert made == text.replace("\n", "\r\n").encode()


def test_a_line_added_among_mixed_ends_leaves_the_others_alone():
    assert plain.written("a\nnew\nb\nc", b"a\r\nb\nc") in {b"a\r\nnew\r\nb\nc", b"a\r\nnew\nb\nc"}
