"""The home page: what waits, what is new, first steps, an announcement; one app’s mistake takes nothing else away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.accounts.models import AppPassword, Rank, User
from collab.registry import house, registry
from collab.registry.plugin import Shown, Widget
from collab.rights.right import READER
from collab.shell.home import remembering
from collab.shell.models import HomeState
from tests import town as make
from tests.files.web import HTMX
from tests.shell.test_spaces_pages import undo

QUERIES = 11
"""Of the frame, the news, the spaces and the greeting; besides, each block that an app shows may ask one question."""


def html(browser):
    return browser.get("/").content.decode()


@pytest.fixture
def only(monkeypatch):
    """Let the house have these widgets and no others."""

    def declare(*widgets):
        plugin = replace(registry.plugins()[0], widgets=widgets)
        rest = [replace(one, widgets=()) for one in registry.plugins()[1:]]
        monkeypatch.setattr(registry, "plugins", lambda: (plugin, *rest))

    return declare


def fails(request):
    raise ZeroDivisionError


def test_recent_files_that_i_may_see_are_there(as_, alice, bob, eve, root):
    make.make_file(alice, root, "Budget.ods")
    assert "Budget.ods" in html(as_(bob))
    assert "Budget.ods" not in html(as_(eve))


def test_a_person_without_anything_reads_an_honest_sentence(as_, eve):
    page = html(as_(eve))
    assert "Nothing is waiting for you. Have a good day." in page
    assert "To do" not in page
    assert "Waiting for your answer" not in page


def test_a_block_that_fails_says_so_and_can_be_tried_again(as_, bob, only):
    only(Widget("a", "Broken", fails, 1), Widget("b", "Well", lambda request: "<p>all well</p>", 2))
    browser = as_(bob)
    page = browser.get("/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "This part could not be shown" in text
    assert 'hx-get="/home/a/"' in text
    assert "all well" in text
    assert "This part could not be shown" in browser.get("/home/a/", **HTMX).content.decode()
    only(Widget("a", "Broken", lambda request: "<p>well again</p>", 1))
    again = browser.get("/home/a/", **HTMX).content.decode()
    assert "well again" in again
    assert again.startswith("<section")
    assert browser.get("/home/a/")["Location"] == "/"
    assert browser.get("/home/nothing/", **HTMX).status_code == 404


def test_what_apps_say_is_under_one_heading_and_in_the_greeting(as_, bob, only):
    only(
        Widget("cal", "Calendar", lambda request: Shown("<p>18:00</p>", "Two appointments today."), 1, "today"),
        Widget("polls", "Polls", lambda request: Shown("<p>Which day?</p>", "One answer is awaited."), 2, "answer"),
        Widget("forms", "Forms", lambda request: "<p>Who brings cake?</p>", 3, "answer"),
        Widget("tasks", "Tasks", lambda request: "", 4, "do"),
    )
    text = html(as_(bob))
    assert "Two appointments today. One answer is awaited." in text
    assert "Nothing is waiting for you" not in text
    assert text.count("<h2>Waiting for your answer</h2>") == 1
    assert text.index("18:00") < text.index("Which day?") < text.index("Who brings cake?")
    assert "To do" not in text


def test_what_others_did_since_the_last_visit_is_told(as_, alice, bob, root):
    browser = as_(bob)
    make.make_file(alice, root, "before.txt")
    assert "Lately" in html(browser)
    HomeState.objects.filter(user=bob).update(seen_at=timezone.now() - timedelta(hours=2))
    connection.cursor().execute("UPDATE events_change SET at = at - interval '3 hours'")
    make.make_file(alice, root, "after.txt")
    make.make_file(bob, root, "mine.txt")
    text = html(browser)
    news = text[text.index("Since your last visit") :]
    assert "1 thing is new since your last visit." in text
    assert "after.txt" in news
    assert "before.txt" not in news
    assert "Since your last visit" in html(browser), "still the same visit"


def test_a_visit_is_written_rarely(bob):
    start = timezone.now()
    assert remembering.visit(bob).before is None
    with CaptureQueriesContext(connection) as asked:
        remembering.visit(bob)
    assert len(asked) == 1
    HomeState.objects.filter(user=bob).update(seen_at=start - timedelta(minutes=10))
    assert remembering.visit(bob).before is None
    assert HomeState.objects.get(user=bob).seen_at > start - timedelta(minutes=1)
    HomeState.objects.filter(user=bob).update(seen_at=start - timedelta(hours=5))
    assert remembering.visit(bob).before == start - timedelta(hours=5)
    assert remembering.visit(bob).before == start - timedelta(hours=5)


def test_the_steps_of_a_newcomer_tick_themselves(as_, alice, space):
    newcomer = make.make_user("nina")
    make.change(newcomer, display_name="nina")
    browser = as_(newcomer)
    text = html(browser)
    assert "Your first steps" in text
    assert text.count("is-done") == 0
    assert "Invite someone" not in text
    make.change(newcomer, display_name="Nina Simon")
    make.share(alice, space, newcomer, READER.mask)
    assert html(browser).count("is-done") == 2
    AppPassword.objects.create(user=newcomer, name="phone", digest=b"x")
    assert "Your first steps" not in html(browser), "all is done"


def test_the_owner_of_a_new_house_has_steps_of_their_own(as_, db):
    owner = make.make_user("olga", Rank.OWNER)
    browser = as_(owner)
    text = html(browser)
    for words in ("Name your organisation", "Create a first space", "Invite someone", "Connect a device"):
        assert words in text
    house.put("house.name", "Les Tilleuls")
    make.make_space(owner, "Sport")
    make.make_user("paul")
    assert html(browser).count("is-done") == 4
    User.objects.filter(pk=owner.pk).update(created_at=timezone.now() - timedelta(days=40))
    assert "Your first steps" not in html(browser)


def test_the_steps_are_put_away_and_brought_back(as_, bob):
    browser = as_(bob)
    page = browser.post("/home/put-away/", {"name": "checklist"}, follow=True)
    assert "Your first steps" not in page.content.decode()
    undo(browser, page)
    assert "Your first steps" in html(browser)
    assert browser.post("/home/put-away/", {"name": "x" * 500}).status_code == 404
    assert browser.get("/home/put-away/").status_code in {302, 404, 405}


def test_an_announcement_is_for_everybody_until_its_day(as_, admin, bob, eve):
    setting = "/administration/settings/announcement/"
    today = timezone.localdate()
    sent = {"house.announcement": "The hall is closed.\n<b>Sorry</b>", "house.announcement_until": today.isoformat()}
    assert as_(admin).post(setting, sent).status_code == 302
    assert as_(bob).post(setting, sent).status_code == 403
    browser = as_(bob)
    text = html(browser)
    assert "The hall is closed.<br>&lt;b&gt;Sorry&lt;/b&gt;" in text
    name = text[text.index('value="announcement-') + 7 :].partition('"')[0]
    page = browser.post("/home/put-away/", {"name": name}, follow=True)
    assert "The hall is closed" not in page.content.decode()
    assert "The hall is closed" in html(as_(eve))
    undo(browser, page)
    assert "The hall is closed" in html(browser)
    browser.post("/home/put-away/", {"name": name})
    house.put("house.announcement", "It is open again.")
    assert "It is open again." in html(browser), "another text is told again"
    house.put("house.announcement_until", (today - timedelta(days=1)).isoformat())
    assert "It is open again." not in html(browser)


@pytest.mark.parametrize("wrong", [("house.announcement", "x" * 601), ("house.announcement", "a\0b"),
                                   ("house.announcement_until", "2001-01-01"),
                                   ("house.announcement_until", "tomorrow")])  # fmt: skip
def test_a_wrong_announcement_is_said_beside_its_field(as_, admin, wrong):
    sent = {"house.announcement": "", "house.announcement_until": ""} | dict([wrong])
    assert as_(admin).post("/administration/settings/announcement/", sent).status_code == 400


def test_news_that_cannot_be_read_take_nothing_else_away(as_, bob, root, monkeypatch):
    from collab.shell.home import page

    make.make_file(bob, root, "mine.txt")
    monkeypatch.setattr(page.stream, "page", fails)
    text = html(as_(bob))
    assert "This part could not be shown" in text
    assert "mine.txt" in text


def test_the_page_asks_few_questions(as_, alice, bob, root, team):
    for number in range(12):
        other = make.make_space(alice, f"S{number}")
        make.share(alice, other, team, READER.mask)
        make.make_file(alice, make.root_of(other), f"f{number}.txt")
    make.make_file(alice, make.make_folder(alice, root, "Deep"), "x.txt")
    make.share(alice, make.make_file(alice, make.home(alice), "lent.txt"), bob, READER.mask)
    browser = as_(bob)
    html(browser)
    HomeState.objects.filter(user=bob).update(seen_at=timezone.now() - timedelta(hours=2))
    with CaptureQueriesContext(connection) as asked:
        text = html(browser)
    assert "S11" in text
    assert "Your first steps" in text
    of_tests = 'SELECT "sample_app'  # the app of the tests asks a question of its own
    queries = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", of_tests))]
    blocks = sum(len(one.widgets) for one in registry.plugins() if one.slug != "sample")
    assert len(queries) <= QUERIES + blocks, "\n".join(one[:110] for one in queries)


def test_the_front_page_of_a_space_shows_what_is_new_there(as_, alice, bob, space, root):
    node = make.make_file(alice, root, "programme.pdf")
    secret = make.make_folder(alice, root, "Reserved")
    make.restrict(alice, secret)
    other = make.make_space(bob, "Elsewhere")
    make.make_file(bob, make.root_of(other), "far.txt")
    browser = as_(bob)
    browser.post(f"/marks/node/{node.pk}/star/", {"starred": "1"})
    text = browser.get(f"/spaces/{space.pk}/").content.decode()
    main = text[text.index("In this space") :]
    assert "Your favourites here" in main
    assert "Recent files" in main
    assert "programme.pdf" in main[main.index("Lately") :]
    assert "Reserved" not in text
    assert "far.txt" not in text
