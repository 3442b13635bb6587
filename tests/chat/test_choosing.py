"""Files that lie here already, in a message: chosen by who may read them, seen by each reader's rights, or copied."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import tasks
from chat.actions import channels, scheduling
from chat.models import Message, Scheduled
from collab.notifications.models import Notification
from collab.rights.right import CONTRIBUTOR, READER
from collab.spaces.models import Space
from files.models import Node
from tests import town as make
from tests.chat import chatting
from tests.chat.test_bringing import EN, SCRIPT, files_of, send

pytestmark = pytest.mark.django_db
HOUR, TOMORROW = timedelta(hours=1), (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
PIECE = EN | {"hx-request": "true"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def own(town):
    """A file among alice's own, which nobody else sees."""
    home = Node.objects.get(space__owner=town.alice, parent=None)
    return make.make_file(town.alice, home, "budget.txt", b"hello")


def walk(client, **query):
    return client.get("/files/choose/", query, headers=PIECE)


def chosen(client, channel, *ids):
    return client.get(f"/chat/{channel.pk}/chosen/", {"file": ids}, headers=PIECE)


def test_one_walks_and_searches_to_what_one_may_read(town, own, client):
    make.make_file(town.alice, make.root_of(town.space), "plan.txt", b"x")
    client.force_login(town.alice)
    begin = walk(client).content.decode()
    assert f'value="{own.pk}"' in begin  # changed last
    assert f"into={own.parent_id}" in begin
    inside = walk(client, into=make.root_of(town.space).pk).content.decode()
    assert "plan.txt" in inside
    assert "budget.txt" not in inside
    assert "budget.txt" in walk(client, q="BUDG").content.decode()
    client.force_login(town.bob)
    assert "budget" not in walk(client).content.decode()
    assert "No file that you may see is called that." in walk(client, q="budg").content.decode()
    assert walk(client, into=own.parent_id).status_code == 404
    assert walk(client, into=own.pk).status_code == 404
    for hostile in ("x", "-1", "9" * 30):
        assert walk(client, into=hostile).status_code == 400


def test_a_long_folder_comes_in_pages_that_miss_nothing(town, client, monkeypatch):
    monkeypatch.setattr("files.views.choosing.PAGE", 2)
    root = make.root_of(town.space)
    folder = make.make_folder(town.alice, root, "Long")
    for name in ("b.txt", "a.txt", "C.txt"):
        make.make_file(town.alice, folder, name, b"x")
    make.make_folder(town.alice, folder, "Z")
    client.force_login(town.alice)
    first = walk(client, into=folder.pk)
    after = first.content.decode().partition("after=")[2].partition('"')[0]
    second = walk(client, into=folder.pk, after=after).content.decode()
    text = first.content.decode()
    assert [name in text for name in ("Z<", "a.txt", "b.txt", "C.txt")] == [True, True, False, False]
    assert [name in second for name in ("Z<", "a.txt", "b.txt", "C.txt")] == [False, False, True, True]


def test_it_is_said_how_many_may_not_see_it(town, trips, own, client):
    client.force_login(town.alice)
    page = chosen(client, trips, own.pk).content.decode()
    assert "1 person here may not see this file." in page
    assert "Put a copy into the channel’s folder" in page
    shared = make.make_file(town.alice, make.root_of(town.space), "plan.txt", b"x")
    assert "Everybody here may see it." in chosen(client, trips, shared.pk).content.decode()
    make.share(town.alice, trips, town.eve, READER.mask)
    assert "2 people here may not see this file." in chosen(client, trips, own.pk).content.decode()
    # what one may not see is not told of
    client.force_login(town.bob)
    assert "budget" not in chosen(client, trips, own.pk).content.decode()
    client.force_login(town.eve)
    assert chosen(client, trips, own.pk).status_code == 404  # she may only read here


def test_it_stays_where_it_is_and_each_sees_it_by_their_own_rights(town, trips, own, client):
    client.force_login(town.alice)
    for _time in range(2):
        answer = send(client, trips, chosen=own.pk, key="abcdefgh-1")
    message = Message.objects.get()
    assert answer.json()["id"] == message.pk
    assert message.facts["files"] == [own.pk]
    assert Node.objects.filter(name="budget.txt").count() == 1
    assert "budget.txt" in files_of(client, message)
    client.force_login(town.bob)
    assert "budget" not in files_of(client, message)
    assert "1 file that you may not see" in files_of(client, message)
    assert client.get(f"/files/download/{own.pk}/").status_code == 404
    make.share(town.alice, own, town.bob, READER.mask)
    assert "budget.txt" in files_of(client, message)


def test_a_copy_has_the_rights_of_the_channel_and_counts(town, trips, own, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    client.force_login(town.alice)
    before = Space.objects.get(pk=town.space.pk).used
    for channel, reader, out in ((trips, town.bob, town.eve), (closed, town.alice, town.bob)):
        assert send(client, channel, "new.txt", chosen=own.pk, copied=own.pk).status_code == 201
        message = Message.objects.filter(channel=channel).get()
        copy = Node.objects.get(parent__name=channel.title, name="budget.txt")
        assert copy.pk in message.facts["files"]
        assert own.pk not in message.facts["files"]
        assert len(message.facts["files"]) == 2
        assert make.read(copy) == b"hello"
        assert Node.objects.visible_to(make.act(reader)).filter(pk=copy.pk).exists()
        assert not Node.objects.visible_to(make.act(out)).filter(pk=copy.pk).exists()
    assert Space.objects.get(pk=town.space.pk).used == before + 4 * len(b"hello")
    talk = chatting.direct(town.alice, town.bob)
    assert send(client, talk, chosen=own.pk, copied=own.pk).status_code == 201
    copy = Node.objects.get(pk=Message.objects.latest("pk").facts["files"][0])
    assert copy.space.owner_id == town.alice.pk
    assert Node.objects.visible_to(make.act(town.bob)).filter(pk=copy.pk).exists()


def test_a_copy_beyond_the_quota_says_nothing(town, trips, own, client):
    Space.objects.filter(pk=town.space.pk).update(quota=1)
    client.force_login(town.alice)
    assert send(client, trips, chosen=own.pk, copied=own.pk).status_code in {413, 507}
    assert not Message.objects.exists()
    assert not Node.objects.filter(parent__name="Trips").exists()
    assert send(client, trips, chosen=own.pk).status_code == 201  # what stays counts nothing here


def test_ids_of_others_and_hostile_ones_are_refused_alike(town, trips, own, client):
    client.force_login(town.bob)
    told = set()
    folder = make.make_folder(town.alice, make.root_of(town.space), "Plans")
    for pk in (own.pk, 10**12, folder.pk):
        for more in ({}, {"copied": pk}):
            answer = send(client, trips, text="Look", chosen=pk, **more)
            told.add((answer.status_code, answer.json()["detail"]))
    assert told == {(409, "A file that you chose is gone, or you may not read it any more.")}
    for hostile in ("x", "-1", "1" * 40):
        assert send(client, trips, text="Look", chosen=hostile).status_code == 400
    mine = [make.make_file(town.alice, make.root_of(town.space), f"{n}.txt", b"x").pk for n in range(11)]
    assert send(client, trips, chosen=mine).status_code == 400
    assert not Message.objects.exists()


def test_who_may_add_no_files_may_still_show_what_they_have(town, trips, client):
    make.share(town.alice, trips, town.eve, CONTRIBUTOR.mask)
    home = Node.objects.get(space__owner=town.eve, parent=None)
    own = make.make_file(town.eve, home, "eve.txt", b"x")
    client.force_login(town.eve)
    assert send(client, trips, chosen=own.pk, copied=own.pk, headers=SCRIPT).status_code == 403
    assert not Message.objects.exists()
    assert send(client, trips, chosen=own.pk).status_code == 201


def test_where_files_are_off_for_somebody_the_clip_offers_the_device_alone(town, trips, client, monkeypatch):
    client.force_login(town.alice)
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert 'data-src="/files/choose/"' in page
    assert "From files" in page
    monkeypatch.setattr("collab.rights.switches.is_kind_on", lambda kind, actor: kind != Node.REF_KIND)
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "/files/choose/" not in page
    assert "From files" not in page
    assert 'type="file"' in page


def schedule(client, channel, *names, **fields):
    return send(client, channel, *names, headers=EN, to="later", **fields)


def due(one):
    Scheduled.objects.filter(pk=one.pk).update(at=timezone.now() - HOUR)
    return tasks.say_due()


def test_files_of_a_later_message_wait_among_ones_own_and_go_with_it(town, trips, own, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    client.force_login(town.alice)
    for channel in (trips, closed, chatting.direct(town.alice, town.bob)):
        answer = schedule(client, channel, "plan.txt", chosen=own.pk)
        one = Scheduled.objects.get()
        assert answer.url == f"/chat/scheduled/{one.pk}/"
        waiting = Node.objects.get(pk=one.waiting[0])
        assert (waiting.parent.name, waiting.space.owner_id) == ("To be sent", town.alice.pk)
        assert not Node.objects.visible_to(make.act(town.bob)).filter(pk=waiting.pk).exists()
        assert due(one) == 0  # no moment was chosen
        page = client.get(answer.url, headers=EN).content.decode()
        assert "plan.txt" in page
        assert "budget.txt" in page
        client.post(answer.url, {"text": "", "files": 1, "keep": one.files, "other": TOMORROW})
        assert "plan.txt" in client.get("/chat/scheduled/").content.decode()
        assert due(one) == 1
        message = Message.objects.filter(channel=channel).latest("pk")
        assert message.facts["files"] == [waiting.pk, own.pk]
        sent = Node.objects.get(pk=waiting.pk)
        assert sent.parent_id != waiting.parent_id
        assert Node.objects.visible_to(make.act(town.bob)).filter(pk=sent.pk).exists() == (channel != closed)
        assert not Scheduled.objects.exists()


def test_cancelled_its_files_go_and_come_back_with_it(town, trips, own, client):
    client.force_login(town.alice)
    schedule(client, trips, "plan.txt", "other.txt", chosen=own.pk, copied=own.pk)
    one = Scheduled.objects.get()
    act = f"/chat/scheduled/{one.pk}/"
    plan, other = one.waiting
    client.post(act, {"text": "Hi", "files": 1, "keep": [plan, own.pk], "other": TOMORROW})
    living = Node.objects.living().filter(pk__in=[plan, other])
    assert [node.pk for node in living.all()] == [plan]  # what was left out went
    client.post(f"{act}cancel/")
    assert not living.all().exists()
    assert Node.objects.living().filter(pk=own.pk).exists()  # what only was chosen stays where it is
    client.post(f"{act}restore/")
    assert [node.pk for node in living.all()] == [plan]
    client.post(f"{act}now/")
    files = Message.objects.get().facts["files"]
    assert files[0] == plan
    assert [Node.objects.get(pk=pk).parent.name for pk in files] == ["Trips", "Trips"]
    # what was never given a moment goes at night
    schedule(client, trips, "late.txt")
    late = Scheduled.objects.get()
    scheduling.tidy(timezone.now() + HOUR)
    assert not Scheduled.objects.exists()
    assert not Node.objects.living().filter(pk__in=late.waiting).exists()


def test_a_channel_that_closed_keeps_the_files_where_they_wait_and_tells_the_sender(town, trips, client):
    client.force_login(town.alice)
    schedule(client, trips, "plan.txt", text="Hi")
    one = Scheduled.objects.get()
    client.post(f"/chat/scheduled/{one.pk}/", {"text": "Hi", "files": 1, "keep": one.files, "other": TOMORROW})
    channels.archive(make.act(town.alice), trips, on=True)
    assert due(one) == 0
    one.refresh_from_db()
    assert one.why
    assert Notification.objects.filter(person=town.alice, kind="chat.unsaid").exists()
    assert Node.objects.get(pk=one.waiting[0]).space.owner_id == town.alice.pk
    assert not Message.objects.exists()
    channels.throw_away(make.act(town.alice), chatting.fresh(trips))
    channels.erase([trips.pk])
    assert not Scheduled.objects.exists()
    assert not Node.objects.living().filter(pk__in=one.waiting).exists()


def test_files_wait_for_who_may_write_there_alone(town, trips, own, client):
    make.share(town.alice, trips, town.eve, READER.mask)
    client.force_login(town.eve)
    assert schedule(client, trips, "plan.txt").status_code == 403
    client.force_login(town.bob)
    assert schedule(client, trips, text="Hi", chosen=own.pk).status_code == 409
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(town.alice)
    assert schedule(guarded, trips, "plan.txt").status_code == 403
    assert not Scheduled.objects.exists()
    assert not Node.objects.filter(name="plan.txt").exists()
    # the row of another is nobody else's to change
    client.force_login(town.alice)
    schedule(client, trips, "plan.txt")
    client.force_login(town.bob)
    assert client.get(f"/chat/scheduled/{Scheduled.objects.get().pk}/").status_code == 404
