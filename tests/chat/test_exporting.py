"""A channel taken out of the house: whole, readable without it, by who may, and nothing that they do not read."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat import packing, queries
from chat.actions import exporting, posting, sitting
from chat.models import Export, Message, Seat
from collab.accounts.models import Rank
from collab.events import jobs
from collab.events.models import AuditEntry, Job
from collab.rights.models import Grant
from collab.rights.right import EDITOR, MANAGER
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    settings.EXPORTS_DIR = settings.BLOBS_DIR / "exports"
    shutil.rmtree(settings.EXPORTS_DIR, ignore_errors=True)


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def work() -> Job:
    job = Job.objects.latest("created_at")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def taken(client: Any, address: str, **fields: Any) -> zipfile.ZipFile:
    assert client.post(f"{address}export/", fields, headers=EN).status_code == 302
    job = work()
    assert job.state == "done", job.message
    page = client.get(f"{address}export/", headers=EN).content.decode()
    assert "Your archive is ready" in page
    answer = client.get(f"{address}export/download/", headers=EN)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert len(content) == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


def test_all_that_was_said_comes_out_with_threads_files_and_what_was_before(town, trips, client):
    client.force_login(town.alice)
    first = chatting.say(town.alice, trips, "Buses on **Friday** <b>")
    answer = chatting.say(town.alice, trips, "At eight", root=first.pk)
    gone = chatting.say(town.alice, trips, "A secret")
    posting.take_back(make.act(town.alice), queries.found(make.act(town.alice), gone.pk)[0])
    posting.edit(make.act(town.alice), queries.found(make.act(town.alice), answer.pk)[0], "At nine")
    sitting.react(make.act(town.alice), queries.found(make.act(town.alice), first.pk)[0], "👍", on=True)
    client.post(f"/chat/{trips.pk}/say/", {"files": [SimpleUploadedFile("a/b plan.txt", b"hello")], "text": "Plan"})
    archive = taken(client, f"/chat/{trips.pk}/", files="1")
    facts = json.loads(archive.read("Trips/channel.json"))
    assert facts["messages"] == 4
    assert facts["pieces"] == ["messages/0001.json"]
    said = json.loads(archive.read("Trips/messages/0001.json"))
    assert [one["text"] for one in said] == ["Buses on **Friday** <b>", "At nine", "", "Plan"]
    assert said[1]["thread"] == first.pk
    assert [one["text"] for one in said[1]["before"]] == ["At eight"]
    assert said[0]["reactions"] == {"👍": ["alice"]}
    assert said[2]["by_author"] is True
    [file] = said[3]["files"]
    assert archive.read(f"Trips/{file['path']}") == b"hello"
    page = archive.read("Trips/pages/0001.html").decode()
    assert "<strong>Friday</strong> &lt;b&gt;" in page
    assert "secret" not in archive.read("Trips/messages/0001.json").decode() + page
    assert f'href="../{file["path"].replace(" ", "%20")}"' in page
    assert 'href="pages/0001.html"' in archive.read("Trips/index.html").decode()
    entry = AuditEntry.objects.get(kind="channel-exported")
    assert (entry.actor_id, entry.subject_id) == (town.alice.pk, trips.pk)


def test_only_who_manages_takes_a_channel_out_until_the_last_moment(town, trips, client):
    make.share(town.alice, trips, town.eve, EDITOR.mask)
    client.force_login(town.eve)
    assert client.post(f"/chat/{trips.pk}/export/").status_code == 403
    assert client.get(f"/chat/{trips.pk}/export/download/").status_code == 403
    assert "export" not in client.get(f"/chat/{trips.pk}/").content.decode()
    client.force_login(town.alice)
    client.post(f"/chat/{trips.pk}/export/")
    # taken from her before the work began: nothing is written
    grants = Grant.objects.filter(principal=town.alice.principal)
    kept = list(grants)
    grants.delete()
    assert work().state == "failed"
    assert not list(exporting.folder().glob("*.zip"))
    Grant.objects.bulk_create(kept)


def test_each_of_two_takes_their_conversation_out_and_nobody_else(town, client):
    talk = chatting.direct(town.alice, town.bob)
    chatting.say(town.bob, talk, "Between us")
    root = make.make_user("root", Rank.OWNER)
    for person, status in ((root, 404), (town.eve, 404)):
        client.force_login(person)
        assert client.post(f"/chat/{talk.pk}/export/").status_code == status
    client.force_login(town.alice)
    archive = taken(client, f"/chat/{talk.pk}/")
    assert "Between us" in archive.read("Bob/messages/0001.json").decode()
    assert json.loads(archive.read("Bob/channel.json"))["people"] == ["Bob"]
    client.force_login(town.bob)
    assert client.get(f"/chat/{talk.pk}/export/download/").status_code == 404


def test_everything_is_what_one_manages_and_a_rank_opens_nothing(town, trips, client):
    chatting.say(town.alice, trips, "Buses")
    closed = chatting.channel(town.bob, town.space, "Board", closed=True)
    chatting.say(town.bob, closed, "Salaries")
    chatting.say(town.bob, chatting.direct(town.alice, town.bob), "Between us")
    client.force_login(make.make_user("root", Rank.OWNER))
    page = client.get("/chat/export/", headers=EN).content.decode()
    assert "You manage no channel" in page
    assert "whatever your rank" in page
    assert client.post("/chat/export/").status_code == 403
    client.force_login(town.alice)
    archive = taken(client, "/chat/")
    every = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Buses" in every
    assert "Salaries" not in every
    assert "Between us" not in every
    assert f"{town.space.name}/Trips/index.html" in archive.namelist()


def test_who_came_later_takes_out_what_they_may_read(town, trips, client):
    chatting.say(town.alice, trips, "Before their time")
    later = chatting.say(town.alice, trips, "In their time")
    make.share(town.alice, trips, town.eve, MANAGER.mask)
    Seat.objects.create(channel=trips, user=town.eve, since=later.pk)
    client.force_login(town.eve)
    archive = taken(client, f"/chat/{trips.pk}/")
    every = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Before their time" not in every
    assert "In their time" in every


def test_a_long_channel_comes_in_pieces(town, trips, client, monkeypatch):
    monkeypatch.setattr(packing, "PIECE", 10)
    monkeypatch.setattr(packing, "ROOTS", 7)
    now = timezone.now()
    rows = [
        Message(channel=trips, number=n, clock=n, author=town.alice, text=f"no. {n}", html=f"no. {n}", at=now)
        for n in range(1, 36)
    ]
    Message.objects.bulk_create(rows)
    answers = [
        Message(channel=trips, root=rows[n % 3], clock=40, author=town.alice, text=f"re {n}", html="", at=now)
        for n in range(30)
    ]
    Message.objects.bulk_create(answers)
    trips.number = 35
    trips.save(update_fields=["number"])
    client.force_login(town.alice)
    archive = taken(client, f"/chat/{trips.pk}/")
    pieces = [json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("Trips/messages/")]
    assert [len(piece) for piece in pieces] == [10, 10, 10, 10, 10, 10, 5]
    line = [one for piece in pieces for one in piece]
    assert len({one["id"] for one in line}) == 65
    first = [one["text"] for one in line if one["thread"] == rows[0].pk]
    assert first == [f"re {n}" for n in range(0, 30, 3)]
    assert [one["text"] for one in line if one["thread"] is None] == [f"no. {n}" for n in range(1, 36)]


def test_archives_end_with_their_day_and_strays_with_a_crash(town, trips, client, django_capture_on_commit_callbacks):
    client.force_login(town.alice)
    taken(client, f"/chat/{trips.pk}/")
    Export.objects.update(expires_at=timezone.now())
    assert client.get(f"/chat/{trips.pk}/export/download/").status_code == 404
    stray = exporting.folder() / "stray.zip"
    stray.write_bytes(b"")
    os.utime(stray, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        exporting.sweep()
    assert not Export.objects.exists()
    assert list(exporting.folder().iterdir()) == []


def test_an_archive_of_everything_goes_with_the_right_on_any_of_it(town, trips, client):
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    chatting.say(town.alice, board, "Secret")
    make.share(town.alice, chatting.fresh(board), town.bob, MANAGER.mask)
    make.share(town.alice, chatting.fresh(trips), town.bob, MANAGER.mask)
    client.force_login(town.bob)
    assert taken(client, "/chat/").namelist()
    grants = Grant.objects.filter(acl=chatting.fresh(board).acl, principal=town.bob.principal)
    grants.update(rights=1)
    assert client.get("/chat/export/download/").status_code == 403
    assert "Your archive is ready" not in client.get("/chat/export/", headers=EN).content.decode()
    grants.update(rights=int(MANAGER.mask))
    Export.objects.update(channels=None)  # of a time that did not note them
    assert client.get("/chat/export/download/").status_code == 403
