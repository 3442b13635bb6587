"""Numbers that came as text: what `int` would take, or choke on, is none."""

import pytest

from collab.lib import numerals


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "+1", " 1", "1 ", "1_0", "0x1", "9" * 19, "9" * 5000, "1.0"])
def test_only_digits_of_a_bounded_number_count(text):
    assert numerals.whole(text) is None


def test_what_is_one():
    assert [numerals.whole(text) for text in ("0", "007", "9" * 18)] == [0, 7, 10**18 - 1]
    assert (numerals.whole("999", 3), numerals.whole("1000", 3)) == (999, None)
