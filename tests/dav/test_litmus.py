"""litmus, the protocol test of the WebDAV community, through the real server."""

import re
import shutil
import subprocess

import pytest

from tests.dav.client import Client
from tests.live import make_person

pytestmark = [pytest.mark.client, pytest.mark.skipif(not shutil.which("litmus"), reason="litmus is not installed")]


@pytest.mark.parametrize("base", ["/remote.php/dav/files/alice/", "/remote.php/webdav/"])
def test_all_of_litmus(front_url, tmp_path, base):
    _alice, password = make_person("alice")
    Client("alice")("MKCOL", "lit")
    result = subprocess.run(
        ["litmus", "-k", f"{front_url}{base}lit/", "alice", password],
        capture_output=True, text=True, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    summaries = re.findall(r"of (\d+) tests run: (\d+) passed", result.stdout)
    assert sum(int(passed) for _run, passed in summaries) == 104, result.stdout[-6000:]
    assert "WARNING" not in result.stdout, result.stdout[-6000:]
