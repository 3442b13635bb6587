"""Polls in a real browser: chosen in the grids by mouse and keys, answered on a phone with and without script."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from collab.marks.actions import commenting
from collab.registry import house
from collab.rights.links import token_for_mail
from collab.rights.right import READER
from polls import queries
from polls.actions import asking, making
from polls.models import Participant, Poll
from polls.slots import Slot
from tests import town as make
from tests.conftest import build_town
from tests.polls.polling import EVENING, answer, dates, fresh, options, public_url, url
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TREE = """
- radiogroup "Sunday 8 December 2030":
  - radio "Yes" [checked]
  - radio "If need be"
  - radio "No"
"""
"""What a screen reader finds of one option."""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def poll(town):
    slots = (Slot(date(2030, 12, 8), *EVENING), Slot(date(2030, 12, 10), *EVENING), Slot(date(2030, 12, 12)))
    return dates(town.alice, town.space, *slots, public=True, title="Date de l’assemblée")


def days(page):
    return [one for one in page.locator("[name=day]").evaluate_all("all => all.map((one) => one.value)") if one]


def test_days_and_times_are_chosen_in_the_grids(visit, town):
    page = visit("/polls/new/", town.alice)
    page.get_by_label("What do you ask?").fill("Assembly")
    month = page.locator("month-grid")
    month.get_by_role("button", name="The next month").click()
    name = month.locator("strong").inner_text()
    cells = month.locator("button[data-day]")
    first, third = cells.nth(9), cells.nth(11)
    chosen = [cells.nth(n).get_attribute("data-day") for n in (9, 10, 11)]
    first.hover()
    page.mouse.down()
    cells.nth(10).hover()
    third.hover()
    page.mouse.up()
    assert days(page) == chosen
    expect(month.locator("[aria-pressed=true]")).to_have_count(3)
    month.locator(f"[data-day='{chosen[2]}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert len(days(page)) == 3
    assert chosen[2] not in days(page)
    page.keyboard.press("PageDown")
    expect(month.locator("strong")).not_to_have_text(name)
    assert violations(page) == []
    page.get_by_role("button", name="Times in a week").click()
    week = page.locator("week-grid")
    cell = week.locator(f"[data-day='{chosen[0]}']")
    expect(cell.first).to_be_visible()
    cell.nth(22).scroll_into_view_if_needed()  # 18:00
    cell.nth(22).hover()
    page.mouse.down()
    cell.nth(25).hover()
    page.mouse.up()
    assert days(page).count(chosen[0]) == 2
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    times = page.locator("[name=begins]").evaluate_all("all => all.map((one) => one.value).filter(Boolean)")
    assert times == ["18:00", "19:00"]
    assert violations(page) == []
    page.get_by_label("Where it is kept").select_option(label="Plans")
    page.get_by_role("button", name="Make the poll").click()
    page.wait_for_url(re.compile(r"/polls/\d+/"))
    made = Poll.objects.get()
    assert (made.space, len(options(made))) == (town.space, 5)
    expect(page.get_by_text("Send this link")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_stranger_answers_on_a_phone_by_keyboard(visit, town, poll, script):
    page = visit(public_url(town.alice, poll), phone=True, java_script_enabled=script)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Camille")
    for presses in (1, 2, 1):
        page.keyboard.press("Tab")
        for _number in range(presses):
            page.keyboard.press("Space" if _number == 0 else "ArrowRight")
    page.get_by_role("button", name="Send", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("kept=1"))
    expect(page.get_by_role("status").first).to_contain_text("Your answers are kept")
    assert list(Participant.objects.get().answers.values()) == ["y", "m", "y"]
    groups = page.get_by_role("radiogroup")
    assert groups.count() == 3
    expect(groups.first).to_match_aria_snapshot(TREE)
    page.get_by_role("radiogroup").first.get_by_role("radio", name="No").check(force=True)
    page.get_by_role("button", name="Change my answers").click()
    settle(page)
    assert list(Participant.objects.get().answers.values()) == ["n", "m", "y"]
    assert not overflows(page)


def test_results_keep_up_with_others(visit, town, poll):
    page = visit(url(poll), town.alice)
    page.wait_for_function("Boolean(customElements.get('live-poll'))")
    answer(town.bob, poll, "y", "y")
    page.evaluate("document.querySelector('live-poll live-topic').say('live:change', [{kind: 'poll-answer'}])")
    expect(page.locator("#results")).to_contain_text("Bob")


def test_somebody_without_account_makes_a_poll_on_a_phone(visit, town, post):
    house.put("polls.makers", str(town.space.pk))
    page = visit("/polls/ask/", phone=True)
    page.get_by_label("What do you ask?").fill("Ping-pong")
    page.locator("month-grid").get_by_role("button", name="The next month").click()
    page.locator("month-grid button[data-day]").nth(9).click()
    page.get_by_label("Your name").fill("Camille")
    page.get_by_label("Your address").fill("camille@example.org")
    with page.expect_navigation():
        page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("status").first).to_contain_text("camille@example.org")
    page.goto(re.search(r"http\S+(/polls/key/\S+)", post()[-1].body)[1])
    with page.expect_navigation():
        page.get_by_role("button", name="Make the poll").click()
    expect(page.get_by_text("Send this link to those")).to_be_visible()
    page.locator("summary").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Close the poll").click()
    expect(page.get_by_text("no more answers are taken")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert Poll.objects.get().is_open


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_can_be_read_by_everybody(visit, town, poll, post, phone, scheme, language):
    answer(town.bob, poll, "y", "m", "n", word="Plutôt le mardi")
    make.share(town.alice, poll, make.make_group("Choir", town.eve), READER.mask)
    pages = ["/polls/", url(poll), url(poll, "edit"), url(poll, "invite"), url(poll, "decide"), "/polls/bring/"]
    for path in pages:
        page = visit(path, town.alice, phone=phone, language=language, color_scheme=scheme)
        assert (path, violations(page), overflows(page)) == (path, [], False)
        page.close()
    house.put("polls.makers", str(town.space.pk))
    asking.ask("Camille", "camille@example.org", "choice", {"title": "Ping-pong"}, [making.Wanted(text="Yes")])
    begun = re.search(r"http\S+(/polls/key/\S+)", post()[-1].body)[1]
    asking.ask("Camille", "camille@example.org", "date", {"title": "Chess"}, [making.Wanted(Slot(date(2030, 12, 8)))])
    key = re.search(r"/polls/key(/\S+)", post()[-1].body)[1]
    chess = asking.confirm(key.strip("/"))
    key, link = f"/s{key}", queries.answering_link(chess)
    commenting.write_as_visitor(make.visitor(link), chess, "Dominique", "I bring a clock.")
    talk = f"/s/{token_for_mail(link)}/"
    mine = (begun, talk, key, f"{key}edit", f"{key}decide")
    for path in (public_url(town.alice, fresh(poll)), "/polls/find/", "/polls/ask/", *mine):
        page = visit(path, phone=phone, language=language, color_scheme=scheme)
        assert (path, violations(page), overflows(page)) == (path, [], False)
        page.close()
