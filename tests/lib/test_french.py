"""Dates as French writes them."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils import formats, translation


@pytest.mark.parametrize(
    ("form", "french", "english"),
    [
        ("l j F Y", "mardi 1er décembre 2026", "Tuesday 1 December 2026"),
        ("j N", "1er déc.", "1 Dec."),
        ("D j", "mar 1", "Tue 1"),
        ("Y-m-j F", "2026-12-1er décembre", "2026-12-1 December"),
        ("j G:i", "1 1:01", "1 1:01"),
    ],
)
def test_the_first_of_a_month(form, french, english):
    day = datetime(2026, 12, 1, 1, 1)
    for language, wanted in (("fr", french), ("en", english)):
        with translation.override(language):
            assert formats.date_format(day, form) == wanted
            assert Template("{{ day|date:form }}").render(Context({"day": day, "form": form})) == wanted


def test_other_days_stay(settings):
    with translation.override("fr"):
        assert formats.date_format(date(2026, 12, 11), "j F") == "11 décembre"
        assert formats.date_format(date(2026, 12, 21), "j F") == "21 décembre"
        assert formats.date_format(date(2026, 12, 1), "DATE_FORMAT") == "1er décembre 2026"
