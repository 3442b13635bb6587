"""A desktop client that listens learns of a change within two seconds instead of thirty, through the real front."""

from __future__ import annotations

import httpx

from collab.accounts.actions import devices
from collab.accounts.models import AppPassword
from collab.rights.right import EDITOR
from tests import town
from tests.clients import trees
from tests.clients.listening import Ear
from tests.clients.nextcloud import needed, settle
from tests.live import make_person

AT_ONCE = 2.0
PATIENCE = 30
SIGNED_OUT = 4401


def offered(url, who):
    """Return what the capabilities tell this device of push, None when they tell nothing."""
    answer = httpx.get(f"{url}/ocs/v2.php/cloud/capabilities?format=json", auth=who, timeout=PATIENCE)
    return answer.json()["ocs"]["data"]["capabilities"].get("notify_push")


def arrival(ear, address, secret):
    """Return after how many seconds a file that alice puts there is heard of."""
    assert httpx.put(address, content=b"plan", auth=("alice", secret), timeout=PATIENCE).status_code == 201
    return ear.wait_for("notify_file", patience=PATIENCE)


def test_a_change_by_somebody_else_arrives_at_once_and_nothing_that_may_not_be_seen(front_url):
    alice, hers = make_person("alice")
    bob, his = make_person("bob")
    space = town.make_space(alice, "Plans")
    town.share(alice, space, bob, EDITOR.mask)
    board = town.make_folder(alice, town.root_of(space), "Board")
    town.restrict(alice, board)
    push = offered(front_url, ("bob", his))
    assert push["endpoints"]["websocket"] == f"ws://{front_url.removeprefix('http://')}/push/ws"
    with Ear(push["endpoints"]["websocket"], "bob", his) as ear:
        assert ear.hear() == "authenticated"
        while ear.hear(AT_ONCE) is not None:
            pass  # what was made above is on its way still
        tree = f"{front_url}/remote.php/dav/files/alice/Plans"
        assert (
            httpx.put(
                f"{tree}/Board/salaries.txt", content=b"secret", auth=("alice", hers), timeout=PATIENCE
            ).status_code
            == 201
        )
        assert ear.hear(AT_ONCE) is None
        # the quickest of some: how busy this machine is just now is no property of the house
        assert min(arrival(ear, f"{tree}/plan {number}.txt", hers) for number in range(3)) < AT_ONCE
        ear.say("listen notify_file_id")
        made = httpx.put(f"{tree}/other.txt", content=b"other", auth=("alice", hers), timeout=PATIENCE)
        number = int(made.headers["OC-FileId"][:8])
        told = ear.hear()
        while not str(told).startswith("notify_file_id"):
            assert told in {"notify_activity", "notify_file"}
            told = ear.hear()
        assert number in [int(item) for item in told.removeprefix("notify_file_id [").removesuffix("]").split(",")]
        devices.revoke(bob, AppPassword.objects.get(user=bob).pk)
        ear.wait_for(SIGNED_OUT, patience=PATIENCE)


def test_a_ticket_instead_of_the_password(front_url):
    _alice, secret = make_person("alice")
    push = offered(front_url, ("alice", secret))["endpoints"]
    ticket = httpx.post(push["pre_auth"], auth=("alice", secret), timeout=PATIENCE).text
    with Ear(push["websocket"], "", ticket) as ear, Ear(push["websocket"], "", ticket) as again:
        assert {ear.hear(), again.hear()} == {"authenticated", "err: Invalid credentials"}
    with Ear(push["websocket"], "alice", "guessed") as ear:
        assert ear.hear() == "err: Invalid credentials"
        assert ear.hear() == SIGNED_OUT


class TestRealClient:
    """nextcloudcmd syncs the same, whether the house offers push or not."""

    pytestmark = needed

    def test_a_device_that_is_told_fetches_what_another_brought(self, device):
        one, two = device("alice"), device("alice")
        settle(one, two)
        push = offered(one.url, ("alice", one.password))
        with Ear(push["endpoints"]["websocket"], "alice", two.password) as ear:
            assert ear.hear() == "authenticated"
            trees.put(one.folder, "Sport/plan.txt", b"at once")
            assert one.sync().code == 0
            ear.wait_for("notify_file", patience=PATIENCE)
        assert two.sync().code == 0
        trees.same(one.folder, two.folder)

    def test_without_push_it_asks_as_before(self, device, server):
        plain = server(REDIS_URL="")
        one, two = device("alice", plain.url), device("alice", plain.url)
        assert offered(plain.url, ("alice", one.password)) is None
        trees.put(one.folder, "plan.txt", b"later")
        settle(one, two)
