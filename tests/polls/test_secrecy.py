"""A secret ballot is nobody's: no row, no number, no time, no log, no file and no mail links it to a person."""

import itertools
import json
import logging
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.lib.errors import Conflict, Forbidden
from polls import about, exporting, queries, urns
from polls.actions import answering, ending
from polls.models import Participant, Poll, Urn
from tests import town as make
from tests.files.web import signed_in, text
from tests.polls import polling
from tests.polls.polling import choice, form, fresh, given, link_of, options, public_url, stranger, url


@pytest.fixture
def poll(alice, space):
    return choice(alice, space, "CANARY-A", "CANARY-B", "CANARY-C", method="majority", secret=True, public=True)


def vote(who, poll, *values):
    return signed_in(who).post(url(poll), form(poll, *values))


def whole_database() -> dict[str, list[str]]:
    """Every row of every table but those of the poll itself and its options, as text."""
    skipped = {"polls_option", "django_migrations"}
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if (table := model._meta.db_table) not in skipped:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_the_urn_keeps_ballots_and_nothing_else(alice, bob, poll, caplog):
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        assert vote(alice, poll, "y", "n", "a").status_code == 302
        assert vote(bob, poll, "n", "n", "y").status_code == 302
    kept, wanted = urns.ballots(poll), [given(poll, *values) for values in (("y", "n", "a"), ("n", "n", "y"))]
    assert kept in (wanted, wanted[::-1])
    for who in (alice, bob):
        voter = Participant.objects.get(user=who)
        assert (voter.answers, voter.word, voter.answered_at is not None) == (None, "", True)
    marks = [f'"{options(poll)[0].pk}": "', f"o{options(poll)[0].pk}=", f'"{options(poll)[0].pk}":"']
    everywhere = whole_database() | {
        "log": [record.getMessage() for record in caplog.records if record.name != "django.db.backends"],
        "queries": [one["sql"] for one in asked],
    }
    for where, rows in everywhere.items():
        assert not any(mark in row for row in rows for mark in marks), where


def test_no_trace_of_a_vote_differs_by_what_was_voted(alice, bob, poll):
    """The same person, whatever they vote, leaves the same rows: all but the sealed heap, numbers and times."""

    def traces():
        rows = whole_database()
        rows.pop("polls_urn")
        return {table: len(found) for table, found in rows.items()}

    counts = []
    for values in (("y", "y", "y"), ("n", "a", "n")):
        with make.rolled_back():
            before = traces()
            vote(bob, poll, *values)
            counts.append({table: count - before[table] for table, count in traces().items() if count != before[table]})
    assert counts[0] == counts[1]


def test_the_order_of_coming_does_not_show(alice, space):
    """Whoever comes first, the heap is the same, and it is one row: there are no two whose order could be compared."""
    people = [make.make_user(name) for name in ("ann", "ben", "cleo")]
    for one in people:
        make.share(alice, space, one)
    votes = (("y",), ("n",), ("a",))
    heaps = set()
    for order in itertools.permutations(range(3)):
        with make.rolled_back():
            poll = choice(alice, space, "One", method="majority", secret=True)
            for place in order:
                vote(people[place], poll, *votes[place])
            heaps.add(json.dumps([list(ballot.values()) for ballot in urns.ballots(poll)]))
            assert Urn.objects.filter(poll=poll).count() == 1
    assert len(heaps) == 1


def test_the_heap_is_sealed(alice, poll):
    vote(alice, poll, "y", "y", "y")
    raw = bytes(Urn.objects.get().sealed)
    assert b'"y"' not in raw
    assert str(options(poll)[0].pk).encode() + b'"' not in raw


def test_one_votes_once_and_cannot_take_it_back(alice, bob, poll):
    vote(bob, poll, "y", "y", "y")
    again = vote(bob, poll, "n", "n", "n")
    assert (again.status_code, "in the urn" in text(signed_in(bob).get(url(poll)))) == (403, True)
    voter = Participant.objects.get(user=bob)
    with pytest.raises(Conflict):
        answering.withdraw(make.act(bob), fresh(poll), voter)
    with pytest.raises(Conflict):
        answering.remove(make.act(alice), fresh(poll), voter.pk)
    assert len(urns.ballots(poll)) == 1


def test_nothing_is_counted_before_the_end_nor_for_so_few(alice, bob, eve, space, poll):
    make.share(alice, space, eve)
    vote(alice, poll, "y", "n", "a")
    vote(bob, poll, "n", "n", "y")
    for who in (alice, bob):
        page = signed_in(who).get(url(poll))
        assert (page.context["results"].totals, page.context["results"].count, page.context["table"]) == (None, 2, [])
    with make.rolled_back():
        ending.close(make.act(alice), fresh(poll))
        assert queries.results(fresh(poll), options(poll)).too_few
        assert "fewer than three" in text(signed_in(alice).get(url(poll)))
        assert len(exporting.table(fresh(poll))) == 1
        assert "fewer than three" in text(signed_in(alice).get(url(poll, "minutes")))
    vote(eve, poll, "y", "y", "y")
    ending.close(make.act(alice), fresh(poll))
    first = signed_in(alice).get(url(poll)).context["lines"][0].total
    assert (first.yes, first.no, first.passed) == (2, 1, True)
    rows = exporting.table(fresh(poll))
    assert not any(str(who) in cell for row in rows for cell in row for who in (alice, bob, eve))
    assert stranger().get(public_url(alice, poll)).context["table"] == []


def test_what_is_counted_stays_counted(alice, bob, poll):
    """A ballot cast between two counts would be told by their difference."""
    vote(bob, poll, "y", "y", "y")
    ending.close(make.act(alice), fresh(poll))
    with pytest.raises(Conflict):
        ending.reopen(make.act(alice), fresh(poll))
    assert signed_in(alice).post(url(poll, "state", "reopen")).status_code == 409
    assert vote(alice, poll, "y").status_code == 409


def test_it_stays_secret_and_the_question_the_same(alice, bob, poll):
    vote(bob, poll, "y", "y", "y")
    rows = {"pk": [o.pk for o in options(poll)], "option": [o.text for o in options(poll)], "version": "1"}
    fields = {"title": "x", "method": "majority", "secret": "on", **rows}
    for wrong in ({"secret": ""}, {"option": ["Other", "CANARY-B", "CANARY-C"]}, {"option": ["CANARY-A", "", ""]}):
        sent = {name: value for name, value in (fields | wrong).items() if value != ""}
        assert signed_in(alice).post(url(poll, "edit"), sent).status_code == 409
    assert fresh(poll).version == 1
    assert signed_in(alice).post(url(poll, "edit"), fields).status_code == 302


def test_by_an_open_link_nobody_votes_in_secret_twice(alice, poll):
    refused = stranger().post(public_url(alice, poll), form(poll, "y", name="Camille"))
    assert refused.status_code == 403
    voter = answering.with_token(Participant(poll=poll, name="Camille", invited=True, link=link_of(poll)))
    voter.save()
    link = link_of(poll)
    answering.answer(make.visitor(link), fresh(poll), voter, given(poll, "y"), name="Camille", link=link)
    with pytest.raises(Forbidden):
        answering.answer(make.visitor(link), fresh(poll), voter, given(poll, "n"), name="Camille", link=link)
    assert len(urns.ballots(poll)) == 1


def test_my_data_tell_that_i_took_part_and_no_more(alice, bob, poll):
    vote(bob, poll, "y", "n", "a")
    kept = {}
    about.export(bob, SimpleNamespace(json=lambda name, value, about="": kept.update({name: value})))
    (told,) = kept["answers.json"]
    assert (told["poll"], told["answers"], bool(told["at"])) == ("Which colour?", {}, True)


def test_the_database_itself_keeps_the_rules(alice, space, poll):
    from django.db import IntegrityError, transaction

    for wrong in ({"hide_results": False}, {"limit": 2}, {"proposals": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Poll.objects.filter(pk=poll.pk).update(**wrong)
    assert polling.options(poll)
