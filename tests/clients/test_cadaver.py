"""cadaver: a person types DAV at the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest

from files.models import Node
from tests import town
from tests.live import make_person

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(not shutil.which("cadaver"), reason="cadaver is not installed"),
]

SCRIPT = """
mkcol work
cd work
put {here}/note.txt note.txt
lock note.txt
discover note.txt
unlock note.txt
discover note.txt
copy note.txt copy.txt
move copy.txt moved.txt
propset note.txt colour green
propget note.txt colour
propnames note.txt
ls
get moved.txt {here}/back.txt
mkcol inner
copy inner inner2
rmcol inner2
delete moved.txt
cd ..
ls
quit
"""


def test_a_session(front_url, tmp_path):
    _alice, password = make_person("alice")
    (tmp_path / "note.txt").write_bytes(b"typed by hand\n")
    machine = urlsplit(front_url).hostname
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine {machine} login alice password {password}\n")
    netrc.chmod(0o600)
    done = subprocess.run(
        ["cadaver", f"{front_url}/remote.php/dav/files/alice/"],
        input=SCRIPT.format(here=tmp_path).encode(), env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    said = done.stdout.decode()
    assert "failed" not in said.lower(), said
    for deed in (
        "Creating `work': succeeded",
        "Lock token <opaquelocktoken:",
        "Unlocking `note.txt': succeeded",
        "Copying",
        "Moving",
        "green",
        "Deleting collection `inner2': succeeded",
    ):
        assert deed in said, said
    assert (tmp_path / "back.txt").read_bytes() == b"typed by hand\n"
    work = Node.objects.living().get(name="work")
    assert sorted(work.children.filter(trash=None).values_list("name", flat=True)) == ["inner", "note.txt"]
    assert town.is_clean()
