"""The file manager behind the real web server and the real front: bytes go in by one and come out by the other."""

import io
import os
import re
import zipfile
from urllib.parse import quote

import httpx
import pytest
from django.test import Client

from files.models import Node
from tests import town as make
from tests.conftest import build_town

CONTENT = os.urandom(3 * 2**20)


@pytest.fixture
def town(front_url, store):
    return build_town()


@pytest.fixture
def web(front_url, town):
    """Bob's browser at the front, with his token for forms."""
    client = Client()
    client.force_login(town.bob)
    with httpx.Client(base_url=front_url, cookies={"sessionid": client.cookies["sessionid"].value}) as browser:
        page = browser.get("/files/@plans/")
        assert page.status_code == 200
        token = re.search(r'"X-CSRFToken": "(\w+)"', page.text)
        browser.headers.update({"X-CSRFToken": token[1], "Accept": "application/json"})
        yield browser


def test_a_file_goes_in_and_comes_out(web, town):
    address = f"/files/uploads/whole/?parent={town.root.pk}&name={quote('Été.bin')}"
    made = web.put(address, content=CONTENT)
    assert made.status_code == 201, made.text
    url = f"/files/download/{made.json()['id']}/"
    whole = web.get(url)
    assert whole.content == CONTENT
    assert whole.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89t%C3%A9.bin"
    assert whole.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X-Accel-Redirect" not in whole.headers
    part = web.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, CONTENT[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(CONTENT)}"
    etag = whole.headers["ETag"]
    assert web.get(url, headers={"If-None-Match": etag}).status_code == 304
    resumed = web.get(url, headers={"Range": "bytes=3000000-", "If-Range": etag})
    assert (resumed.status_code, resumed.content) == (206, CONTENT[3_000_000:])
    assert web.get(url, headers={"Range": "bytes=0-1", "If-Range": '"stale"'}).content == CONTENT
    assert web.head(url).headers["Content-Length"] == str(len(CONTENT))


def test_a_large_file_in_parts_and_as_a_zip(web, town):
    data = {"parent": town.root.pk, "name": "large.bin", "size": len(CONTENT) * 4, "mtime": 1, "transfer": "web-x"}
    upload = web.post("/files/uploads/", json=data).json()["id"]
    for number in (4, 1, 3, 2):
        assert web.put(f"/files/uploads/{upload}/{number}/", content=CONTENT).status_code == 200
    made = web.post(f"/files/uploads/{upload}/finish/", json={"clash": ""})
    assert made.status_code == 201, made.text
    assert make.read(Node.objects.get(pk=made.json()["id"])) == CONTENT * 4
    packed = web.get(f"/files/download/?id={town.root.pk}")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        assert archive.read("Plans/large.bin") == CONTENT * 4


def test_a_client_cannot_name_a_blob(web, town):
    other = make.make_file(town.alice, make.home(town.alice), "secret", CONTENT)
    key = other.blob.key
    for path in (f"/.blobs/{key}", f"/_blobs/{key}"):
        assert web.get(path).status_code in {302, 404}
    mine = make.make_file(town.bob, town.root, "small", b"small")
    forged = web.get(f"/files/download/{mine.pk}/", headers={"X-Accel-Redirect": f"/.blobs/{key}"})
    assert forged.content == b"small"
