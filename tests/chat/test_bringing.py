"""Files that come with messages: kept in the space by the sender's rights, shown by those of whoever reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chat.actions import bringing, channels
from chat.models import Message
from collab.rights.right import CONTRIBUTOR, READER
from files.models import Node
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def send(client, trips, *names, text="", headers=SCRIPT, **fields):
    files = [SimpleUploadedFile(name, b"hello") for name in names]
    return client.post(f"/chat/{trips.pk}/say/", {"text": text, "files": files, **fields}, headers=headers)


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


def test_what_is_private_lands_in_no_folder_of_a_space(town, client):
    closed = chatting.channel(town.alice, town.space, "Board", closed=True)
    client.force_login(town.alice)
    for where in (closed, chatting.direct(town.alice, town.bob)):
        answer = send(client, where, "plan.txt", text="Look")
        assert answer.status_code == 403
        assert "open channels only" in answer.json()["detail"]
        assert 'type="file"' not in client.get(f"/chat/{where.pk}/").content.decode()
    assert not Message.objects.filter(text="Look").exists()
    assert not Node.objects.filter(name="plan.txt").exists()


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
