"""The containers as an organisation starts them: built, used, robbed of their database, ended and started again.

It needs a Docker that answers, and its images: those that are here, or a registry. Otherwise it skips, saying so.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from collab.supervisor.instance import ROOT
from collab.supervisor.processes import wait_until
from tests.files.pictures import picture
from tests.live import free_port

pytestmark = [pytest.mark.full, pytest.mark.client]

IMAGE = "collab-tests"
PASSWORD = "quatre lapins dans la cour"
FILES = "/remote.php/dav/files/olive"
Run = Callable[..., str]
_UNREACHED = re.compile(r"dial tcp|no such host|i/o timeout|connection refused|Client\.Timeout|proxyconnect|x509")
"""What Docker says of a registry that the network does not reach; all else that it says of an image is a fault."""


def docker(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=1200
    )


@pytest.fixture(scope="module")
def compose() -> list[str]:
    """The words that a command of compose begins with, once the image is built."""
    if shutil.which("docker") is None or docker("docker", "info").returncode:
        pytest.skip("no Docker answers here")
    both = (["docker", "compose"], ["docker-compose"])
    words = next((one for one in both if shutil.which(one[0]) and not docker(*one, "version").returncode), None)
    if words is None:
        pytest.skip("this Docker has no compose")
    wanted = re.findall(r"^FROM (\S+)", Path(ROOT, "Dockerfile").read_text(), re.MULTILINE)
    wanted += re.findall(r"^ +image: ([\w/:.]+)$", Path(ROOT, "docker-compose.yml").read_text(), re.MULTILINE)
    for image in dict.fromkeys(wanted):
        if docker("docker", "image", "inspect", image).returncode:
            pulled = docker("docker", "pull", image)
            if pulled.returncode and _UNREACHED.search(pulled.stderr):
                pytest.skip(f"no registry is reached from here, and {image} is not here")
            assert pulled.returncode == 0, pulled.stderr
    built = docker("docker", "build", "--network", "host", "--tag", IMAGE, ".")
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return words


@pytest.fixture
def house(compose: list[str]) -> Iterator[tuple[Run, str]]:
    """`run(words)` of compose in a house of its own, and its address."""
    port, secure = free_port(), free_port()
    address = f"http://localhost:{port}"
    variables = {
        "COLLAB_IMAGE": IMAGE, "COLLAB_URL": address,
        "COLLAB_HTTP": f"127.0.0.1:{port}", "COLLAB_HTTPS": f"127.0.0.1:{secure}",
    }  # fmt: skip

    def run(*words: str) -> str:
        done = docker(*compose, "--project-name", f"collabtests{port}", *words, **variables)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    try:
        run("up", "-d", "--no-build")
        yield run, address
    finally:
        run("down", "--volumes")


def test_a_house_in_containers(house):
    run, address = house
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as visitor:
        assert wait_until(lambda: is_ready(visitor), 180, pause=1)
        settle_in(visitor, run("logs", "prepare"))
    with httpx.Client(base_url=address, auth=("olive", PASSWORD), timeout=60) as device:
        assert device.put(f"{FILES}/large.bin", content=(large := os.urandom(20 << 20))).status_code == 201
        assert device.get(f"{FILES}/large.bin").content == large
        assert device.get(f"{FILES}/large.bin", headers={"Range": "bytes=5-9"}).content == large[5:10]
        assert device.put(f"{FILES}/affiche.png", content=png()).status_code == 201
        drawn = device.get("/index.php/core/preview.png", params={"file": "/affiche.png", "x": 64, "y": 64})
        assert (drawn.status_code, drawn.headers["content-type"].partition("/")[0]) == (200, "image")

        run("stop", "--timeout", "0", "postgres")
        away = look(device)
        assert away.status_code == 503
        assert away.headers["retry-after"]
        run("start", "postgres")
        assert wait_until(lambda: look(device).status_code == 207, 120, pause=1)

        run("down")
        run("up", "-d", "--no-build")
        assert wait_until(lambda: is_ready(device), 180, pause=1)
        assert device.get(f"{FILES}/large.bin").content == large
    assert "0 findings" in run("exec", "-T", "web", "python", "manage.py", "fsck", "--deep")


def look(device: httpx.Client) -> httpx.Response:
    return device.request("PROPFIND", FILES, headers={"Depth": "0"})


def png() -> bytes:
    written = io.BytesIO()
    picture().save(written, "PNG")
    return written.getvalue()


def is_ready(visitor: httpx.Client) -> bool:
    try:
        return visitor.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def settle_in(visitor: httpx.Client, log: str) -> None:
    """Become the owner through the link that the first start prints."""
    link = re.search(r"http://\S+/setup/\S+", log)
    assert link, log
    page = visitor.get(link[0])
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    fields = {
        "csrfmiddlewaretoken": token[1], "display_name": "Olive", "username": "olive",
        "email": "olive@example.org", "password": PASSWORD,
    }  # fmt: skip
    assert visitor.post(link[0], data=fields, headers={"Referer": link[0]}).url.path == "/"
