"""Saying something: once, in order, by who may, and told to those whom it concerns."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat import drawing, queries, reading
from chat.actions import channels, posting, sitting
from chat.models import Channel, Follow, Message, Revision, Seat
from collab.events.models import Outbox
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from collab.notifications.models import Notification
from collab.rights import actions as rights
from collab.rights.right import CONTRIBUTOR, EDITOR, READER
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def carl(town):
    """Somebody who may talk in the space, and moderates nothing."""
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, CONTRIBUTOR.mask)
    return carl


def test_what_is_said_stands_in_order_with_a_number_and_a_clock(town, trips):
    first, second = (chatting.say(town.alice, trips, text) for text in ("One", "Two"))
    assert chatting.words(town.bob, trips) == ["One", "Two"]
    assert [first.number, second.number] == [1, 2]
    assert first.clock < second.clock == chatting.fresh(trips).clock


def test_a_page_that_sends_twice_says_it_once(town, trips):
    one = chatting.say(town.alice, trips, "Hi", key="abcdefgh-1")
    two = posting.say_once(make.act(town.alice), chatting.fresh(trips), "Hi", key="abcdefgh-1")
    assert two.message.pk == one.pk
    assert not two.new
    assert Message.objects.count() == 1


def test_a_key_of_another_channel_is_refused(town, trips):
    other = chatting.channel(town.alice, town.space, "Other")
    chatting.say(town.alice, trips, key="abcdefgh-1")
    with pytest.raises(Conflict):
        chatting.say(town.alice, other, key="abcdefgh-1")


def test_a_stranger_finds_nothing(town, trips):
    with pytest.raises(NotFound):
        chatting.mine(town.eve, trips)
    with pytest.raises(NotFound):
        chatting.say(town.eve, trips)


def test_who_may_only_read_says_nothing(town, trips):
    rights.share(make.act(town.alice), trips, town.eve.principal, READER.mask)
    with pytest.raises(Forbidden):
        chatting.say(town.eve, trips)
    assert chatting.words(town.eve, trips) == []


def test_no_words_of_it_are_in_the_outbox(town, trips):
    chatting.say(town.alice, trips, "A secret word")
    assert "secret" not in str(list(Outbox.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "\ud800", "x" * 16_001], ids=range(5))
def test_what_cannot_be_kept_is_refused(town, trips, text):
    with pytest.raises(BadInput):
        chatting.say(town.alice, trips, text)
    assert chatting.fresh(trips).clock == 0


def test_hostile_markdown_is_shown_as_words(town, trips):
    said = chatting.say(
        town.alice, trips, "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://e.example/p)"
    )
    assert "<script" not in said.html
    assert "<img" not in said.html
    assert 'href="javascript' not in said.html


def test_in_an_archived_channel_nothing_is_said(town, trips):
    channels.archive(make.act(town.alice), trips)
    with pytest.raises(Conflict):
        chatting.say(town.alice, trips)


def test_only_who_moderates_announces_but_others_answer(town, carl):
    news = chatting.channel(town.alice, town.space, "News", announcements=True)
    said = chatting.say(town.alice, news, "We move")
    with pytest.raises(Forbidden):
        chatting.say(carl, news, "Me too")
    with pytest.raises(Forbidden):
        chatting.say(carl, news, "Me too", root=said.pk, also=True)
    assert chatting.say(carl, news, "When?", root=said.pk).root_id == said.pk


def test_an_answer_stands_in_its_thread_and_counts_there(town, trips):
    root = chatting.say(town.alice, trips, "Who drives?")
    answer = chatting.say(town.bob, trips, "I do", root=root.pk)
    again = chatting.say(town.alice, trips, "Thanks", root=answer.pk)
    beginning, answers = queries.thread(chatting.mine(town.bob, trips), root.pk)
    assert [one.text for one in answers] == ["I do", "Thanks"]
    assert again.root_id == root.pk
    assert beginning.answered == 2
    assert chatting.words(town.bob, trips) == ["Who drives?"]
    assert set(Follow.objects.values_list("user", flat=True)) == {town.alice.pk, town.bob.pk}


def test_an_answer_shown_in_the_channel_too_has_a_number(town, trips):
    root = chatting.say(town.alice, trips, "Who drives?")
    chatting.say(town.bob, trips, "I do", root=root.pk, also=True)
    assert chatting.words(town.alice, trips) == ["Who drives?", "I do"]


def test_only_its_author_changes_it_and_what_it_was_is_kept(town, trips):
    said = chatting.say(town.alice, trips, "Tonigt")
    with pytest.raises(Forbidden):
        posting.edit(make.act(town.bob), queries.found(make.act(town.bob), said.pk)[0], "Nonsense")
    posting.edit(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0], "Tonight")
    assert chatting.words(town.bob, trips) == ["Tonight"]
    assert Revision.objects.get().text == "Tonigt"


def test_what_is_taken_back_leaves_its_place_and_no_word(town, trips):
    said = chatting.say(town.alice, trips, "Oops")
    posting.edit(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0], "Oops!")
    sitting.react(make.act(town.bob), queries.found(make.act(town.bob), said.pk)[0], "👍", on=True)
    posting.take_back(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0])
    said.refresh_from_db()
    assert (said.text, said.html, said.deleted_by) == ("", "", town.alice)
    assert not Revision.objects.exists()
    assert not said.reactions.exists()
    with pytest.raises(NotFound):
        posting.edit(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0], "Back")


def test_a_moderator_takes_out_what_others_said_a_member_does_not(town, trips, carl):
    said = chatting.say(town.alice, trips, "Rude")
    with pytest.raises(Forbidden):
        posting.take_back(make.act(carl), queries.found(make.act(carl), said.pk)[0])
    posting.take_back(make.act(town.bob), queries.found(make.act(town.bob), said.pk)[0])
    said.refresh_from_db()
    assert said.deleted_by == town.bob


def test_who_is_named_is_told_and_counts_it_until_it_is_read(town, trips):
    chatting.say(town.alice, trips, f"@{town.bob.username} come")
    assert chatting.mine(town.bob, trips).badge == 1
    assert Notification.objects.get(person=town.bob).kind == "chat.named"
    sitting.read(make.act(town.bob), chatting.fresh(trips), 1)
    assert chatting.mine(town.bob, trips).badge == 0
    assert Notification.objects.get(person=town.bob).read_at is not None


def test_who_cannot_see_it_cannot_be_named(town, trips):
    with pytest.raises(BadInput):
        chatting.say(town.alice, trips, f"@{town.eve.username} come")
    assert not Message.objects.exists()


def test_all_who_have_the_channel_are_called(town, trips):
    said = chatting.say(town.alice, trips, "@all the bus leaves")
    assert town.bob.pk in said.people
    assert town.alice.pk not in said.people
    assert town.eve.pk not in said.people


def test_nobody_who_wants_nothing_hears_of_more_than_their_name(town, trips):
    sitting.prefer(make.act(town.bob), chatting.fresh(trips), level="all")
    chatting.say(town.alice, trips, "One")
    assert Notification.objects.filter(person=town.bob, kind="chat.said").count() == 1
    Notification.objects.all().delete()
    sitting.prefer(make.act(town.bob), chatting.fresh(trips), level="nothing")
    chatting.say(town.alice, trips, "Two")
    assert not Notification.objects.filter(person=town.bob).exists()
    assert chatting.mine(town.bob, trips).badge == 0


def test_unread_is_counted_from_what_was_read(town, trips):
    sitting.join(make.act(town.bob), chatting.fresh(trips))
    for text in "abc":
        chatting.say(town.alice, trips, text)
    assert chatting.mine(town.bob, trips).unread == 3
    sitting.read(make.act(town.bob), chatting.fresh(trips), 2)
    sitting.read(make.act(town.bob), chatting.fresh(trips), 1)  # a slow page
    assert chatting.mine(town.bob, trips).unread == 1
    last = Message.objects.get(text="b")
    sitting.unread_from(make.act(town.bob), queries.found(make.act(town.bob), last.pk)[0])
    assert chatting.mine(town.bob, trips).unread == 2


def test_nobody_reads_what_was_said_before_their_time(town, trips):
    old = chatting.say(town.alice, trips, "Before")
    new = chatting.say(town.alice, trips, "After")
    Seat.objects.create(channel=trips, user=town.bob, since=new.pk)
    assert chatting.words(town.bob, trips) == ["After"]
    with pytest.raises(NotFound):
        queries.found(make.act(town.bob), old.pk)


def test_too_much_at_once_is_slowed_down(town, trips, monkeypatch):
    monkeypatch.setattr(posting, "MOST_AT_ONCE", 2)
    chatting.say(town.alice, trips, "1")
    chatting.say(town.alice, trips, "2")
    with pytest.raises(TooMany):
        chatting.say(town.alice, trips, "3")


def test_two_talk_in_one_conversation_whoever_begins(town):
    one, two = chatting.direct(town.alice, town.bob), chatting.direct(town.bob, town.alice)
    assert one.pk == two.pk
    chatting.say(town.bob, one, "Hi")
    assert chatting.mine(town.alice, one).badge == 1
    assert [str(one) for one in chatting.mine(town.alice, one).others] == [str(town.bob)]
    with pytest.raises(NotFound):
        chatting.mine(town.eve, one)


def test_an_administrator_reads_no_conversation_of_others(town):
    admin = make.make_user("root", "admin")
    with pytest.raises(NotFound):
        chatting.mine(admin, chatting.direct(town.alice, town.bob))


def test_a_private_channel_is_found_by_its_maker_alone_until_others_are_invited(town):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    with pytest.raises(NotFound):
        chatting.mine(town.bob, closed)
    rights.share(make.act(town.alice), chatting.fresh(closed), town.bob.principal, EDITOR.mask)
    assert chatting.mine(town.bob, closed).may_say


def test_a_conversation_outlives_who_began_it(town):
    between = chatting.direct(town.alice, town.bob)
    chatting.say(town.alice, between, "Keep this")
    from chat.actions import leaving

    leaving.leave(town.alice)
    between = Channel.objects.get(pk=between.pk)
    assert between.space.owner == town.bob
    assert chatting.words(town.bob, between) == ["Keep this"]


def test_pages_are_cut_and_go_on(town, trips, monkeypatch):
    monkeypatch.setattr(posting, "MOST_AT_ONCE", 1000)
    monkeypatch.setattr(queries, "PAGE", 4)
    said = [chatting.say(town.alice, trips, str(number)) for number in range(10)]
    mine = chatting.mine(town.bob, trips)
    assert [one.text for one in reading.page(mine).rows] == ["6", "7", "8", "9"]
    assert [one.text for one in reading.page(mine, before=said[6].pk).rows] == ["2", "3", "4", "5"]
    assert [one.text for one in reading.page(mine, after=said[6].pk).rows] == ["7", "8", "9"]
    assert "4" in [one.text for one in reading.page(mine, around=said[4].pk).rows]


def test_the_page_says_it_reads_it_and_links_to_it(town, trips):
    browser = Client()
    browser.force_login(town.bob)
    answer = browser.post(reverse("chat:say", args=[trips.pk]), {"text": "**Hello**"})
    said = Message.objects.get()
    assert answer["Location"] == f"/chat/{trips.pk}/?at={said.pk}#m{said.pk}"
    page = browser.get(f"/chat/{trips.pk}/").content.decode()
    assert "<strong>Hello</strong>" in page
    assert browser.get(f"/chat/message/{said.pk}/")["Location"].endswith(f"#m{said.pk}")
    assert browser.get(f"/chat/message/{said.pk}/source/").content == b"**Hello**"
    stranger = Client()
    stranger.force_login(town.eve)
    for address in (f"/chat/{trips.pk}/", f"/chat/message/{said.pk}/", f"/chat/{trips.pk}/pinned/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(reverse("chat:say", args=[trips.pk]), {"text": "x"}).status_code == 404


def test_every_page_is_drawn(town, trips):
    browser = Client()
    browser.force_login(town.alice)
    root = chatting.say(town.bob, trips, "Root")
    chatting.say(town.alice, trips, "Answer", root=root.pk)
    posting.pin(make.act(town.alice), queries.found(make.act(town.alice), root.pk)[0], on=True)
    chatting.direct(town.alice, town.bob)
    for address in (
        f"/chat/{trips.pk}/?thread={root.pk}", f"/chat/{trips.pk}/settings/", f"/chat/{trips.pk}/pinned/",
        "/chat/new/", f"/chat/message/{root.pk}/?edit", "/chat/threads/", "/chat/write/", "/chat/column/",
        f"/chat/@{town.space.slug}/",
    ):  # fmt: skip
        assert browser.get(address).status_code == 200, address
    assert browser.get("/chat/").status_code == 302
    for verb in ("star", "unstar", "leave", "join", "archive", "unarchive", "trash", "restore"):
        assert browser.post(f"/chat/{trips.pk}/{verb}/").status_code == 302, verb


def test_the_queries_of_a_page_do_not_grow(town, trips, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(posting, "MOST_AT_ONCE", 1000)
    browser = Client()
    browser.force_login(town.alice)
    for number in range(3):
        chatting.say(town.bob, trips, str(number))
    browser.get(f"/chat/{trips.pk}/")
    with django_assert_max_num_queries(32):
        browser.get(f"/chat/{trips.pk}/")
    for number in range(30):
        chatting.say(town.bob, trips, str(number))
        chatting.channel(town.alice, town.space, f"Channel {number}")
    with django_assert_max_num_queries(32):
        browser.get(f"/chat/{trips.pk}/")


def test_a_key_of_what_is_brought_over_is_nobodys(town, trips, client):
    """Whoever guesses it would keep a message of the other house from ever coming."""
    client.force_login(town.bob)
    answer = client.post(f"/chat/{trips.pk}/say/", {"text": "First", "key": f"in-{trips.pk}-{'a' * 20}"})
    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_whoever_is_named_by_a_change_has_the_channel_in_their_column(town, trips):
    said = chatting.say(town.alice, trips, "Hello")
    Seat.objects.filter(user=town.bob).delete()
    posting.edit(make.act(town.alice), said, "Hello @bob")
    seat = Seat.objects.get(channel=trips, user=town.bob)
    assert (seat.mentions, seat.left_at) == (1, None)


def test_the_end_of_a_long_thread_is_read_first_and_its_beginning_can_be_reached(town, trips, client):
    root = chatting.say(town.alice, trips, "Who comes?")
    Message.objects.bulk_create(
        Message(channel=trips, root=root, clock=root.clock, author=town.bob, text=f"no {number}", html=f"no {number},",
                at=timezone.now())
        for number in range(queries.ANSWERS + 5)
    )  # fmt: skip
    first, fifth = Message.objects.get(text="no 0"), Message.objects.get(text="no 5")
    client.force_login(town.bob)
    page = client.get(f"/chat/{trips.pk}/?thread={root.pk}").content.decode()
    assert f"no {queries.ANSWERS + 4}," in page
    assert "no 4," not in page
    assert f"upto={fifth.pk}" in page
    page = client.get(f"/chat/{trips.pk}/?thread={root.pk}&upto={fifth.pk}").content.decode()
    assert "no 0," in page
    assert "no 5," not in page
    assert client.get(f"/chat/message/{first.pk}/")["Location"].endswith(f"&upto={first.pk + 1}#m{first.pk}")
    assert "upto" not in client.get(f"/chat/message/{fifth.pk + 1}/")["Location"]


def test_a_long_article_is_not_kept_in_memory(town, trips):
    for words, kept in (("short", 1), ("long " * 3_000 + "`x` " * 240, 0)):
        drawing._drawn.clear()
        drawing.draw(queries.dress([chatting.say(town.alice, trips, words)])[0])
        assert len(drawing._drawn) == kept


def test_changes_are_bounded_for_a_message_and_for_a_person(town, trips, monkeypatch):
    said = chatting.say(town.bob, trips, "0")
    monkeypatch.setattr(posting, "MOST_CHANGES", 3)
    for number in range(1, 4):
        posting.edit(make.act(town.bob), said, str(number))
    with pytest.raises(Conflict):
        posting.edit(make.act(town.bob), said, "@alice")
    assert said.revisions.count() == 3
    other = chatting.say(town.bob, trips, "Other")
    monkeypatch.setattr(posting, "CHANGES_AT_ONCE", 1)
    monkeypatch.setattr(posting, "CHANGES_A_SECOND", 0.001)
    with pytest.raises(TooMany):
        for number in range(3):
            posting.edit(make.act(town.bob), other, str(number))
    assert other.revisions.count() < 3
