"""A window into what is sealed: any part equals the plain one, and nothing that was changed is handed out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.lib import sealed

KEY = bytes(range(32))
HEAD = len(sealed.MAGIC) + 16


@pytest.fixture(autouse=True, scope="module")
def short_segments():
    patch = pytest.MonkeyPatch()
    patch.setattr(sealed, "SEGMENT", 32)
    yield
    patch.undo()


def seal(data: bytes, *, by: int = 7, context: bytes = b"mine") -> bytes:
    target = io.BytesIO()
    writer = sealed.Writer(target, KEY, context)
    for start in range(0, len(data), by):
        writer.write(data[start : start + by])
    writer.finish()
    return target.getvalue()


def window(stream: bytes, key: bytes = KEY, context: bytes = b"mine") -> io.BufferedReader:
    return io.BufferedReader(sealed.Window(io.BytesIO(stream), key, context), 16)


@given(st.binary(max_size=200), st.integers(1, 100), st.lists(st.tuples(st.integers(0, 220), st.integers(0, 220))))
def test_any_part_is_the_plain_one(data, by, parts):
    stream = seal(data, by=by)
    assert (len(stream), sealed.plain_size(len(stream))) == (sealed.sealed_size(len(data)), len(data))
    with window(stream) as file:
        assert file.seek(0, io.SEEK_END) == len(data)
        for start, length in parts:
            file.seek(start)
            assert file.read(length) == data[start : start + length]
        file.seek(0)
        assert file.read() == data


def outcome(stream: bytes, data: bytes, start: int, length: int) -> str:
    """Read a part of a stream that was tampered with: it is refused, or what it was."""
    try:
        with window(stream) as file:
            file.seek(start)
            assert file.read(length) == data[start : start + length]
            return "right"
    except sealed.Broken:
        return "refused"


@given(st.binary(max_size=150), st.data())
def test_a_changed_byte_never_comes_out(data, draw):
    stream = bytearray(seal(data))
    stream[draw.draw(st.integers(0, len(stream) - 1))] ^= draw.draw(st.integers(1, 255))
    outcome(bytes(stream), data, draw.draw(st.integers(0, 150)), draw.draw(st.integers(0, 150)))
    assert outcome(bytes(stream), data, 0, len(data) or 1) == "refused"


@given(st.binary(max_size=150), st.data())
def test_what_was_cut_off_or_added_is_noticed_at_once(data, draw):
    stream = seal(data)
    cut = stream[: draw.draw(st.integers(0, len(stream) - 1))]
    longer = stream + draw.draw(st.binary(min_size=1, max_size=100))
    for changed in (cut, longer):
        with pytest.raises(sealed.Broken):
            window(changed)


@given(st.binary(min_size=65, max_size=200), st.data())
def test_segments_that_changed_places_are_noticed(data, draw):
    stream, size = seal(data), 32 + 16
    count = (len(stream) - HEAD) // size
    one, other = draw.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    parts = [stream[HEAD + number * size : HEAD + (number + 1) * size] for number in range(count)]
    parts[one], parts[other] = parts[other], parts[one]
    swapped = stream[:HEAD] + b"".join(parts) + stream[HEAD + count * size :]
    assert outcome(swapped, data, 0, len(data)) == "refused"


@given(st.binary(max_size=100))
def test_it_opens_for_its_own_key_and_name_alone(data):
    stream = seal(data)
    for key, context in ((bytes(32), b"mine"), (KEY, b"yours"), (KEY, b"")):
        with pytest.raises(sealed.Broken):
            window(stream, key, context)
    with pytest.raises(sealed.Broken):
        sealed.Reader(io.BytesIO(stream), KEY).read()
    assert sealed.Reader(io.BytesIO(stream), KEY, b"mine").read() == data


def test_only_what_is_asked_for_is_fetched():
    data = bytes(range(256)) * 40

    class Counting(io.BytesIO):
        fetched = 0

        def read(self, size=-1):
            found = super().read(size)
            self.fetched += len(found)
            return found

    source = Counting(seal(data, by=1000))
    with sealed.Window(source, KEY, b"mine") as file:
        file.seek(5000)
        assert file.read(10) == data[5000:5010]
        assert source.fetched <= HEAD + 3 * (32 + 16)
        for _time in range(20):
            file.seek(5000)
            file.read(10)
        assert source.fetched <= HEAD + 3 * (32 + 16), "a segment that is held is not fetched again"
