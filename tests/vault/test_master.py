"""The recovery key: written by hand and read again, whole or refused."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.lib.errors import BadInput, Conflict
from collab.vault import master

keys = st.binary(min_size=32, max_size=32)


@pytest.fixture
def home(settings, tmp_path):
    """A place for the key alone, and none in the environment."""
    settings.MASTER_KEY, settings.MASTER_KEY_FILE = "", tmp_path / "stick" / "master-key"
    return settings.MASTER_KEY_FILE


@given(keys)
def test_what_was_written_down_is_read_however_it_is_spaced(key):
    text = master.text(key)
    assert [len(group) for group in text.split("-")] == [4] * 14
    for typed in (text, text.lower(), text.replace("-", " "), text.replace("-", ""), text.replace("0", "o"),
                  text.replace("1", "l"), f"  {text}\n"):  # fmt: skip
        assert master.parse(typed) == key


@given(keys, st.integers(0, 55), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_slip_of_the_pen_is_noticed(key, place, letter):
    letters = master.text(key).replace("-", "")
    slipped = letters[:place] + letter + letters[place + 1 :]
    if slipped != letters:
        with pytest.raises(BadInput):
            master.parse(slipped)


@pytest.mark.parametrize("typed", ["", "ABCD", "é" * 56, "U" * 56, "0" * 56, "0" * 500])
def test_what_is_no_key_is_refused(typed):
    with pytest.raises(BadInput):
        master.parse(typed)


@given(keys, keys, keys)
def test_a_data_key_opens_with_its_master_and_under_its_name_alone(right, wrong, key):
    wrapped = master.wrap(right, "one", key)
    assert master.unwrap(right, "one", wrapped) == key
    assert master.unwrap(right, "two", wrapped) is None
    assert master.unwrap(right, "one", wrapped[:-1]) is None
    assert master.unwrap(right, "one", b"") is None
    if right != wrong:
        assert master.unwrap(wrong, "one", wrapped) is None
        assert master.fingerprint(wrong) != master.fingerprint(right)


def test_it_is_made_once_for_its_owner_alone(home):
    assert master.known() == []
    key = master.latest()
    assert master.latest() == key
    assert stat.S_IMODE(home.stat().st_mode) == 0o600
    assert [path.name for path in home.parent.iterdir()] == ["master-key"]
    other = master.make()
    assert master.known() == [other, key]
    assert master.fitting(master.fingerprint(key)) == key
    assert master.fitting("0000-0000-0000-0000") is None


def test_what_is_in_the_file_and_is_no_key_is_passed_over(home):
    key = master.latest()
    home.write_text("nonsense\n" + home.read_text())
    assert master.known() == [key]
    home.write_bytes(b"\xff\xfe")
    assert master.known() == []


def test_the_environment_goes_before_the_file_and_is_not_written(home, settings):
    master.latest()
    settings.MASTER_KEY = f"{master.text(bytes(32))} {master.text(bytes(range(32)))}"
    assert master.known() == [bytes(32), bytes(range(32))]
    with pytest.raises(Conflict):
        master.make()
