"""The front as it is shipped: the one Caddyfile before a real Granian."""

import contextlib
import dataclasses
import os
import re
import socket
import stat
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from collab.supervisor import front, programs
from collab.supervisor.embedded import CannotStart
from collab.supervisor.instance import Instance
from collab.supervisor.processes import wait_until

PORT = 18180
LARGE = 32 << 20  # more than the buffers of both ends of a line hold


class House(NamedTuple):
    instance: Instance
    front: int


def make_instance(data: Path, **changes) -> Instance:
    facts = {"data": data, "host": "127.0.0.1", "port": PORT, "url": f"http://localhost:{PORT}"}
    facts["blobs"] = str(data / "blobs")
    instance = Instance(**(facts | changes))
    instance.make_directories()
    return instance


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Caddy and Granian with the echo application; the data directory has a blank in its name."""
    instance = make_instance(tmp_path_factory.mktemp("front") / "my data")
    (instance.data / "blobs" / "ab").mkdir(parents=True)
    (instance.data / "blobs" / "ab" / "blob with blank").write_bytes(b"0123456789")
    with (instance.data / "blobs" / "ab" / "large").open("wb") as large:
        large.truncate(LARGE)
    (instance.data / "secret").write_text("not for the front")
    (instance.static / "app.0123456789ab.css").write_text("p { color: red }")
    (instance.static / "app.css").write_text("p { color: red }")
    socket_path = instance.sockets() / "web.sock"
    command = [word if word != "collab.wsgi:application" else "tests.supervisor.echo:application"
               for word in programs.web(socket_path)]  # fmt: skip
    processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL),
                 _front(instance, COLLAB_FRONT_PATIENCE="1s")]  # fmt: skip
    try:
        assert wait_until(lambda: socket_path.exists() and _open(PORT), 20)
        yield House(instance, processes[1].pid)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _front(instance, **changes):
    command = [front.program(), "run", "--config", str(front.CADDYFILE), "--adapter", "caddyfile"]
    environment = os.environ | front.variables(instance) | changes
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def visitor(house):
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}") as client:
        yield client


def test_the_application_listens_to_its_own_account_alone(house):
    assert stat.S_IMODE((house.instance.sockets() / "web.sock").stat().st_mode) == 0o600


def test_what_a_visitor_says_of_himself_is_replaced(visitor):
    lies = {"X-Forwarded-For": "8.8.8.8", "X_Forwarded_For": "9.9.9.9", "X-Forwarded-Proto": "https",
            "Forwarded": "for=1", "Remote-User": "root", "Remote_User": "root", "X-Accel-Redirect": "/",
            "X-Sendfile-Type": "X-Sendfile",
            "X-Real-IP": "7.7.7.7", "X-Forwarded-Host": "evil.example"}  # fmt: skip
    seen = visitor.get("/anything", headers=lies).json()
    assert seen["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "http"
    assert seen["HTTP_X_FORWARDED_HOST"] == f"127.0.0.1:{PORT}"
    assert seen["HTTP_X_SENDFILE_TYPE"] == "X-Accel-Redirect"
    refused = {"HTTP_FORWARDED", "HTTP_REMOTE_USER", "HTTP_X_ACCEL_REDIRECT", "HTTP_X_REAL_IP"}
    assert not refused & seen.keys()
    assert seen["HTTP_HOST"] == f"127.0.0.1:{PORT}"


def test_the_front_sends_the_blob_with_the_headers_of_the_application(visitor):
    decided = {"If-None-Match": '"one"', "If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"}
    answer = visitor.get("/remote.php/blob", headers=decided)
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["content-type"] == "text/x-made-up"
    assert answer.headers["etag"] == '"one"'
    assert answer.headers["last-modified"] == "Mon, 01 Jan 2001 00:00:00 GMT"
    assert answer.headers["content-length"] == "10"
    assert answer.headers["content-disposition"] == "attachment"
    assert "x-accel-redirect" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status", "content"),
    [
        ({"Range": "bytes=2-4"}, 206, b"234"),
        ({"Range": "bytes=-3", "If-Range": '"one"'}, 206, b"789"),
        ({"Range": "bytes=2-4", "If-Range": '"old"'}, 200, b"0123456789"),
        ({"Range": "bytes=10-"}, 416, None),
        ({"Accept-Encoding": "gzip"}, 200, b"0123456789"),
    ],
)
def test_ranges_of_a_blob(visitor, headers, status, content):
    answer = visitor.get("/remote.php/blob", headers=headers)
    assert answer.status_code == status
    assert content is None or answer.content == content


def test_head_of_a_blob_tells_its_length(visitor):
    answer = visitor.head("/remote.php/blob")
    assert (answer.status_code, answer.headers["content-length"]) == (200, "10")


def test_the_kernel_sends_a_large_blob(house, visitor):
    """What the front would copy by itself is written in pieces of 32 KB."""
    before = _writes(house.front)
    assert len(visitor.get("/remote.php/large").content) == LARGE
    assert _writes(house.front) - before < LARGE / 2**16


def _writes(process):
    found = re.search(r"^syscw: (\d+)$", Path(f"/proc/{process}/io").read_text(), re.MULTILINE)
    return int(found[1])


def test_who_stops_reading_is_let_go(house):
    instance = dataclasses.replace(house.instance, port=PORT + 1)
    other = _front(instance, COLLAB_FRONT_LONGEST="1s")
    try:
        assert wait_until(lambda: _open(PORT + 1), 20)
        with socket.create_connection(("127.0.0.1", PORT + 1), timeout=20) as door:
            door.sendall(b"GET /remote.php/large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            came = len(door.recv(4096))
            time.sleep(1.5)
            with contextlib.suppress(ConnectionResetError):
                while more := door.recv(1 << 20):
                    came += len(more)
        assert came < LARGE
    finally:
        other.terminate()
        other.wait(20)


def test_the_application_cannot_point_outside_the_blobs(visitor):
    assert visitor.get("/remote.php/escape").status_code == 404


def test_blobs_have_no_address_of_their_own(visitor):
    assert "PATH_INFO" in visitor.get("/.blobs/ab/blob%20with%20blank").json()


def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(visitor):
    assert "immutable" in visitor.get("/static/app.0123456789ab.css").headers["cache-control"]
    assert visitor.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert visitor.get("/static/").status_code == 404


def test_a_body_without_length_arrives_whole(visitor):
    answer = visitor.put("/remote.php/count", content=(b"x" * 100_000 for _ in range(50)))
    assert (answer.status_code, answer.text) == (201, "5000000")


def test_a_server_that_is_away_is_a_503_to_try_again(visitor):
    answer = visitor.get("/ws/", timeout=30)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_a_used_port_is_explained(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is used by another program.*COLLAB_PORT={port + 1}"):
            front.require_ports(make_instance(tmp_path, port=port))


def test_where_the_kernel_cannot_send_files_who_stalls_is_let_go_at_once(tmp_path):
    assert "COLLAB_FRONT_STALLED" in front.variables(make_instance(tmp_path))
    assert "COLLAB_FRONT_STALLED" not in front.variables(make_instance(tmp_path, url="https://cloud.example.org"))


def test_https_is_served_here_unless_a_proxy_of_ours_does(tmp_path):
    public = make_instance(tmp_path, url="https://cloud.example.org")
    assert front.variables(public)["COLLAB_FRONT_SITE"] == "https://cloud.example.org"
    assert front.variables(public)["COLLAB_FRONT_BIND"] == ""
    behind = make_instance(tmp_path, url="https://cloud.example.org", trusted_proxies=("10.0.0.1", "fd00::/8"))
    assert front.variables(behind)["COLLAB_FRONT_SITE"] == f"http://:{PORT}"
    assert front.variables(behind)["COLLAB_FRONT_TRUSTED"] == "10.0.0.1 fd00::/8"


@pytest.mark.parametrize("blobs", ["", "s3://bucket/prefix"])
@pytest.mark.parametrize("url", ["http://localhost:8000", "https://cloud.example.org", "https://localhost:8443"])
def test_the_caddyfile_is_valid_for_every_kind_of_instance(tmp_path, blobs, url):
    instance = make_instance(tmp_path, url=url, blobs=blobs or str(tmp_path / "blobs"))
    command = [front.program(), "validate", "--config", str(front.CADDYFILE), "--adapter", "caddyfile"]
    environment = os.environ | front.variables(instance)
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_its_environment_alone_suffices_in_a_container():
    command = [front.program(), "adapt", "--config", str(front.CADDYFILE), "--adapter", "caddyfile"]
    assert subprocess.run(command, env={"PATH": "/usr/bin"}, capture_output=True, check=False).returncode == 0
