"""Quoting what was said, and saying it to others: only where one may, telling no more than they may know."""

import pytest

from chat import queries
from chat.actions import passing, posting
from chat.models import Channel, Message, Seat
from collab.lib.errors import Forbidden, NotFound
from collab.notifications.models import Notification
from collab.rights.right import READER
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def forward(who, message, where, text=""):
    found = queries.found(make.act(who), message.pk)[0]
    queries.dress([found])
    return passing.forward(make.act(who), found, chatting.fresh(where), text).message


def test_a_quotation_says_who_and_calls_nobody_again(town, trips, client):
    said = chatting.say(town.alice, trips, "@bob look at\n\n```py\nx = 1")
    Notification.objects.all().delete()
    client.force_login(town.alice)
    text = client.get(f"/chat/message/{said.pk}/quotation/", headers=EN).content.decode()
    assert text == (f"> [Alice wrote](/chat/message/{said.pk}/):\n> @bob look at\n>\n> ```py\n> x = 1\n> ```\n\n")
    again = chatting.say(town.alice, trips, text + "Yes")
    assert "<blockquote>" in again.html
    assert again.html.rstrip().endswith("<p>Yes</p>")
    assert again.people == []
    assert not Notification.objects.filter(kind="chat.named").exists()
    client.force_login(town.eve)
    assert client.get(f"/chat/message/{said.pk}/quotation/").status_code == 404


def test_a_name_is_no_markup(town, trips):
    type(town.bob).objects.filter(pk=town.bob.pk).update(display_name="**[x](/y)** @alice `")
    said = chatting.say(town.bob, trips, "Hi")
    found = queries.found(make.act(town.alice), said.pk)[0]
    queries.dress([found])
    html = chatting.say(town.alice, trips, passing.quotation(found) + "ok").html
    assert html.count("<a ") == 1
    assert "<strong>" not in html


def test_it_is_forwarded_with_who_said_it_and_not_where(town, trips):
    secret = chatting.channel(town.alice, town.space, "Secret plan", closed=True)
    said = chatting.say(town.alice, secret, "Buy **tents**")
    passed = forward(town.alice, said, trips, "As I said:")
    assert passed.text == "As I said:\n\n> **Alice**\n> Buy **tents**"
    assert passed.facts == {"from": said.pk}
    assert "Secret" not in passed.html
    # forwarded again, it comes from where it was first said
    direct = chatting.direct(town.bob, town.alice)
    assert forward(town.bob, passed, direct).facts == {"from": said.pk}


def test_only_what_one_reads_to_where_one_speaks(town, trips):
    said = chatting.say(town.alice, trips, "Plan")
    other = chatting.channel(town.alice, town.space, "Other")
    with pytest.raises(NotFound):
        forward(town.eve, said, other)
    make.share(town.alice, trips, town.eve, READER.mask)
    mine = chatting.channel(town.eve, make.make_space(town.eve, "Eve"))
    with pytest.raises(Forbidden):
        forward(town.eve, chatting.say(town.eve, mine, "Spam"), trips)
    with pytest.raises(NotFound):
        forward(town.eve, chatting.say(town.eve, mine, "Spam"), other)
    posting.take_back(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0])
    with pytest.raises(NotFound):
        forward(town.alice, said, other)
    # nor what was before one's time
    old = chatting.say(town.alice, trips, "Old")
    new = chatting.say(town.alice, trips, "New")
    Seat.objects.create(channel=trips, user=town.eve, since=new.pk)
    with pytest.raises(NotFound):
        forward(town.eve, old, mine)


def test_the_page_offers_channels_and_people_and_leads_there(town, trips, client):
    said = chatting.say(town.alice, trips, "Plan")
    chatting.channel(town.alice, town.space, "Other", announcements=True)
    client.force_login(town.alice)
    page = client.get(f"/chat/message/{said.pk}/forward/?q=bob", headers=EN).content.decode()
    assert f'value="person:{town.bob.pk}"' in page
    answer = client.post(f"/chat/message/{said.pk}/forward/", {"to": f"person:{town.bob.pk}", "text": "Look"})
    passed = Message.objects.latest("pk")
    assert passed.channel.form == Channel.Form.DIRECT
    assert answer.url.startswith(f"/chat/{passed.channel_id}/")
    for wrong in ("", "person:x", "channel:999999", f"person:{10**20}"):
        assert client.post(f"/chat/message/{said.pk}/forward/", {"to": wrong}).status_code in {400, 404}
    client.force_login(town.eve)
    assert client.get(f"/chat/message/{said.pk}/forward/").status_code == 404
