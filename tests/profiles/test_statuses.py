"""What people say they are at: on phones and in pages, until its end, to those who may find them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.profiles import actions, exporting, statuses
from collab.profiles.models import Status
from tests import town as make
from tests.ocs.conftest import Device
from tests.profiles.conftest import API, ask

FAR = 4102444800
"""In 2100."""


def test_a_phone_says_reads_and_takes_back(phones):
    assert ask(phones.alice, "GET", "user_status") == (404, [])
    status, mine = ask(phones.alice, "PUT", "user_status/status", statusType="busy")
    assert (status, mine["status"], mine["statusIsUserDefined"], mine["message"]) == (200, "busy", True, None)
    status, mine = ask(
        phones.alice, "PUT", "user_status/message/custom", message="Répétition", statusIcon="🎵", clearAt=FAR
    )
    assert mine == {
        "userId": "alice", "message": "Répétition", "icon": "🎵", "clearAt": FAR, "status": "busy", "messageId": None,
        "messageIsPredefined": False, "statusIsUserDefined": True,
    }  # fmt: skip
    assert ask(phones.alice, "GET", "user_status") == (200, mine)
    theirs = {name: mine[name] for name in ("userId", "message", "icon", "clearAt", "status")}
    assert ask(phones.bob, "GET", "statuses/alice") == (200, theirs)
    assert ask(phones.bob, "GET", "statuses") == (200, [theirs])
    assert ask(phones.alice, "GET", "statuses") == (200, [])  # others, not oneself
    assert ask(phones.alice, "DELETE", "user_status/message")[0] == 200
    status, mine = ask(phones.alice, "GET", "user_status")
    assert (mine["status"], mine["message"], mine["clearAt"]) == ("busy", None, None)


def test_messages_that_are_there_are_told_in_the_language_of_the_reader(phones, bob):
    ready = {one["id"]: one for one in ask(phones.alice, "GET", "predefined_statuses")[1]}
    assert ready["meeting"]["clearAt"] == {"type": "period", "time": 3600}
    assert ready["sick-leave"]["clearAt"] == {"type": "end-of", "time": "day"}
    assert ready["vacationing"]["clearAt"] is None
    _status, mine = ask(phones.alice, "PUT", "user_status/message/predefined", messageId="meeting", clearAt=FAR)
    assert (mine["messageId"], mine["messageIsPredefined"], mine["message"]) == ("meeting", True, "In a meeting")
    bob.language = "fr"
    bob.save()
    assert ask(phones.bob, "GET", "statuses/alice")[1]["message"] == "En réunion"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("status", {"statusType": "asleep"}),
        ("status", {}),
        ("message/custom", {"message": "x" * 81}),
        ("message/custom", {"message": "ok", "statusIcon": "abc"}),
        ("message/custom", {"message": "ok", "statusIcon": "🎵" * 15}),
        ("message/custom", {"message": "a\u202eb"}),
        ("message/custom", {"message": "ok", "clearAt": 1}),
        ("message/custom", {"message": "ok", "clearAt": "tomorrow"}),
        ("message/predefined", {"messageId": "nothing-like-it"}),
        ("message/predefined", {"messageId": "meeting", "clearAt": 1}),
    ],
    ids=["kind", "no-kind", "long", "word", "many", "bidi", "past", "no-number", "unknown", "past-ready"],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(phones, path, told):
    assert ask(phones.alice, "PUT", f"user_status/{path}", **told)[0] == 400
    assert ask(phones.alice, "GET", "user_status")[0] == 404


@pytest.mark.parametrize("emoji", ["🎵", "🏳️‍🌈", "👩🏽‍🚒", "🇫🇷", "✈️", "♀️"], ids=lambda text: text.encode().hex())
def test_one_emoji_is_one_however_it_is_made(emoji):
    assert actions.is_emoji(emoji)


def test_zero_means_for_good(phones):
    _status, mine = ask(phones.alice, "PUT", "user_status/message/custom", message="Here", clearAt=0)
    assert mine["clearAt"] is None


def test_what_is_over_reads_as_if_it_were_not_there(phones, alice):
    """The moment is given, not waited for."""
    end = datetime(2030, 5, 1, 12, tzinfo=UTC)
    row = Status.objects.create(user=alice, kind="busy", kind_until=end, message="Market", icon="🍎", clear_at=end)
    before, after = end - timedelta(seconds=1), end
    assert statuses.at(row, before) == statuses.Shown("busy", "🍎", "Market", "", end)
    assert not statuses.at(row, after)
    reader = make.act(phones.bob.user)
    assert [shown.message for _who, shown in statuses.page(reader, 0, 9, before)] == ["Market"]
    assert statuses.page(reader, 0, 9, after) == []
    assert set(statuses.of(reader, [alice.pk], before)) == {alice.pk}
    assert statuses.of(reader, [alice.pk], after) == {}


def test_a_message_that_is_over_leaves_the_state(phones, alice):
    past = timezone.now() - timedelta(days=1)
    Status.objects.create(user=alice, kind="dnd", message="Yesterday", clear_at=past)
    told = ask(phones.bob, "GET", "statuses/alice")[1]
    assert (told["status"], told["message"]) == ("dnd", None)
    Status.objects.filter(pk=alice.pk).update(kind_until=past)
    assert ask(phones.alice, "GET", "user_status")[0] == 404
    assert ask(phones.bob, "GET", "statuses")[1] == []
    actions.tidy()
    assert not Status.objects.exists()


def test_who_is_invisible_says_nothing_to_others(phones):
    ask(phones.alice, "PUT", "user_status/message/custom", message="Secret")
    ask(phones.alice, "PUT", "user_status/status", statusType="invisible")
    told = ask(phones.bob, "GET", "statuses/alice")[1]
    assert (told["status"], told["message"]) == ("offline", None)
    assert ask(phones.alice, "GET", "user_status")[1]["message"] == "Secret"


def test_a_guest_reads_those_of_their_groups_alone(phones):
    for phone in (phones.alice, phones.bob):
        ask(phone, "PUT", "user_status/message/custom", message="Hello")
    assert [one["userId"] for one in ask(phones.gil, "GET", "statuses")[1]] == ["bob"]
    assert ask(phones.gil, "GET", "statuses/alice")[0] == 404
    assert ask(phones.gil, "GET", "statuses/bob")[0] == 200
    assert ask(phones.bob, "GET", "statuses/nobody")[0] == 404


def test_the_list_has_pages(phones, town):
    people = [make.make_user(f"p{number}") for number in range(5)]
    for person in people:
        actions.say(make.act(person), f"I am {person.username}")
    told = [
        [one["userId"] for one in ask(phones.bob, "GET", f"statuses?limit=2&offset={start}")[1]] for start in (0, 2, 4)
    ]
    assert told == [["p4", "p3"], ["p2", "p1"], ["p0"]]
    assert ask(phones.bob, "GET", "statuses?offset=-1")[0] == 400


def test_disabled_people_are_not_told_of(phones, alice):
    ask(phones.alice, "PUT", "user_status/message/custom", message="Hello")
    alice.is_active = False
    alice.save()
    assert ask(phones.bob, "GET", "statuses")[1] == []


def test_a_stranger_and_a_reading_device_change_nothing(phones, client, town):
    assert client.get(f"{API}/statuses?format=json").status_code == 401
    other = Device(client, town.alice, scopes=("calendars",))
    reader = Device(client, town.alice, scopes=("files", "read-only"))
    told = {"statusType": "away"}
    assert other.call("GET", "statuses", base=API).status_code == 403
    assert reader.call("GET", "statuses", base=API).status_code == 200
    assert reader.call("PUT", "user_status/status", told, base=API).status_code == 403
    assert not Status.objects.exists()


def test_clients_are_told_that_there_are_statuses(phones):
    told = phones.alice.call("GET", "capabilities", base="/ocs/v2.php/cloud").json()["ocs"]["data"]["capabilities"]
    assert told["user_status"] == {
        "enabled": True, "supports_emoji": True, "supports_busy": True, "restore": False,
    }  # fmt: skip


def test_the_sharing_dialog_of_a_client_shows_it(phones):
    ask(phones.bob, "PUT", "user_status/status", statusType="away")
    answer = phones.alice.call("GET", "sharees?search=bob&itemType=file&page=1&perPage=9")
    (found,) = answer.json()["ocs"]["data"]["exact"]["users"]
    assert found["status"] == {"status": "away", "message": None, "icon": None, "clearAt": None}


def test_a_page_says_it_and_the_others_read_it_beside_the_name(as_, alice, bob, space):
    browser = as_(bob)
    page = browser.get("/settings/status/").content.decode()
    assert "In a meeting" in page
    answer = browser.post(
        "/settings/status/", {"kind": "busy", "icon": "🎵", "message": "Répétition <b>", "until": "3600"}, follow=True
    )
    assert "Répétition &lt;b&gt;" in answer.content.decode()
    row = Status.objects.get(pk=bob.pk)
    assert (row.kind, row.icon, row.message) == ("busy", "🎵", "Répétition <b>")
    assert row.clear_at == row.kind_until
    assert row.clear_at > timezone.now()
    make.share(alice, space, bob, 1)
    for where in (f"/spaces/{space.pk}/members/", f"/spaces/{space.pk}/?open=info", f"/share/space/{space.pk}/"):
        page = as_(alice).get(where).content.decode()
        assert "Busy" in page, where
        assert "🎵 Répétition &lt;b&gt;" in page, where
    assert "Occupé" in as_(alice, "fr").get(f"/spaces/{space.pk}/members/").content.decode()


def test_one_click_says_a_message_that_is_there_and_one_takes_it_back(as_, bob):
    browser = as_(bob)
    browser.post("/settings/status/", {"ready": "commuting", "next": "/"})
    row = Status.objects.get(pk=bob.pk)
    assert row.predefined == "commuting"
    assert row.clear_at is not None
    page = browser.get("/settings/status/").content.decode()
    assert "On the way" in page
    # the words stay those that each reads in their language while nobody changes them
    browser.post("/settings/status/", {"kind": "away", "icon": "🚌", "message": "On the way", "until": ""})
    row.refresh_from_db()
    assert (row.predefined, row.kind, row.clear_at) == ("commuting", "away", None)
    assert browser.post("/settings/status/", {"clear": "1", "next": "/activity/"})["Location"] == "/activity/"
    assert not statuses.own(bob)


def test_what_a_form_cannot_say_stands_beside_the_field(as_, bob):
    answer = as_(bob).post("/settings/status/", {"kind": "away", "icon": "", "message": "a\u202eb", "until": ""})
    assert answer.status_code == 400
    assert "cannot be shown" in answer.content.decode()


def test_the_menu_of_the_account_fetches_the_form(as_, bob):
    browser = as_(bob)
    assert 'id="status-foot" href="/settings/status/" hx-get="/settings/status/?spot=foot"' in str(
        browser.get("/settings/").content
    )
    part = browser.get(
        "/settings/status/?spot=foot", headers={"hx-request": "true", "hx-current-url": "http://x/activity/?a=b"}
    )
    text = part.content.decode()
    assert "<html" not in text
    assert 'name="next" value="/activity/"' in text
    assert text.count('id="status-foot"') == 1, "it takes the focus over"


def test_lists_of_people_ask_once(as_, alice, space):
    def asked(count):
        for number in range(count):
            person = make.make_user(f"q{count}-{number}")
            make.share(alice, space, person, 1)
            actions.say(make.act(person), "Hello")
        browser = as_(alice)
        browser.get(f"/spaces/{space.pk}/members/")
        with CaptureQueriesContext(connection) as found:
            browser.get(f"/spaces/{space.pk}/members/")
        return len(found)

    assert asked(2) == asked(7)


def test_it_goes_with_the_account_and_is_in_the_archive(guest):
    actions.say_kind(make.act(guest), "away")
    actions.say(make.act(guest), "Bientôt", "🌴")
    kept = {}

    class Into:
        def json(self, path, value, *, about=""):
            kept[path] = value

        def write(self, path, content, *, about=""):
            kept[path] = content

    exporting.export(guest, Into())
    assert kept["status.json"]["message"] == "Bientôt"
    assert set(kept) == {"status.json"}
    guest.delete()
    assert not Status.objects.exists()
