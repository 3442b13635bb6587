"""Messages kept with a reminder, and messages said later: once, by who may then."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat import tasks
from chat.actions import channels, keeping, scheduling
from chat.models import Message, Saved, Scheduled
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.notifications.models import Notification
from collab.rights import actions as rights
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
HOUR = timedelta(hours=1)


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def later(who, where, text="Good morning", by=HOUR, **how):
    return scheduling.schedule(make.act(who), chatting.fresh(where), text, timezone.now() + by, **how)


def let_time_pass(model=Scheduled, **field):
    model.objects.update(**(field or {"at": timezone.now() - HOUR}))


def test_it_is_said_at_its_moment_and_once(town, trips):
    root = chatting.say(town.alice, trips, "Who?")
    later(town.bob, trips, "Hello @alice")
    later(town.bob, trips, "Me", root=root.pk)
    assert tasks.say_due() == 0
    let_time_pass()
    assert tasks.say_due() == 2
    assert tasks.say_due() == 0
    assert chatting.words(town.alice, trips) == ["Who?", "Hello @alice"]
    assert Message.objects.get(text="Me").root_id == root.pk
    assert Message.objects.get(text="Hello @alice").people == [town.alice.pk]
    assert not Scheduled.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_say_it_once(living_town):
    trips = chatting.channel(living_town.alice, living_town.space)
    for number in range(6):
        later(living_town.bob, trips, f"Number {number}")
    let_time_pass()
    barrier, said = threading.Barrier(2), []

    def work():
        try:
            barrier.wait()
            said.append(scheduling.send_due())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _one in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(said) == 6
    assert sorted(chatting.words(living_town.bob, trips)) == [f"Number {number}" for number in range(6)]


def test_who_may_not_speak_any_more_says_nothing_and_hears_why(town, trips):
    later(town.bob, trips)
    let_time_pass()
    channels.archive(make.act(town.alice), chatting.fresh(trips))
    assert tasks.say_due() == 0
    one = Scheduled.objects.get()
    assert one.why
    assert Notification.objects.get(person=town.bob).kind == "chat.unsaid"
    assert tasks.say_due() == 0
    assert Notification.objects.get(person=town.bob).count == 1
    # tried again by hand, once it may be said
    channels.archive(make.act(town.alice), chatting.fresh(trips), on=False)
    scheduling.send_now(make.act(town.bob), one)
    assert chatting.words(town.alice, trips) == ["Good morning"]


def test_rights_are_asked_again_and_a_disabled_account_is_silent(town, trips):
    later(town.bob, trips)
    let_time_pass()
    rights.unshare(make.act(town.alice), town.space, town.team.principal)
    assert tasks.say_due() == 0
    assert not Message.objects.exists()
    later(town.alice, trips)
    Scheduled.objects.filter(author=town.alice).update(at=timezone.now() - HOUR)
    type(town.alice).objects.filter(pk=town.alice.pk).update(is_active=False)
    assert tasks.say_due() == 0
    assert not Message.objects.exists()


def test_moments_and_words_are_checked(town, trips):
    for by in (-HOUR, timedelta(days=4000)):
        with pytest.raises(BadInput):
            later(town.bob, trips, by=by)
    with pytest.raises(BadInput):
        later(town.bob, trips, "  ")
    with pytest.raises(NotFound):
        later(town.bob, trips, root=999_999)
    with pytest.raises((Forbidden, NotFound)):
        later(town.eve, trips)
    assert not Scheduled.objects.exists()


def test_the_pages_list_change_cancel_and_send(town, trips, client):
    client.force_login(town.bob)
    page = client.post(f"/chat/{trips.pk}/later/", {"text": "Good *morning*"}, headers=EN).content.decode()
    assert "Good *morning*</textarea>" in page
    assert "Tomorrow morning" in page
    client.post(f"/chat/{trips.pk}/later/", {"text": "Good morning", "other": "2999-01-01T09:00"})
    assert not Scheduled.objects.exists()
    soon = timezone.localtime(timezone.now() + HOUR).strftime("%Y-%m-%dT%H:%M")
    client.post(f"/chat/{trips.pk}/later/", {"text": "Good morning", "other": soon})
    one = Scheduled.objects.get()
    assert timezone.localtime(one.at).strftime("%Y-%m-%dT%H:%M") == soon
    assert "Good morning" in client.get("/chat/scheduled/").content.decode()
    client.post(f"/chat/scheduled/{one.pk}/", {"text": "Good evening", "other": soon})
    client.post(f"/chat/scheduled/{one.pk}/cancel/")
    assert "Good evening" not in client.get("/chat/scheduled/").content.decode()
    let_time_pass()
    assert tasks.say_due() == 0
    client.post(f"/chat/scheduled/{one.pk}/restore/")
    client.force_login(town.alice)
    assert client.get(f"/chat/scheduled/{one.pk}/").status_code == 404
    assert client.post(f"/chat/scheduled/{one.pk}/now/").status_code == 404
    client.force_login(town.bob)
    client.post(f"/chat/scheduled/{one.pk}/now/")
    assert chatting.words(town.alice, trips) == ["Good evening"]


def test_what_is_kept_is_found_again_and_brought_to_mind_once(town, trips, client):
    said = chatting.say(town.alice, trips, "Call the **bus** company")
    client.force_login(town.bob)
    script = {"accept": "application/json"}
    assert client.post(f"/chat/message/{said.pk}/save/", headers=script).json()["toast"]["undo"]
    page = client.get("/chat/saved/", headers=EN).content.decode()
    assert "Call the <strong>bus</strong> company" in page
    keeping.keep(make.act(town.bob), said, timezone.now() + HOUR)
    assert tasks.say_due() == 0
    let_time_pass(Saved, remind_at=timezone.now() - HOUR)
    assert tasks.say_due() == 1
    assert tasks.say_due() == 0
    assert Notification.objects.get(person=town.bob, kind="chat.reminder").count == 1
    bell = client.get("/notifications/", headers=EN).content.decode()
    assert "Call the **bus** company" in bell
    assert "You wanted to come back to" in bell
    client.post(f"/chat/message/{said.pk}/save/", {"off": "1"})
    assert not Saved.objects.exists()


def test_what_may_not_be_read_any_more_is_neither_shown_nor_told(town, trips, client):
    said = chatting.say(town.alice, trips, "Secret words")
    client.force_login(town.eve)
    assert client.post(f"/chat/message/{said.pk}/save/").status_code == 404
    keeping.keep(make.act(town.bob), said, timezone.now() + HOUR)
    let_time_pass(Saved, remind_at=timezone.now() - HOUR)
    tasks.say_due()
    rights.unshare(make.act(town.alice), town.space, town.team.principal)
    client.force_login(town.bob)
    assert "Secret words" not in client.get("/chat/saved/").content.decode()
    assert "Secret words" not in client.get("/notifications/").content.decode()


def test_nobody_keeps_without_end(town, trips, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 1)
    monkeypatch.setattr(scheduling, "MOST", 1)
    one, two = (chatting.say(town.alice, trips, text) for text in "ab")
    keeping.keep(make.act(town.bob), one)
    keeping.keep(make.act(town.bob), one)
    with pytest.raises(Conflict):
        keeping.keep(make.act(town.bob), two)
    later(town.bob, trips)
    with pytest.raises(Conflict):
        later(town.bob, trips)


def test_one_that_our_own_fault_keeps_from_being_said_does_not_keep_the_others(town, trips, monkeypatch):
    later(town.bob, trips, "Broken")
    later(town.bob, trips, "Whole")
    let_time_pass()
    say = scheduling._say

    def fails(one):
        if one.text == "Broken":
            raise ZeroDivisionError
        return say(one)

    monkeypatch.setattr(scheduling, "_say", fails)
    assert tasks.say_due() == 1
    assert chatting.words(town.bob, trips) == ["Whole"]
    assert Scheduled.objects.get().why == ""  # it is tried again


def test_an_answer_whose_thread_is_gone_is_not_said_to_the_whole_channel(town, trips):
    root = chatting.say(town.alice, trips, "Only for this thread?")
    later(town.bob, trips, "For a few", root=root.pk)
    let_time_pass()
    Message.objects.filter(pk=root.pk).delete()  # as keeping for some days does
    assert tasks.say_due() == 0
    assert not Message.objects.exists()
    assert Scheduled.objects.get().why
    assert Notification.objects.get(person=town.bob).kind == "chat.unsaid"
