"""What is meant for one person: named, by a word of theirs, in threads, by signs; and who has read."""

import pytest

from chat import inbox, queries
from chat.actions import channels, listening, sitting
from chat.models import Follow, Keyword, Message, Seat
from collab.lib.errors import BadInput
from collab.rights import actions as rights
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting
from tests.files.web import signed_in, text
from tests.notifications.hearing import kinds

pytestmark = pytest.mark.django_db


def texts(rows):
    return [row.text for row in rows]


def heard(who):
    """What of the chat the person is told of."""
    return [kind for kind in kinds(who) if kind.startswith("chat.")]


def listen(who, *words):
    listening.listen_to(make.act(who), words)


def test_who_listens_to_a_word_hears_of_it_in_their_channels_alone(town):
    trips, other = chatting.channel(town.alice, town.space), chatting.channel(town.alice, town.space, "Other")
    sitting.join(make.act(town.bob), trips)
    listen(town.bob, "Été", "summer camp")
    listen(town.alice, "ete")
    listen(town.eve, "été")
    said = chatting.say(town.alice, trips, "L’ete arrive, and the **Summer  camp** too")
    chatting.say(town.alice, trips, "The summerhouse, étés and a camp in summer")
    chatting.say(town.alice, other, "été: not his channel")
    assert (said.people, said.listeners) == ([], [town.bob.pk])
    assert heard(town.bob) == ["chat.word"]
    assert chatting.mine(town.bob, trips).badge == 1
    assert texts(inbox.mentions(make.act(town.bob))) == [said.text]
    assert inbox.mentions(make.act(town.alice)) == []  # nobody hears of what they said themselves
    page = text(signed_in(town.bob).get("/chat/inbox/"))
    assert "Summer" in page
    # who is named by name is not told twice, and whoever mutes a channel hears of nothing there
    chatting.say(town.alice, trips, "@bob, été!")
    assert sorted(heard(town.bob)) == ["chat.named", "chat.word"]
    sitting.read(make.act(town.bob), chatting.fresh(trips), 99)
    sitting.prefer(make.act(town.bob), trips, level=Seat.Level.NOTHING)
    chatting.say(town.alice, trips, "@bob été")
    assert chatting.mine(town.bob, trips).badge == 0
    assert not town.bob.notifications.filter(read_at=None, kind__startswith="chat.").exists()


@pytest.mark.parametrize("word", ["a b c d", "!?", "x" * 41, "a\0b"])
def test_words_are_bounded(town, word):
    with pytest.raises(BadInput):
        listen(town.bob, word)
    with pytest.raises(BadInput):
        listen(town.bob, *map(str, range(listening.MOST + 1)))


def test_words_are_kept_on_their_page_and_go_with_the_line(town):
    browser = signed_in(town.bob)
    assert browser.post("/chat/words/", {"words": "Minibus\n\nsummer  camp\nminibus"}).status_code == 302
    assert list(Keyword.objects.order_by("pk").values_list("typed", flat=True)) == ["Minibus", "summer camp"]
    browser.post("/chat/words/", {"words": "summer camp"})
    assert list(Keyword.objects.values_list("typed", flat=True)) == ["summer camp"]
    refused = browser.post("/chat/words/", {"words": "!"})
    assert refused.status_code == 400
    assert "cannot be listened to" in text(refused)


def test_the_page_for_me_gathers_and_marks_as_read(town):
    trips = chatting.channel(town.alice, town.space)
    for number in range(2):
        chatting.say(town.alice, trips, f"@bob {number}")
    mine = chatting.say(town.bob, trips, "Mine")
    chatting.say(town.alice, trips, "Answer", root=mine.pk)
    sitting.react(make.act(town.alice), queries.found(make.act(town.alice), mine.pk)[0], "👍", on=True)
    sitting.react(make.act(town.bob), queries.found(make.act(town.bob), mine.pk)[0], "🎉", on=True)
    chatting.say(town.alice, trips, "@bob 3")
    bob = make.act(town.bob)
    assert texts(inbox.mentions(bob)) == ["@bob 3", "@bob 1", "@bob 0"]
    assert texts(inbox.threads(bob)) == ["Mine"]
    assert texts(inbox.signs(bob)) == ["Mine"]
    assert inbox.signs(make.act(town.alice)) == []
    browser = signed_in(town.bob)
    for show, words in (("mentions", "@bob 3"), ("threads", "Mine"), ("signs", "Mine"), ("nothing", "@bob 3")):
        assert words.replace("@bob", "") in text(browser.get(f"/chat/inbox/?show={show}"))
    assert browser.post("/chat/inbox/read/").status_code == 302
    assert chatting.mine(town.bob, trips).badge == 0
    assert inbox.threads(make.act(town.bob)) == []
    assert not town.bob.notifications.filter(read_at=None, kind__startswith="chat.").exists()
    assert texts(inbox.mentions(make.act(town.bob)))  # read, not gone


def test_nothing_of_what_one_may_not_read_is_for_one(town):
    closed = channels.make(make.act(town.alice), town.space, "Board", closed=True)
    rights.share(make.act(town.alice), closed, town.bob.principal, CONTRIBUTOR.mask)
    sitting.join(make.act(town.bob), closed)
    listen(town.bob, "budget")
    said = chatting.say(town.alice, closed, "@bob the budget")
    chatting.say(town.bob, closed, "Yes", root=said.pk)
    chatting.say(town.alice, closed, "Good", root=said.pk)
    assert inbox.mentions(make.act(town.bob))
    assert inbox.threads(make.act(town.bob))
    rights.unshare(make.act(town.alice), chatting.fresh(closed), town.bob.principal)
    later = chatting.say(town.alice, closed, "budget again")
    bob = make.act(town.bob)
    assert (later.listeners, inbox.mentions(bob), inbox.threads(bob), inbox.signs(bob)) == ([], [], [], [])
    # what was said before one's time is not one's either
    rights.share(make.act(town.alice), chatting.fresh(closed), town.bob.principal, CONTRIBUTOR.mask)
    Seat.objects.filter(channel=closed, user=town.bob).update(since=Message.objects.latest("pk").pk + 1)
    Follow.objects.filter(root=said).update(read=0)
    bob = make.act(town.bob)
    assert (inbox.mentions(bob), inbox.threads(bob)) == ([], [])


def test_a_channel_shows_who_has_read_only_where_that_was_chosen(town):
    trips = chatting.channel(town.alice, town.space)
    said = chatting.say(town.alice, trips)
    sitting.read(make.act(town.bob), chatting.fresh(trips), said.number)
    browser = signed_in(town.alice)
    assert "data-readers" not in text(browser.get(f"/chat/{trips.pk}/"))
    browser.post(f"/chat/{trips.pk}/settings/", {"title": "Trips", "receipts": "on"})
    assert f"[{town.bob.pk}, {said.number}, &quot;Bob&quot;]" in text(browser.get(f"/chat/{trips.pk}/"))


def test_who_keeps_to_themselves_what_they_read_is_shown_to_nobody_and_shown_nothing(town, monkeypatch):
    published = []
    told = "chat.actions.sitting.relay.publish_now"
    monkeypatch.setattr(told, lambda topic, said: published.append((topic.partition(":")[0], said.get("person"))))
    trips = chatting.channel(town.alice, town.space)
    make.change(trips, receipts=True)
    alice, bob = signed_in(town.alice), signed_in(town.bob)
    assert "switch" in text(bob.get("/chat/receipts/"))
    assert "/chat/receipts/" in text(bob.get("/settings/language/"))
    for on in (False, True):
        bob.post("/chat/receipts/", {"on": "on"} if on else {})
        assert (" checked" in text(bob.get("/chat/receipts/"))) is on
        said = chatting.say(town.alice, trips)
        published.clear()
        sitting.read(make.act(town.bob), chatting.fresh(trips), said.number)
        assert (("chat-read", town.bob.pk) in published) is on
        assert ("&quot;Bob&quot;" in text(alice.get(f"/chat/{trips.pk}/"))) is on
        assert ("data-readers" in text(bob.get(f"/chat/{trips.pk}/"))) is on
        assert "data-readers" in text(alice.get(f"/chat/{trips.pk}/"))


def test_all_read_can_be_taken_back_but_for_what_was_read_since(town):
    trips, other = chatting.channel(town.alice, town.space), chatting.channel(town.alice, town.space, "Other")
    for where in (trips, other):
        chatting.say(town.alice, where, "@bob hello")
    root = chatting.say(town.bob, trips, "Who drives?")
    chatting.say(town.alice, trips, "I do", root=root.pk)
    me, browser = make.act(town.bob), signed_in(town.bob)
    before = (chatting.mine(town.bob, other).badge, texts(inbox.threads(me)))
    told = browser.post("/chat/inbox/read/", headers={"accept": "application/json"}).json()["toast"]
    assert (queries.waiting(me), inbox.threads(me)) == (0, [])
    assert signed_in(town.alice).post(told["undo"], told["fields"]).status_code == 409
    chatting.say(town.alice, other, "@bob once more")
    assert browser.post(told["undo"], told["fields"]).status_code == 302
    assert (chatting.mine(town.bob, other).badge - 1, texts(inbox.threads(me))) == before == (1, ["Who drives?"])
    assert browser.post(told["undo"], told["fields"]).status_code == 409
    told = browser.post("/chat/inbox/read/", headers={"accept": "application/json"}).json()["toast"]
    sitting.read(me, chatting.fresh(other), 99)
    browser.post(told["undo"], told["fields"])
    assert chatting.mine(town.bob, other).badge == 0
