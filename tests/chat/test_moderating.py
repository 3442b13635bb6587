"""Slow mode, how long what is said is kept, and the trash of channels."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat import queries
from chat.actions import channels, moderating, posting, sitting
from chat.models import Channel, Message, Reaction, Revision, Seat
from collab.events.models import AuditEntry
from collab.lib.errors import Forbidden, TooMany
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


@pytest.fixture
def trips(town: Any) -> Channel:
    made = chatting.channel(town.alice, town.space)
    make.share(town.alice, made, town.eve, CONTRIBUTOR.mask)
    return made


def aged(message: Message, days: int) -> Message:
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(days=days))
    return message


def ruled(channel: Channel) -> None:
    """Let the day of grace be over."""
    Channel.objects.filter(pk=channel.pk).update(keep_since=timezone.now() - timedelta(seconds=1))


def test_in_slow_mode_one_waits_and_hears_how_long_and_who_moderates_does_not(town, trips, client):
    client.force_login(town.alice)
    assert client.post(f"/chat/{trips.pk}/rules/", {"pace": "60"}).status_code == 302
    client.force_login(town.eve)
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "slow mode: 1 minute" in page
    assert "one message, then wait 1 minute" in page
    say = f"/chat/{trips.pk}/say/"
    first = client.post(say, {"text": "One", "key": "abcdefgh-1"}, headers=SCRIPT)
    assert first.status_code == 201
    refused = client.post(say, {"text": "Two", "root": Message.objects.get().pk}, headers=SCRIPT)
    assert refused.status_code == 429
    assert 50 <= int(refused["Retry-After"]) <= 60
    assert "you can write again in" in refused.json()["detail"]
    # the same once more is no second message
    assert client.post(say, {"text": "One", "key": "abcdefgh-1"}, headers=SCRIPT).status_code == 200
    Seat.objects.filter(user=town.eve).update(said_at=timezone.now() - timedelta(seconds=61))
    assert client.post(say, {"text": "Two"}, headers=SCRIPT).status_code == 201
    for text in ("Fast", "Faster"):
        chatting.say(town.alice, trips, text)
    with pytest.raises(TooMany):
        chatting.say(town.eve, trips, "Three")
    client.force_login(town.alice)
    client.post(f"/chat/{trips.pk}/rules/", {"pace": "0"})
    chatting.say(town.eve, trips, "Three")
    said = [(one.kind, one.details["seconds"]) for one in AuditEntry.objects.filter(kind="channel-pace").order_by("pk")]
    assert said == [("channel-pace", 60), ("channel-pace", 0)]


def test_what_is_older_than_kept_goes_for_good_and_members_know_it(town, trips, client):
    old, root, gone = (aged(chatting.say(town.alice, trips, text), 40) for text in ("Old", "Root", "Left"))
    posting.edit(make.act(town.alice), queries.found(make.act(town.alice), root.pk)[0], "Root, changed")
    sitting.react(make.act(town.eve), queries.found(make.act(town.eve), root.pk)[0], "👍", on=True)
    posting.pin(make.act(town.alice), queries.found(make.act(town.alice), old.pk)[0], on=True)
    answer = chatting.say(town.eve, trips, "Young answer", root=root.pk)
    aged(chatting.say(town.eve, trips, "Old answer", root=root.pk), 39)
    aged(chatting.say(town.eve, trips, "Another", root=gone.pk), 38)
    new = chatting.say(town.eve, trips, "New")
    client.force_login(town.alice)
    answered = client.post(f"/chat/{trips.pk}/rules/", {"days": "30"})
    assert answered.status_code == 302
    assert moderating.expire() == 0  # a day to take it back
    ruled(trips)
    assert moderating.expire() == 5
    assert set(Message.objects.values_list("pk", flat=True)) == {root.pk, answer.pk, new.pk}
    root.refresh_from_db()
    assert (root.text, root.html, root.words, root.answered) == ("", "", "", 1)
    assert not Revision.objects.exists()
    assert not Reaction.objects.exists()
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "kept for 30 days" in page
    assert "older than this channel keeps" in page
    assert chatting.mine(town.eve, trips).unread == 0
    assert moderating.expire() == 0
    aged(answer, 31)
    assert moderating.expire() == 2  # the last answer, and the place it hung on
    assert list(Message.objects.values_list("pk", flat=True)) == [new.pk]


def test_a_space_rules_its_channels_but_those_with_a_rule_of_their_own(town, trips, client):
    board = chatting.channel(town.bob, town.space, "Board", closed=True)
    own = chatting.channel(town.alice, town.space, "Archive")
    talk = chatting.direct(town.alice, town.bob)
    for who, where in ((town.alice, trips), (town.bob, board), (town.alice, own), (town.alice, talk)):
        aged(chatting.say(who, where, f"In {where.pk}"), 100)
    client.force_login(town.eve)
    assert client.post(f"/chat/@{town.space.slug}/rules/", {"days": "90"}).status_code == 404
    client.force_login(town.alice)
    assert client.post(f"/chat/{own.pk}/rules/", {"days": "0"}).status_code == 302
    assert client.post(f"/chat/@{town.space.slug}/rules/", {"days": "90"}).status_code == 302
    assert "Archive" in client.get(f"/chat/@{town.space.slug}/rules/", headers=EN).content.decode()
    assert moderating.expire() == 0
    from chat.models import Keeping

    Keeping.objects.update(since=timezone.now() - timedelta(seconds=1))
    assert moderating.expire() == 2
    left = set(Message.objects.values_list("channel", flat=True))
    assert left == {own.pk, talk.pk}
    assert AuditEntry.objects.get(kind="talk-kept").details["days"] == 90
    client.force_login(town.bob)
    assert "kept for 90 days" in client.get(f"/chat/{board.pk}/", headers=EN).content.decode()


def test_only_who_manages_sets_for_how_long_and_nobody_between_people(town, trips, client):
    client.force_login(town.eve)
    assert client.post(f"/chat/{trips.pk}/rules/", {"days": "30"}).status_code == 403
    assert client.post(f"/chat/{trips.pk}/rules/", {"pace": "60"}).status_code == 403
    talk = chatting.direct(town.alice, town.bob)
    client.force_login(town.alice)
    assert client.post(f"/chat/{talk.pk}/rules/", {"days": "30"}).status_code == 404
    assert client.post(f"/chat/{trips.pk}/rules/", {"days": "-3"}).status_code == 400
    assert client.post(f"/chat/{trips.pk}/rules/", {"pace": "7"}).status_code == 400
    with pytest.raises(Forbidden):
        moderating.keep(make.act(town.eve), chatting.fresh(trips), 30)


def test_a_long_channel_is_emptied_in_short_steps(town, trips, monkeypatch):
    monkeypatch.setattr(moderating, "BATCH", 10)
    past = timezone.now() - timedelta(days=50)
    rows = [Message(channel=trips, number=n, clock=n, author=town.alice, text="x", at=past) for n in range(1, 36)]
    Message.objects.bulk_create(rows)
    Channel.objects.filter(pk=trips.pk).update(number=35, clock=35)
    moderating.keep(make.act(town.alice), chatting.fresh(trips), 30)
    ruled(trips)
    assert moderating.expire() == 35
    assert Channel.objects.get(pk=trips.pk).clock >= 35 + 4


def test_the_trash_shows_what_one_may_bring_back(town, trips, client):
    channels.throw_away(make.act(town.alice), chatting.fresh(trips))
    where = f"/chat/@{town.space.slug}/"
    client.force_login(town.bob)
    assert "state=trash" not in client.get(where, headers=EN).content.decode()
    assert "Trips" not in client.get(f"{where}?state=trash", headers=EN).content.decode()
    client.force_login(town.alice)
    assert "state=trash" in client.get(where, headers=EN).content.decode()
    page = client.get(f"{where}?state=trash", headers=EN).content.decode()
    assert "Bring Trips back" in page
    assert client.post(f"/chat/{trips.pk}/restore/").status_code == 302
    assert "The trash is empty" in client.get(f"{where}?state=trash", headers=EN).content.decode()


def test_a_rule_that_is_taken_back_while_it_is_carried_out_removes_nothing_more(town, trips, monkeypatch):
    chatting.say(town.alice, trips, "Kept")
    Message.objects.update(at=timezone.now() - timedelta(days=50))
    moderating.keep(make.act(town.alice), chatting.fresh(trips), 30)
    ruled(trips)
    found = list(moderating._ruled())
    moderating.keep(make.act(town.alice), chatting.fresh(trips), 0)
    monkeypatch.setattr(moderating, "_ruled", lambda: found)
    assert moderating.expire() == 0
    assert Message.objects.get().text == "Kept"


def test_what_is_brought_back_at_the_last_moment_is_not_erased(town, trips, monkeypatch):
    monkeypatch.setattr(channels, "ERASED_AT_ONCE", 2)
    root = chatting.say(town.alice, trips, "Hello")
    for number in range(4):
        chatting.say(town.bob, trips, str(number), root=root.pk)
    channels.throw_away(make.act(town.alice), chatting.fresh(trips))
    Channel.objects.filter(pk=trips.pk).update(deleted_at=timezone.now() - 2 * channels.KEPT)
    before = timezone.now() - channels.KEPT
    channels.bring_back(make.act(town.alice), chatting.fresh(trips))
    assert not channels.erase_thrown(trips.pk, before)
    assert Message.objects.count() == 5
    channels.throw_away(make.act(town.alice), chatting.fresh(trips))
    Channel.objects.filter(pk=trips.pk).update(deleted_at=timezone.now() - 2 * channels.KEPT)
    assert channels.erase_thrown(trips.pk, before)
    assert not Message.objects.exists()
