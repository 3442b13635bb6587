"""Small exports in the shape that Mattermost and Slack give, as bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image

MOMENT = 1700000000000


def zipped(members: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


def picture() -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(sink, "PNG")
    return sink.getvalue()


def lines(*things: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in things)


def member(username: str, email: str, roles: str = "team_user", channels: tuple[str, ...] = (), **more: Any) -> Any:
    inside = [{"name": name, "roles": "channel_user"} for name in ("town-square", *channels)]
    return {
        "type": "user",
        "user": {
            "username": username, "email": email, "auth_service": "", "nickname": "", "first_name": username.title(),
            "last_name": "Martin", "position": "", "roles": "system_user", "locale": "fr", "delete_at": 0,
            "teams": [{"name": "club", "theme": None, "roles": roles, "channels": inside}], **more,
        },
    }  # fmt: skip


def post(user: str, message: str, after: int = 0, channel: str = "trips", **more: Any) -> dict[str, Any]:
    return {
        "type": "post",
        "post": {
            "team": "club", "channel": channel, "user": user, "type": "", "message": message, "props": {},
            "create_at": MOMENT + after * 1000, "edit_at": 0, "reactions": None, "replies": None,
            "attachments": None, "is_pinned": False, **more,
        },
    }  # fmt: skip


def reply(user: str, message: str, after: int, **more: Any) -> dict[str, Any]:
    return {"user": user, "type": "", "message": message, "create_at": MOMENT + after * 1000, "edit_at": 0, **more}


def mattermost(*more: dict[str, Any]) -> bytes:
    """A club: alice and bob (who is rob there) have accounts here, zoe has none."""
    return lines(
        {"type": "version", "version": 1, "info": {"generator": "mattermost-server", "version": "9.5.1"}},
        {"type": "role", "role": {"name": "system_admin"}},
        {"type": "emoji", "emoji": {"name": "clubhouse", "image": "emoji/a/image"}},
        {"type": "team", "team": {"name": "club", "display_name": "The club", "type": "I", "description": "All of us"}},
        *(
            {"type": "channel", "channel": {"team": "club", "name": name, "display_name": title, "type": kind,
             "header": "", "purpose": purpose, "deleted_at": 0}}
            for name, title, kind, purpose in (
                ("town-square", "Town Square", "O", ""), ("trips", "Trips", "O", "Buses and hotels"),
                ("board", "Board", "P", ""),
            )
        ),
        member("alice", "Alice@Example.org", "team_user team_admin", ("trips", "board")),
        member("rob", "bob@example.org", channels=("trips", "board")),
        member("zoe", "zoe@example.org", channels=("trips",)),
        {"type": "bot", "bot": {"username": "weather", "owner": "alice", "display_name": "Weather bot"}},
        # not in the order of time, as Mattermost gives them
        post("zoe", "Third, :tada: and `:tada:`", 30),
        post("rob", "First, @zoe @rob **bold**", 10, is_pinned=True, edit_at=MOMENT + 11000,
             reactions=[{"user": "alice", "emoji_name": "+1", "create_at": MOMENT},
                        {"user": "zoe", "emoji_name": "+1", "create_at": MOMENT},
                        {"user": "alice", "emoji_name": "clubhouse", "create_at": MOMENT}],
             replies=[reply("alice", "Answer one", 12), reply("zoe", "Answer two", 40)]),
        post("alice", "Second", 20, attachments=[{"path": "20231114/teams/noteam/channels/x/users/y/z/plan.txt"}]),
        post("rob", "rob joined", 5, type="system_join_channel"),
        post("weather", "Rain", 35, props={"from_webhook": "true", "override_username": "Météo"}),
        post("alice", "The budget", 50, "board", attachments=[{"path": "20231114/budget.ods"}]),
        {"type": "direct_channel", "direct_channel": {"members": ["alice", "rob"], "favorited_by": None}},
        {"type": "direct_post", "direct_post": {"channel_members": ["rob", "alice"], "user": "rob",
         "message": "Between us", "create_at": MOMENT + 60000}},
        {"type": "direct_post", "direct_post": {"channel_members": ["zoe", "alice"], "user": "zoe",
         "message": "Zoe to Alice", "create_at": MOMENT + 61000}},
        {"type": "direct_post", "direct_post": {"channel_members": ["zoe", "weather"], "user": "zoe",
         "message": "Nobody is here for this", "create_at": MOMENT + 62000}},
        *more,
    )  # fmt: skip


def mattermost_zip(*more: dict[str, Any]) -> bytes:
    return zipped({
        "import.jsonl": mattermost(*more),
        "data/20231114/teams/noteam/channels/x/users/y/z/plan.txt": b"the plan",
        "data/20231114/budget.ods": b"the budget",
        "data/emoji/a/image": picture(),
    })  # fmt: skip


def slack() -> bytes:
    users = [
        {"id": "U1", "name": "alice.m", "deleted": False, "is_admin": True,
         "profile": {"real_name": "Alice Martin", "email": "alice@example.org"}},
        {"id": "U2", "name": "zoe", "deleted": True, "real_name": "Zoé", "profile": {"real_name": "Zoé"}},
        {"id": "U3", "name": "bob", "profile": {"real_name": "Bob", "email": "bob@example.org"}},
    ]  # fmt: skip
    channels = [
        {"id": "C1", "name": "general", "created": 1, "creator": "U1", "is_archived": False, "is_general": True,
         "members": ["U1", "U3"], "topic": {"value": ""}, "purpose": {"value": "Everything"}},
        {"id": "C2", "name": "old", "is_archived": True, "members": ["U1"], "purpose": {"value": ""}},
    ]  # fmt: skip
    day = [
        {"type": "message", "subtype": "channel_join", "user": "U3", "ts": "1700000000.000001", "text": "joined"},
        {"type": "message", "user": "U1", "ts": "1700000010.000100", "thread_ts": "1700000010.000100",
         "text": "*Hello* <@U2> &amp; <https://example.org/a_b|the _page_>\n• one",
         "reactions": [{"name": "tada", "users": ["U3", "U2"], "count": 2}, {"name": "+1::skin-tone-2",
                        "users": ["U3"], "count": 1}], "edited": {"user": "U1", "ts": "1700000011.000000"}},
        {"type": "message", "user": "U2", "ts": "1700000020.000000", "thread_ts": "1700000010.000100", "text": "Yes"},
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Build", "ts": "1700000030.000000",
         "text": "", "attachments": [{"title": "Done", "text": "All green"}]},
        {"type": "message", "user": "U3", "ts": "1700000040.000000", "text": "See", "files": [
            {"id": "F1", "name": "plan.pdf", "title": "The plan", "permalink": "https://x.slack.com/files/F1"}]},
    ]  # fmt: skip
    return zipped({
        "users.json": json.dumps(users), "channels.json": json.dumps(channels),
        "groups.json": json.dumps([{"id": "G1", "name": "board", "members": ["U1", "U3"]}]),
        "dms.json": json.dumps([{"id": "D1", "created": 1, "members": ["U1", "U3"]}]),
        "mpims.json": json.dumps([{"id": "G2", "name": "mpdm-a--b--c-1", "members": ["U1", "U2", "U3"]}]),
        "integration_logs.json": "[]",
        "general/2023-11-14.json": json.dumps(day),
        "old/2023-11-14.json": json.dumps([{"type": "message", "user": "U2", "ts": "1700000000.5", "text": "Past"}]),
        "board/2023-11-15.json": json.dumps(
            [{"type": "message", "user": "U1", "ts": "1700090000.5", "text": "Budget"}]),
        "D1/2023-11-15.json": json.dumps([{"type": "message", "user": "U3", "ts": "1700090001.5", "text": "Psst"}]),
        "mpdm-a--b--c-1/2023-11-15.json": json.dumps(
            [{"type": "message", "user": "U2", "ts": "1700090002.5", "text": "We three"}]),
    })  # fmt: skip
