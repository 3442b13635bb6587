"""Where the programs written for Mattermost are, once `make clients` has fetched them, and what tests let them do."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".tools" / "chat-clients"
BIN = HOME / "venv" / "bin"
JAVASCRIPT = HOME / "node_modules" / "@mattermost" / "client"

needed = [
    pytest.mark.client,
    pytest.mark.skipif(not (BIN / "mmpy_bot").exists(), reason="`make clients` was not run"),
]
"""The marks of a test that drives one of them."""

DRIVER = """
import asyncio, json, os, sys, time
from mattermostdriver import Driver
url, port, login, secret, team, channel, file = sys.argv[1:]
who = {"token": secret} if login == "-" else {"login_id": login, "password": secret}
driver = Driver({"url": url, "scheme": "http", "port": int(port), "verify": False, "timeout": 20} | who)
driver.login()
heard, told = [], {}

def until(event, times=1):
    # what happens to a message before it is told comes as one event
    while heard.count(event) < times:
        time.sleep(0.02)

def act():
    space = driver.teams.get_team_by_name(team)
    place = driver.channels.get_channel_by_name_and_team_name(team, channel)
    assert place == driver.channels.get_channel_by_name(space["id"], channel)
    assert place == driver.channels.get_channel(place["id"])
    up = driver.files.upload_file(channel_id=place["id"], files={"files": (os.path.basename(file), open(file, "rb"))})
    post = driver.posts.create_post({"channel_id": place["id"], "message": "By **driver**",
                                     "file_ids": [up["file_infos"][0]["id"]]})
    answer = driver.posts.create_post({"channel_id": place["id"], "message": "Answer", "root_id": post["id"]})
    until("posted", 2)
    driver.reactions.create_reaction({"user_id": driver.client.userid, "post_id": post["id"], "emoji_name": "+1"})
    driver.posts.patch_post(post["id"], {"message": "By the **driver**"})
    driver.posts.delete_post(answer["id"])
    got = driver.files.get_file(post["file_ids"][0])
    told.update(file=got.content.decode(), history=driver.posts.get_posts_for_channel(place["id"]), post=post["id"],
                thread=driver.posts.get_thread(post["id"])["order"], user=driver.client.username,
                search=driver.users.search_users({"term": "ali"}),
                stats=driver.channels.get_channel_statistics(place["id"]))

def failed(done):
    if done.exception():
        print(repr(done.exception()), heard, flush=True)
        os._exit(1)

async def hear(text):
    event = json.loads(text)
    heard.append(event.get("event"))
    if event.get("event") == "hello":
        asyncio.get_running_loop().run_in_executor(None, act).add_done_callback(failed)
    if event.get("event") == "post_deleted":
        while "stats" not in told:
            await asyncio.sleep(0.05)
        driver.logout()
        print(json.dumps({"heard": heard, "told": told}), flush=True)
        os._exit(0)

driver.init_websocket(hear)
"""

ROBOT = """
import os, sys
from mmpy_bot import Bot, Settings
url, port, token, team = sys.argv[1:]
Bot(settings=Settings(MATTERMOST_URL=f"http://{url}", MATTERMOST_PORT=int(port), BOT_TOKEN=token, BOT_TEAM=team,
                      SSL_VERIFY=False)).run()
"""

CLIENT = """
const {Client4, WebSocketClient} = require(process.argv[2]);
const [url, login, secret, team, channel] = process.argv.slice(3);
const client = new (require(process.argv[2]).Client4)();
client.setUrl(url);
const heard = [];
(async () => {
  if (login === '-') client.setToken(secret); else await client.login(login, secret);
  const me = await client.getMe();
  const space = await client.getTeamByName(team);
  const place = await client.getChannelByName(space.id, channel);
  const socket = new WebSocketClient();
  const told = {user: me.username, channel: place.display_name};
  const done = new Promise((resolve) => socket.addMessageListener((event) => {
    heard.push(event.event);
    if (event.event === 'reaction_added') resolve();
  }));
  const begun = new Promise((resolve) => socket.addMessageListener((event) => event.event === 'hello' && resolve()));
  socket.addMissedMessageListener(() => {});
  socket.initialize(url.replace('http', 'ws') + '/api/v4/websocket', client.getToken());
  await begun;
  const said = {channel_id: place.id, message: 'By **client**', pending_post_id: me.id + ':1'};
  const post = await client.createPost(said);
  const again = await client.createPost(said);
  const answer = await client.createPost({channel_id: place.id, message: 'Answer', root_id: post.id});
  await client.addReaction(me.id, post.id, 'tada');
  await done;
  told.once = post.id === again.id;
  told.thread = (await client.getPostThread(post.id)).order.length;
  told.history = Object.values((await client.getPosts(place.id)).posts).map((one) => one.message);
  try { await client.getPost('nonsense'); } catch (wrong) { told.refused = [wrong.status_code, typeof wrong.message]; }
  console.log(JSON.stringify({heard, told}));
  process.exit(0);
})().catch((wrong) => { console.error(wrong); process.exit(1); });
"""


def run(command: list[object], *, home: Path, patience: int = 90) -> str:
    """Run a program with a home of its own and return what it said, on both channels; it may fail."""
    done = subprocess.run(
        list(map(str, command)), env=environment(home), cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=patience, check=False,
    )  # fmt: skip
    return done.stdout.decode(errors="replace")


def environment(home: Path) -> dict[str, str]:
    """Return what such a program knows of this machine."""
    known = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TZ"}}
    return known | {"HOME": str(home), "LC_ALL": "C.UTF-8"}


def result(said: str) -> dict[str, Any]:
    """Return the line of JSON among what a program said."""
    found = [line for line in said.splitlines() if line.startswith("{") and '"told"' in line]
    assert found, said[-4000:]
    record: dict[str, Any] = json.loads(found[-1])
    return record
