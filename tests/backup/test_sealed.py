"""Sealed streams: what comes out is what went in, or nothing."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.lib import sealed

KEY = bytes(range(32))


@pytest.fixture(autouse=True, scope="module")
def short_segments():
    patch = pytest.MonkeyPatch()
    patch.setattr(sealed, "SEGMENT", 32)
    yield
    patch.undo()


def seal(data: bytes, *, by: int = 7) -> bytes:
    target = io.BytesIO()
    writer = sealed.Writer(target, KEY)
    for start in range(0, len(data), by):
        writer.write(data[start : start + by])
    writer.finish()
    return target.getvalue()


def unseal(data: bytes, key: bytes = KEY) -> bytes:
    return sealed.Reader(io.BytesIO(data), key).read()


@given(st.binary(max_size=200), st.integers(1, 100))
def test_what_was_sealed_comes_back(data, by):
    assert unseal(seal(data, by=by)) == data


@given(st.binary(max_size=100), st.data())
def test_a_changed_byte_is_noticed(data, draw):
    stream = bytearray(seal(data))
    place = draw.draw(st.integers(0, len(stream) - 1))
    stream[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(sealed.Broken):
        unseal(bytes(stream))


@given(st.binary(max_size=100), st.data())
def test_what_was_cut_off_is_noticed(data, draw):
    stream = seal(data)
    with pytest.raises(sealed.Broken):
        unseal(stream[: draw.draw(st.integers(0, len(stream) - 1))])


def test_segments_cannot_change_places_nor_streams():
    head, size = len(sealed.MAGIC) + 16, 32 + 16
    one, other = seal(b"a" * 96), seal(b"b" * 96)
    swapped = one[:head] + one[head + size : head + 2 * size] + one[head : head + size] + one[head + 2 * size :]
    for stream in (swapped, one[:head] + other[head:], one + other[head:]):
        with pytest.raises(sealed.Broken):
            unseal(stream)


def test_two_streams_of_the_same_have_nothing_in_common():
    assert seal(b"same" * 20)[len(sealed.MAGIC) :] != seal(b"same" * 20)[len(sealed.MAGIC) :]


def test_another_key_opens_nothing():
    with pytest.raises(sealed.Broken):
        unseal(seal(b"secret"), bytes(32))
    salt = bytes(16)
    assert sealed.key_from("a phrase", salt) == sealed.key_from("a phrase", salt) != sealed.key_from("a phrasE", salt)
