"""What a line of the box asks: words, phrases, what must not be there, filters."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from collab.search import language, words
from collab.search.language import Filter, Query, read

SIGNS = st.text(st.sampled_from("ab é-:\"“”«»'/.,_#0œ\0"), max_size=40)
OPERATORS = st.sampled_from(["type:", "in:", "dans:", "de:", "after:", "tag:", "-", '"', "x:"])
LINES = st.lists(st.one_of(SIGNS, OPERATORS), max_size=8).map("".join)


def terms(text):
    return [(term.tokens, term.phrase, term.excluded, term.prefix) for term in read(text).terms]


def test_words_are_taken_without_accents_and_the_last_may_be_unfinished():
    assert terms("Fête du Cinéma") == [
        (("fete",), False, False, False), (("du",), False, False, False), (("cinema",), False, False, True),
    ]  # fmt: skip


def test_words_in_quotes_of_any_kind_stand_side_by_side():
    assert terms('"compte rendu"') == terms("« compte rendu »") == terms("“compte rendu”")
    assert terms('"compte rendu"') == [(("compte", "rendu"), True, False, False)]
    assert terms("rendez-vous") == [(("rendez", "vous"), False, False, True)]


def test_a_minus_takes_away():
    assert terms('budget -brouillon -"à revoir"')[1:] == [
        (("brouillon",), False, True, False), (("a", "revoir"), True, True, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("type:pdf", [("type", "pdf")]),
        ('in:"Sport/Été 2026" x', [("in", "Sport/Été 2026")]),
        ("dans:sport de:lucas par:zoé", [("in", "sport"), ("by", "lucas"), ("by", "zoé")]),
        ("après:2026-05 avant:2026-06", [("after", "2026-05"), ("before", "2026-06")]),
        ("étiquette:urgent", []),
        ("http://example.org note:lu -type:pdf", []),
        ("type: pdf", []),
    ],
)
def test_filters_are_typed_in_both_languages(text, filters):
    assert [(one.operator, one.value) for one in read(text).filters] == filters


def test_an_operator_that_something_here_knows_is_one():
    known = language.BUILT_IN | {"tag"}
    assert read("étiquette:urgent", known).filters == (Filter("tag", "urgent"),)


@given(LINES)
def test_a_query_written_down_and_read_again_is_the_same(text):
    query = read(text)
    assert read(str(query)) == query
    assert all(token == words.clean(token) for term in query.terms for token in term.tokens)


@given(LINES, st.sampled_from(["type", "in", "by"]), st.sampled_from(["pdf", "Sport/Été 2026", "a“b c"]))
def test_a_filter_that_is_clicked_on_is_one_that_is_typed(text, operator, value):
    query = Query(read(text).terms[:5], read(text).filters[:5]).having(operator, value)
    again = read(str(query))
    assert again.value(operator) == value
    assert read(str(again.having(operator, ""))).value(operator) == ""


@given(st.text(max_size=500))
def test_nothing_that_is_typed_is_a_mistake(text):
    query = read(text)
    assert len(query.terms) <= language.MOST
    assert len(query.filters) <= language.MOST


@given(st.text(max_size=300))
def test_the_shadow_of_a_text_has_its_length_and_its_words(text):
    text = words.composed(text)
    assert len(words.shadow(text)) == len(text)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026", date(2026, 1, 1)), ("2026-05", date(2026, 5, 1)), ("2026-05-03", date(2026, 5, 3)),
        ("3/5/2026", date(2026, 5, 3)), ("05/2026", date(2026, 5, 1)), ("2026-13", None), ("31/02/2026", None),
        ("0001", None), ("99999", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_written_as_people_do(value, day):
    assert language.day(value) == day


def test_days_ago_are_counted():
    today = timezone.localdate()
    assert language.day("hier") == language.day("yesterday") == today - timedelta(days=1)
    assert language.day("7d") == language.day("7j") == today - timedelta(days=7)


@pytest.mark.parametrize("text", ["a" * 100_000, "-" * 100_000, '"' * 100_000, "in:" * 40_000, "é́" * 50_000])
def test_a_long_line_costs_nothing(text):
    assert len(str(read(text))) < 1000
