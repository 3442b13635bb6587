"""Files that come with messages: kept in the space by the sender's rights, shown by those of whoever reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chat.actions import bringing, channels
from chat.models import Message
from collab.activity import stream
from collab.activity.scope import Scope
from collab.rights import actions as rights
from collab.rights import lineage
from collab.rights.right import CONTRIBUTOR, READER, Right
from files.actions import moving
from files.models import Node
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def send(client, trips, *names, text="", headers=SCRIPT, to="say", **fields):
    files = [SimpleUploadedFile(name, b"hello") for name in names]
    return client.post(f"/chat/{trips.pk}/{to}/", {"text": text, "files": files, **fields}, headers=headers)


def files_of(client, message, **headers):
    return client.get(f"/chat/message/{message.pk}/files/", headers=EN | headers).content.decode()


def test_they_lie_in_the_folder_of_the_channel_and_are_said_once(town, trips, client):
    client.force_login(town.alice)
    for _time in range(2):
        answer = send(client, trips, "plan.txt", "photo.jpg", key="abcdefgh-1")
    message = Message.objects.get()
    assert answer.json()["id"] == message.pk
    nodes = [Node.objects.get(pk=pk) for pk in message.facts["files"]]
    assert [(one.name, one.parent.name, one.parent.parent.name) for one in nodes] == [
        ("plan.txt", "Trips", "Discussions"), ("photo.jpg", "Trips", "Discussions"),
    ]  # fmt: skip
    assert {one.space_id for one in nodes} == {town.space.pk}
    assert make.read(nodes[0]) == b"hello"
    assert Node.objects.filter(name="plan.txt").count() == 1
    # another of the same name lies beside it
    send(client, trips, "plan.txt", text="Newer")
    newer = Node.objects.get(pk=Message.objects.latest("pk").facts["files"][0])
    assert newer.parent_id == nodes[0].parent_id
    assert newer.name != "plan.txt"
    page = files_of(client, message)
    assert "plan.txt" in page
    assert f"/files/preview/{nodes[1].pk}/medium/" in page
    assert f"/files/preview/{nodes[0].pk}/" not in page


def test_without_script_the_form_brings_them_and_the_page_names_none(town, trips, client):
    client.force_login(town.alice)
    page = client.get(f"/chat/{trips.pk}/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' in page
    answer = send(client, trips, "salaries.txt", headers=EN)
    assert answer.status_code == 302
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "1 file" in page
    assert "salaries" not in page
    assert "salaries" not in client.get(f"/chat/message/{Message.objects.get().pk}/", follow=True).content.decode()


def test_who_reads_the_channel_and_not_the_file_learns_no_name(town, trips, client):
    client.force_login(town.alice)
    send(client, trips, "salaries.txt", text="Look")
    make.share(town.alice, trips, town.eve, READER.mask)
    client.force_login(town.eve)
    message = Message.objects.get()
    page = client.get(f"/chat/{trips.pk}/", headers=EN).content.decode()
    assert "Look" in page
    assert "salaries" not in page
    for headers in ({}, {"hx-request": "true"}):
        shown = files_of(client, message, **headers)
        assert "1 file that you may not see" in shown
        assert "salaries" not in shown
        assert "/rights/thing/node/" not in shown


def test_a_stranger_finds_no_files(town, trips, client):
    client.force_login(town.alice)
    send(client, trips, "plan.txt")
    client.force_login(town.eve)
    assert client.get(f"/chat/message/{Message.objects.get().pk}/files/").status_code == 404
    assert send(client, trips, "mine.txt").status_code == 404


def test_who_may_talk_and_add_no_files_is_refused_and_nothing_is_said(town, trips, client):
    make.share(town.alice, trips, town.eve, CONTRIBUTOR.mask)
    client.force_login(town.eve)
    answer = send(client, trips, "plan.txt", text="Look")
    assert answer.status_code == 403
    assert "Nothing was sent" in answer.json()["detail"]
    assert not Message.objects.exists()
    assert not Node.objects.filter(name__in=["plan.txt", "Discussions"]).exists()


def test_in_a_channel_where_one_only_reads_no_file_is_kept(town, trips, client):
    channels.archive(make.act(town.alice), trips, on=True)
    client.force_login(town.alice)
    assert send(client, trips, "plan.txt").status_code == 409
    assert not Node.objects.filter(name="plan.txt").exists()


def test_what_is_sent_in_a_private_channel_is_seen_by_who_reads_it_and_by_no_other_door(town, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    make.share(town.alice, closed, town.eve, CONTRIBUTOR.mask)  # of the channel alone: she has no right on the space
    client.force_login(town.eve)
    assert send(client, closed, "salaries.txt").status_code == 201
    message = Message.objects.get()
    node = Node.objects.get(pk=message.facts["files"][0])
    assert node.space_id == town.space.pk
    assert (node.parent.name, node.parent.parent.name) == ("Board", "Discussions")
    assert "salaries.txt" in files_of(client, message)
    for door in (f"/rights/thing/node/{node.parent.pk}/", f"/chat/message/{message.pk}/files/"):
        client.force_login(town.alice)
        assert "salaries" in client.get(door, follow=True).content.decode(), door
        client.force_login(town.bob)  # an editor of the space, who is not in the channel
        assert "salaries" not in client.get(door, follow=True).content.decode(), door
    make.unshare(town.alice, closed, town.eve)
    assert not Node.objects.visible_to(make.act(town.eve)).filter(pk=node.pk).exists()
    # a second one lies beside it, whatever the channel is called by now
    client.force_login(town.alice)
    channels.change(make.act(town.alice), chatting.fresh(closed), title="Committee")
    send(client, closed, "plan.txt")
    assert Node.objects.get(name="plan.txt").parent_id == node.parent_id


def test_activity_tells_of_the_file_and_not_of_the_folders_that_the_house_made_for_it(town, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    client.force_login(town.alice)
    send(client, closed, "salaries.txt")
    made = [line.title for line in stream.page(make.act(town.alice), Scope()).lines if line.ref[0] == "node"]
    assert made == ["salaries.txt"]


def test_moving_the_folder_of_a_private_channel_shows_it_to_nobody(town, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    client.force_login(town.alice)
    send(client, closed, "salaries.txt")
    node = Node.objects.get(name="salaries.txt")
    away = make.make_folder(town.bob, make.root_of(town.space), "Away")
    moving.move(make.act(town.alice), node.parent, away, node.parent.name)
    discussions = Node.objects.get(name="Discussions")
    make.share(town.alice, discussions, town.eve, READER.mask)
    make.share(town.alice, away, town.eve, READER.mask)
    for person in (town.bob, town.eve):
        assert not Node.objects.visible_to(make.act(person)).filter(pk=node.pk).exists()
    send(client, closed, "plan.txt")
    assert Node.objects.get(name="plan.txt").parent_id == node.parent_id
    # somebody opens the folder: what comes next is kept to the channel, in another one
    rights.inherit(make.act(town.alice), make.fresh(node.parent))
    assert Node.objects.visible_to(make.act(town.bob)).filter(pk=node.pk).exists()
    send(client, closed, "later.txt")
    assert not Node.objects.visible_to(make.act(town.bob)).filter(name="later.txt").exists()


def test_between_people_they_lie_among_the_files_of_whoever_sends_them(town, client):
    talk = chatting.direct(town.alice, town.bob)
    for person in (town.alice, town.bob):
        client.force_login(person)
        for name in ("one.txt", "two.txt"):
            assert send(client, talk, f"{person.username}-{name}").status_code == 201
    for person, other in ((town.alice, town.bob), (town.bob, town.alice)):
        nodes = Node.objects.filter(name__startswith=person.username).order_by("pk")
        assert {one.space.owner_id for one in nodes} == {person.pk}
        assert {one.parent.name for one in nodes} == {str(other)}
        assert Node.objects.visible_to(make.act(other)).filter(pk=nodes[0].pk).exists()
        assert not Node.objects.visible_to(make.act(town.eve)).filter(pk=nodes[0].pk).exists()
        assert make.act(person).can(nodes[0], Right.MANAGE)
        assert not make.act(other).can(nodes[0], Right.DELETE)
    client.force_login(town.bob)
    assert "alice-one.txt" in files_of(client, Message.objects.order_by("pk").first())


def test_when_the_channel_goes_its_files_stay_with_those_who_read_it(town, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    make.share(town.alice, closed, town.bob, CONTRIBUTOR.mask)
    client.force_login(town.alice)
    send(client, closed, "salaries.txt")
    channels.throw_away(make.act(town.alice), chatting.fresh(closed))
    channels.erase([closed.pk])
    node = Node.objects.get(name="salaries.txt")
    assert make.act(town.alice).can(node, Right.MANAGE)
    assert make.act(town.bob).can(node, Right.ADD)
    assert not make.act(town.eve).can(node, Right.SEE)
    assert lineage.verify() == []


def test_too_many_and_too_large_are_refused_whole(town, trips, client, monkeypatch):
    client.force_login(town.alice)
    assert send(client, trips, *[f"{number}.txt" for number in range(11)]).status_code == 400
    monkeypatch.setattr(bringing, "EACH", 4)
    answer = send(client, trips, "large.txt", text="Look")
    assert answer.status_code == 400
    assert "large.txt" in answer.json()["detail"]
    assert not Message.objects.exists()
    assert not Node.objects.filter(name__endswith=".txt", parent__name="Trips").exists()


def test_a_form_of_another_site_says_nothing(town, trips):
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.alice)
    assert send(client, trips, "plan.txt").status_code == 403
    assert client.post(f"/chat/{trips.pk}/say/", "text=Hi", "application/x-www-form-urlencoded").status_code == 403
    assert not Message.objects.exists()


def test_taken_back_it_shows_no_files(town, trips, client):
    client.force_login(town.alice)
    send(client, trips, "plan.txt")
    message = Message.objects.get()
    client.post(f"/chat/message/{message.pk}/take-back/")
    assert "plan.txt" not in files_of(client, message)
