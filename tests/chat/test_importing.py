"""Talk brought over from Mattermost and Slack: as it was, once, told to nobody; hostile archives bring nothing."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import translation

from chat import queries, reading
from chat.actions import importing, pouring
from chat.models import Channel, Import, ImportPost, Message, Reaction, Seat
from chat.moving import bounds, opening
from collab.accounts.models import Rank, User
from collab.events import jobs
from collab.events.models import AuditEntry, Job
from collab.lib.errors import BadInput, Refusal, TooLarge
from collab.notifications.models import Notification
from collab.spaces.models import Space
from files.models import Node
from tests import town as make
from tests.chat import chatting, exports

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)


@pytest.fixture
def root(town: Any) -> User:
    for who, address in ((town.alice, "alice@example.org"), (town.bob, "Bob@example.org")):
        who.email = address
        who.save()
    return make.make_user("root", Rank.OWNER)


@pytest.fixture
def bring(root: Any, client: Any) -> Any:
    """Upload an export, look at it, let it come."""

    def brought(content: bytes, name: str = "export.zip", **fields: Any) -> Import:
        client.force_login(root)
        answer = client.post("/chat/import/", {"files": SimpleUploadedFile(name, content), **fields}, headers=EN)
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        job = work()
        assert job.state == "done", job.message
        one = Import.objects.latest("pk")
        assert client.get(f"/chat/import/{one.pk}/", headers=EN).status_code == 200
        assert client.post(f"/chat/import/{one.pk}/begin/").status_code == 302
        job = work()
        assert job.state == "done", job.message
        one.refresh_from_db()
        return one

    return brought


def work() -> Job:
    job = Job.objects.order_by("created_at").last()
    assert job is not None
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def channel(title: str) -> Channel:
    return Channel.objects.select_related("space", "acl").get(title=title)


def test_mattermost_comes_with_its_authors_dates_threads_signs_and_files(town, root, bring):
    one = bring(exports.mattermost_zip())
    assert one.ended_at is not None
    assert (one.taken, one.files) == (9, 2)
    space = Space.objects.get(name="The club")
    trips = channel("Trips")
    assert (trips.space_id, trips.form, trips.purpose) == (space.pk, "open", "Buses and hotels")
    rows = reading.page(chatting.mine(town.alice, trips)).rows
    assert [(row.text, str(row.author) if row.author else None, row.name) for row in rows] == [
        ("First, @zoe @bob **bold**", "Bob", ""), ("Second", "Alice", ""),
        ("Third, 🎉 and `:tada:`", None, "Zoe Martin"), ("Rain", None, "Météo"),
    ]  # fmt: skip
    first = rows[0]
    assert first.at == datetime.fromtimestamp(exports.MOMENT / 1000 + 10, UTC)
    assert first.edited_at is not None
    assert first.pinned_at is not None
    assert first.signs == {"👍": [town.alice.pk], ":clubhouse:": [town.alice.pk]}
    assert '<span class="named">@Bob</span>' in first.html
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    root_row, answers = queries.thread(chatting.mine(town.alice, trips), first.pk)
    assert [answer.text for answer in answers] == ["Answer one", "Answer two"]
    assert root_row.answered == 2
    [file] = rows[1].facts["files"]
    node = Node.objects.get(pk=file)
    assert (make.read(node), node.name, node.parent.name, node.space_id) == (b"the plan", "plan.txt", "Trips", space.pk)
    reasons = {"system": 1, "sign": 1, "place": 1}
    assert {why: count for why, count in one.why.items() if why in reasons} == reasons
    entry = AuditEntry.objects.get(kind="chat-imported")
    assert (entry.actor_id, entry.subject_name) == (root.pk, "export.zip")


def test_those_who_were_there_are_there_and_nobody_else_and_nobody_is_told(town, root, bring):
    bring(exports.mattermost_zip())
    board, trips = channel("Board"), channel("Trips")
    assert chatting.words(town.bob, board) == ["The budget"]
    for stranger in (town.eve, root):
        assert not Channel.objects.visible_to(make.act(stranger)).filter(pk=board.pk).exists()
        assert not Node.objects.visible_to(make.act(stranger)).filter(name="budget.ods").exists()
    kept = Node.objects.visible_to(make.act(town.bob)).get(name="budget.ods")
    assert (make.read(kept), kept.mtime) == (b"the budget", exports.MOMENT // 1000 + 50)
    assert not Channel.objects.visible_to(make.act(town.eve)).filter(pk=trips.pk).exists()
    assert chatting.words(town.alice, Channel.objects.get(form="direct")) == ["Between us"]
    alone = Channel.objects.get(form="group")
    assert (alone.title, chatting.words(town.alice, alone)) == ("Zoe Martin", ["Zoe to Alice"])
    assert not Message.objects.filter(text__contains="Nobody is here").exists()
    for who in (town.alice, town.bob):
        assert [one.title for one in queries.column(make.act(who)) if one.unread or one.badge] == []
        assert "Trips" in [one.title for one in queries.column(make.act(who))]
    assert not Seat.objects.filter(user=root).exists()
    assert not Notification.objects.exists()


def test_what_came_twice_is_here_once_and_what_is_newer_comes_to_it(town, root, bring):
    bring(exports.mattermost_zip())
    before = set(Message.objects.values_list("pk", flat=True))
    own = chatting.say(town.alice, channel("Trips"), "Said here meanwhile")
    newer = exports.post("alice", "A newer one", 90)
    late = exports.post("rob", "First, @zoe @rob **bold**", 10, replies=[exports.reply("alice", "A late answer", 99)])
    one = bring(exports.mattermost_zip(newer, late))
    assert set(Message.objects.values_list("pk", flat=True)) - before - {own.pk} == set(
        Message.objects.filter(text__in=["A newer one", "A late answer"]).values_list("pk", flat=True)
    )
    assert (one.taken, one.present, one.files) == (2, 9, 0)
    assert Channel.objects.filter(form__in=["open", "closed"]).count() == 3
    assert Channel.objects.filter(form__in=["direct", "group"]).count() == 2
    assert Node.objects.filter(name__startswith="plan").count() == 1
    _root, answers = queries.thread(chatting.mine(town.alice, channel("Trips")), Message.objects.get(answered=3).pk)
    assert answers[-1].text == "A late answer"
    assert chatting.mine(town.bob, channel("Trips")).unread == 1
    # who has an account by now is known, and still nothing is here twice
    make.make_user("zoe", email="zoe@example.org")
    assert bring(exports.mattermost_zip()).taken == 1


def test_a_worker_that_dies_goes_on_where_it_was(town, root, bring, monkeypatch, client):
    monkeypatch.setattr(pouring, "BATCH", 2)
    real, calls = pouring.Pouring._count, []

    def dies(self: Any, *args: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        real(self, *args)

    monkeypatch.setattr(pouring.Pouring, "_count", dies)
    with pytest.raises(SystemExit):
        bring(exports.mattermost_zip())
    one = Import.objects.get()
    said = Message.objects.count()
    assert 0 < said == one.taken
    Job.objects.update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    job = work()
    assert job.state == "done", job.message
    one.refresh_from_db()
    assert (one.taken, Message.objects.count(), ImportPost.objects.count()) == (9, 9, 0)
    assert Node.objects.filter(name__startswith="plan").count() == 1


def test_slack_comes_with_its_markup_as_markdown(town, root, bring):
    one = bring(exports.slack(), "Le club Slack export Jan 1 2023.zip")
    assert one.house == "slack"
    assert channel("general").space.name == "Le club"
    rows = reading.page(chatting.mine(town.alice, channel("general"))).rows
    assert [(row.text, row.name) for row in rows] == [
        ("**Hello** @zoe & [the _page_](<https://example.org/a_b>)\n- one", ""),
        ("> **Done**\n>\n> All green", "Build"),
        ("See\n\n📎 [The plan](<https://x.slack.com/files/F1>)", ""),
    ]  # fmt: skip
    assert rows[0].signs == {"🎉": [town.bob.pk], "👍": [town.bob.pk]}
    _root, [answer] = queries.thread(chatting.mine(town.alice, channel("general")), rows[0].pk)
    assert (answer.text, answer.name) == ("Yes", "Zoé")
    old = channel("old")
    assert old.archived_at is not None
    assert (channel("board").form, chatting.words(town.bob, channel("board"))) == ("closed", ["Budget"])
    assert chatting.words(town.alice, Channel.objects.get(form="direct")) == ["Psst"]
    assert chatting.words(town.bob, Channel.objects.get(form="group")) == ["We three"]
    assert bring(exports.slack()).taken == 0


def test_only_administrators_bring_anything_over(town, client):
    client.force_login(town.alice)
    assert client.get("/chat/import/").status_code == 403
    upload = {"files": SimpleUploadedFile("export.zip", exports.slack())}
    assert client.post("/chat/import/", upload).status_code == 403
    assert not Import.objects.exists()
    with pytest.raises(CommandError):
        call_command("import_chat", "nothing.zip", "--as", "alice")


def test_reading_changes_nothing_and_says_what_would_come(town, root, client):
    client.force_login(root)
    assert 'href="/chat/import/"' in client.get("/administration/").content.decode()
    client.post("/chat/import/", {"files": SimpleUploadedFile("e.zip", exports.mattermost_zip())})
    assert work().state == "done"
    one = Import.objects.get()
    page = client.get(f"/chat/import/{one.pk}/", headers=EN).content.decode()
    for words in ("The club", "a new space", "Trips", "Zoe Martin", "Rob Martin → Bob", "zoe@example.org"):
        assert words in page
    assert not Message.objects.exists()
    assert not Space.objects.filter(name="The club").exists()
    assert client.post(f"/chat/import/{one.pk}/discard/").status_code == 302
    assert not ImportPost.objects.exists()


def test_a_file_alone_and_equal_names_are_taken_by_the_command_too(town, root, tmp_path):
    path = tmp_path / "import.jsonl"
    User.objects.update(email=None)
    path.write_bytes(exports.mattermost())
    out = io.StringIO()
    call_command("import_chat", str(path), "--as", "root", stdout=out)
    assert "10 messages" in out.getvalue()
    assert "0 of them known" in out.getvalue()
    assert not Message.objects.exists()
    with translation.override("en"):
        call_command("import_chat", str(path), "--as", "root", "--by-username", "--yes", stdout=out)
    assert Message.objects.filter(author=town.alice, text="Second").exists()
    assert "the archive" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"hello", BadInput), (b"PK\x03\x04 no archive", BadInput), (b"", BadInput),
        (exports.zipped({"a.txt": "nothing"}), BadInput),
        (exports.lines({"type": "team", "team": {}}), BadInput),
        (exports.lines({"type": "version", "version": 2}), BadInput),
        (exports.zipped({"import.jsonl": b"{" * 3_000_000}), BadInput),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_with_a_sentence(content, error):
    with pytest.raises(error):
        list(opening.opened(io.BytesIO(content)).records(lambda done, total: None))


def test_hostile_archives_are_bounded(monkeypatch):
    bomb = exports.zipped({"import.jsonl": exports.mattermost() + b"x" * 40_000_000})
    monkeypatch.setattr(bounds, "MOST_INFLATED", 10_000_000)
    with pytest.raises(TooLarge):
        list(opening.opened(io.BytesIO(bomb)).records(lambda done, total: None))
    liar = bytearray(exports.zipped({"import.jsonl": "{}"}))
    place = liar.rfind(b"PK\x05\x06")
    liar[place + 12 : place + 16] = (2**31).to_bytes(4, "little")
    with pytest.raises(TooLarge):
        opening.opened(io.BytesIO(bytes(liar)))
    inside = exports.zipped({"import.jsonl": exports.mattermost(), "data/a.txt": b"a", "../../etc/passwd": b"root"})
    source = opening.opened(io.BytesIO(inside))
    assert source.blocks("../../etc/passwd") is None
    assert source.blocks("a.txt") is not None


def test_wrong_lines_are_told_and_the_others_come(town, root, bring):
    strange: list[Any] = [
        {"type": "post", "post": []}, {"type": 5}, {"type": "post"}, {"type": "comet", "comet": {}},
        exports.post("rob", "", 70), exports.post("rob", "No moment", create_at="yesterday"),
        exports.post("rob", "Elsewhere", 70, "no-such-channel"),
        exports.post("rob", "\ud800bad \0 sign", 71), exports.post("rob", "long " * 10_000, 72),
        exports.post("rob", "odd", 73, reactions="x", replies={"a": 1}, attachments=[3, {"path": "../../secret"}]),
        exports.post("rob", "nested", 74, props=[[]]),
    ]  # fmt: skip
    raw = exports.mattermost() + b"{broken\n" + b"[" * 200_000 + b"\n" + b'"\xff\xfe"\n' + exports.lines(*strange)
    one = bring(raw + b"x" * (bounds.MOST_LINE + 10) + b"\n", "import.jsonl")
    assert one.taken == 13
    assert one.why["broken"] == 7
    assert (one.why["long"], one.why["kind"], one.why["empty"], one.why["channel"]) == (1, 1, 1, 1)
    assert one.why["missing"] == 4
    assert Message.objects.filter(text="bad  sign").exists()
    assert max(map(len, Message.objects.values_list("text", flat=True))) == 16_000
    assert Reaction.objects.count() == 1


def test_a_fence_of_slack_and_its_addresses_stay_what_they_are():
    from chat.moving.mrkdwn import to_markdown

    assert to_markdown("a *b* c*d*e _f_ `*g*`", {}, {}) == "a **b** c*d*e _f_ `*g*`"
    assert to_markdown("```x <https://a.org> *y*```", {}, {}) == "\n```\nx https://a.org *y*\n```\n"
    assert to_markdown("<!here> <#C1|trips> <javascript:alert(1)>", {}, {}) == "@here #trips <javascript:alert(1)>"
    with pytest.raises(Refusal):
        opening.opened(io.BytesIO(json.dumps([1]).encode()))
    assert importing.REASONS.keys() >= {"broken"}
