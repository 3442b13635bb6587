"""Making polls in three clicks, answering them in place, and who may."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from collab.lib.errors import Forbidden
from collab.rights.models import Link
from collab.rights.right import READER, RESPONDENT, Right
from polls.actions import ending, making
from polls.models import Participant, Poll
from tests import town as make
from tests.files.web import HTMX, signed_in, text
from tests.polls import polling
from tests.polls.polling import answer, choice, dates, form, fresh, options, stranger, url

NEW = "/polls/new/"


def sent(**more):
    return {"title": "General assembly", "method": "maybe", "day": ["2030-12-08", "2030-12-10", ""],
            "begins": ["18:30", "", ""], "ends": ["20:30", "", ""], **more}  # fmt: skip


def test_a_title_days_and_send(alice, space):
    browser = signed_in(alice)
    assert "Which days?" in text(browser.get(NEW))
    made = browser.post(NEW, sent(space=space.pk, public="on"))
    poll = Poll.objects.get()
    assert (made.status_code, poll.space, poll.title) == (302, space, "General assembly")
    first, second = options(poll)
    assert (first.starts_at.isoformat(), first.ends_at.isoformat()) == (
        "2030-12-08T17:30:00+00:00",
        "2030-12-08T19:30:00+00:00",
    )
    assert (second.day, second.starts_at) == (date(2030, 12, 10), None)
    page = text(browser.get(made["Location"]))
    assert "Sunday 8 December" in page
    assert "18:30 – 20:30" in page
    assert polling.public_url(alice, poll) in page


def test_lines_grow_without_script_and_days_repeat(alice, space):
    browser = signed_in(alice)
    more = browser.post(NEW, sent(do="more"))
    assert (len(more.context["rows"]), more.context["form"]["title"].value()) == (8, "General assembly")
    again = browser.post(NEW, sent(do="repeat", every="week", times="3"))
    assert [row.day for row in again.context["rows"]] == [
        "2030-12-08", "2030-12-15", "2030-12-22", "2030-12-10", "2030-12-17", "2030-12-24",
    ]  # fmt: skip
    assert not Poll.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": ["nonsense"]}, "Write the day as"),
        ({"day": ["2030-03-31"], "begins": ["02:30"], "ends": [""]}, "the clock goes forward"),
        ({"day": ["2030-12-08"], "begins": ["18:30"], "ends": ["18:30"]}, "It ends when it begins"),
        ({"day": ["2030-12-08"], "begins": [""], "ends": ["18:30"]}, "Say when it begins"),
        ({"day": ["9999-12-08"]}, "of this century"),
        ({"day": []}, "Choose at least one day"),
        ({"title": " "}, "This field is required"),
        ({"title": "x" * 201}, "at most 200"),
        ({"deadline": "2001-01-01"}, "This day is past"),
        ({"limit": "0"}, "greater than or equal to 1"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(alice, space, wrong, said):
    answer = signed_in(alice).post(NEW, sent(text="KEEP ME", **{}) | wrong)
    assert answer.status_code == 400
    assert said in text(answer)
    assert "KEEP ME" in text(answer)
    assert not Poll.objects.exists()


def test_whoever_may_add_makes_polls_and_manages_their_own(alice, bob, eve, space):
    poll = dates(bob, space)
    assert make.mask_on(bob, poll) == Right.ALL
    assert make.mask_on(bob, space) != Right.ALL
    assert make.mask_on(alice, poll) == Right.ALL
    with pytest.raises(Forbidden):
        dates(eve, space)
    make.share(alice, space, eve, READER.mask)
    with pytest.raises(Forbidden):
        dates(eve, space)
    assert make.mask_on(eve, poll) == Right.SEE


def test_everybody_who_sees_it_answers_in_place(alice, bob, eve, space):
    poll = dates(alice, space)
    browser = signed_in(bob)
    page = browser.get(url(poll))
    assert 'type="radio"' in text(page)
    assert browser.post(url(poll), form(poll, "y", "m", word="Late")).status_code == 302
    voter = Participant.objects.get()
    assert (voter.user, list(voter.answers.values()), voter.word) == (bob, ["y", "m"], "Late")
    browser.post(url(poll), form(poll, "n", "y"))
    assert list(Participant.objects.get().answers.values()) == ["n", "y"]
    shown = text(browser.get(url(poll)))
    assert "Change my answers" in shown
    assert "1 answer" in shown
    assert signed_in(eve).get(url(poll)).status_code == 404
    assert signed_in(eve).post(url(poll), form(poll, "y")).status_code == 404
    assert make.log_of(space)[-3:] == ["poll-make", "poll-answer", "poll-answer"]


def test_who_may_only_answer_finds_it_too(alice, eve, space):
    poll = dates(alice, space)
    make.share(alice, poll, eve, RESPONDENT.mask)
    browser = signed_in(eve)
    assert browser.post(url(poll), form(poll, "y")).status_code == 302
    assert browser.get(url(poll)).status_code == 200
    assert signed_in(eve).post(url(poll, "state", "close")).status_code == 403


@pytest.mark.parametrize(
    "hostile",
    [{"o99999999": "y"}, {}, {"o{0}": "Y"}, {"o{0}": "<b>"}, {"o{0}": "y" * 5000}, {"o٣": "y"}, {"o{0}": "1"}],
    ids=["another's option", "nothing", "unknown", "markup", "huge", "digits of elsewhere", "a number"],
)
def test_hostile_answers_are_refused_and_nothing_is_kept(alice, space, hostile):
    poll = dates(alice, space)
    data = {key.format(options(poll)[0].pk): value for key, value in hostile.items()}
    assert signed_in(alice).post(url(poll), data).status_code == 400
    assert not Participant.objects.exists()


def test_options_change_and_answers_to_the_others_stay(alice, bob, space):
    poll = choice(alice, space, "Red", "Green")
    answer(bob, poll, "y", "n")
    red = options(poll)[0]
    making.change(
        make.act(alice), fresh(poll), 1, polling.FIELDS | {"method": "pick"},
        [making.Wanted(text="Blue"), making.Wanted(text="Dark red", pk=red.pk)],
    )  # fmt: skip
    assert [(one.text, one.pk == red.pk) for one in options(poll)] == [("Blue", False), ("Dark red", True)]
    assert Participant.objects.get().answers[str(red.pk)] == "y"
    page = signed_in(alice).get(url(poll, "edit"))
    assert "Dark red" in text(page)


def test_two_who_edit_do_not_undo_each_other(alice, bob, space):
    poll = dates(alice, space)
    browser = signed_in(alice)
    fields = sent(version="1", pk=["", "", ""])
    assert browser.post(url(poll, "edit"), fields).status_code == 302
    late = browser.post(url(poll, "edit"), fields | {"title": "Mine"})
    assert late.status_code == 412
    assert "Somebody changed this poll before you" in text(late)
    assert 'value="Mine"' in text(late)


def test_how_it_is_answered_stays_once_somebody_has(alice, bob, space):
    poll = dates(alice, space)
    answer(bob, poll, "y")
    rows = {"pk": [o.pk for o in options(poll)], "day": ["2030-12-08", "2030-12-10"], "begins": ["", ""]}
    for wrong in ({"secret": "on"}, {"method": "majority"}):
        refused = signed_in(alice).post(url(poll, "edit"), {**sent(version="1"), "ends": [], **rows, **wrong})
        assert (refused.status_code, fresh(poll).version) == (409, 1)


def test_closing_and_the_other_ends_are_undone(alice, bob, space):
    poll = dates(alice, space)
    browser = signed_in(alice)
    for verb, back, field in (("close", "reopen", "closed_at"), ("archive", "unarchive", "archived_at"),
                              ("trash", "restore", "deleted_at")):  # fmt: skip
        assert browser.post(url(poll, "state", verb)).status_code == 302
        assert getattr(Poll.objects.get(), field) is not None
        refused = signed_in(bob).post(url(poll), form(poll, "y"))
        assert refused.status_code in {404, 409, 403}, verb
        browser.post(url(poll, "state", back))
        assert getattr(Poll.objects.get(), field) is None
    assert signed_in(bob).post(url(poll), form(poll, "y")).status_code == 302


def test_the_trash_is_emptied_after_a_month_with_circles_and_links(alice, space):
    poll = dates(alice, space, public=True)
    ending.throw_away(make.act(alice), fresh(poll))
    page = text(signed_in(alice).get("/polls/?state=trash"))
    assert "Restore" in page
    make.age(Poll.objects, "deleted_at", 31)
    assert ending.forget_old() == 1
    assert not Poll.objects.exists()
    assert not Link.objects.exists()


def test_lists_are_paged_and_their_queries_do_not_grow(alice, space, django_assert_max_num_queries):
    browser = signed_in(alice)
    dates(alice, space)
    browser.get("/polls/@plans/")
    with django_assert_max_num_queries(22):
        browser.get("/polls/@plans/")
    for number in range(55):
        choice(alice, space, title=f"Poll {number}")
    with django_assert_max_num_queries(22):
        page = browser.get("/polls/@plans/")
    assert (len(page.context["rows"]), bool(page.context["more"])) == (50, True)
    rest = browser.get(f"/polls/@plans/?after={page.context['more']}")
    assert len(rest.context["rows"]) == 6


def test_the_table_is_paged_so_that_the_page_stays_small(alice, space):
    poll = choice(alice, space, *(f"Option {n}" for n in range(60)))
    ids = [str(option.pk) for option in options(poll)]
    now = timezone.now()
    Participant.objects.bulk_create(
        Participant(poll=poll, name=f"P {n}", answers=dict.fromkeys(ids, "y"), answered_at=now) for n in range(30)
    )
    page = signed_in(alice).get(url(poll))
    assert len(page.context["table"]) == 10
    names = [one.name for one in signed_in(alice).get(f"{url(poll)}?after={page.context['more']}").context["table"]]
    assert names == [f"P {n}" for n in range(10, 20)]
    assert signed_in(alice).get(f"{url(poll)}?after=bm9uc2Vuc2U").status_code == 400


def test_results_are_drawn_again_alone(alice, bob, space):
    poll = dates(alice, space)
    answer(bob, poll, "y", "y")
    part = text(signed_in(alice).get(url(poll), **HTMX))
    assert part.lstrip().startswith('<section class="results"')
    assert "Bob" in part


def test_what_waits_for_me_is_on_my_home_page(alice, bob, eve, space):
    poll = dates(alice, space, deadline=timezone.now() + timedelta(days=3))
    assert poll.title in text(signed_in(bob).get("/"))
    assert "1 poll waits for your answer" in text(signed_in(bob).get("/"))
    assert poll.title not in text(signed_in(eve).get("/"))
    answer(bob, poll, "y")
    assert "waits for your answer" not in text(signed_in(bob).get("/"))
    front = text(signed_in(bob).get(reverse("shell:space", args=[space.pk])))
    assert "Open polls" in front
    assert reverse("polls:space", args=[space.slug]) in front


def test_another_of_the_same_is_asked_without_answers(alice, bob, space):
    poll = dates(alice, space, limit=3)
    answer(bob, poll, "y")
    made = signed_in(bob).post(url(poll, "duplicate"))
    copy = Poll.objects.exclude(pk=poll.pk).get()
    assert made["Location"] == url(copy, "edit")
    assert (copy.title, copy.limit, len(options(copy)), copy.created_by) == (
        "The next meeting (copy)",
        3,
        2,
        bob,
    )
    assert not copy.participants.exists()


def test_nothing_is_there_for_strangers(space, alice):
    poll = dates(alice, space)
    for path in ("/polls/", NEW, url(poll), url(poll, "edit")):
        assert stranger().get(path).status_code == 302


def test_a_poll_is_made_with_a_readable_address(alice, space):
    browser = signed_in(alice)
    assert browser.post(NEW, sent(public="on", address="assembly-2027")).status_code == 302
    assert stranger().get("/s/assembly-2027/").status_code == 200
    again = browser.post(NEW, sent(public="on", address="assembly-2027"))
    assert (again.status_code, "Another link has this address" in text(again)) == (409, True)
    assert browser.post(NEW, sent(public="on", address="Not so")).status_code == 400
    assert Poll.objects.count() == 1
