"""With encryption on every door gives back what came in, and nothing readable reaches the disk."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zipfile

import pytest
from django.conf import settings as django_settings

from collab.events import readers
from collab.lib import sealed
from collab.lib.errors import Damaged, Unavailable
from collab.mydata import archive
from collab.rights.links import token_of
from collab.search import extraction, indexing
from collab.search.models import Entry
from collab.vault import keys, master
from files import fsck, sealing, storage
from files.models import Blob, Node, Preview, Version
from files.previews import orders, shelf
from tests import town as make
from tests.dav.client import Client, give_password
from tests.files import pictures
from tests.files.web import body, signed_in
from tests.vault.conftest import stored

MARK = b"nobody should read this on the disk "


@pytest.fixture
def device(town):
    give_password(town.alice, "alice-password")
    return Client("alice")


@pytest.mark.parametrize("size", [0, 1, 5000, sealed.SEGMENT, 2 * sealed.SEGMENT + 1, 9 * 2**20])
def test_a_device_gets_back_what_it_sent(lock, device, size):
    data = (MARK * (size // len(MARK) + 1))[:size]
    assert device.put("Plans/report.bin", data).status == 201
    assert device("GET", "Plans/report.bin").body == data
    blob = Node.objects.get(name="report.bin").blob
    assert (blob.size, bytes(blob.sha256)) == (size, hashlib.sha256(data).digest())
    path = storage.path_of(blob.key)
    assert sealing.lock_of(blob.key) == lock.name
    assert path.stat().st_size == sealed.sealed_size(size)
    assert bytes(blob.stored_sha256) == hashlib.sha256(path.read_bytes()).digest()
    if size >= len(MARK):  # fewer bytes are found in any noise
        assert stored(of=MARK[:size]) == []
    assert list(fsck.check(deep=True)) == []


def test_the_store_does_not_say_whether_it_holds_a_known_file(lock, device):
    known = b"a form that everybody has"
    assert device.put("Plans/known.pdf", known).status == 201
    key = Node.objects.get(name="known.pdf").blob.key
    assert hashlib.sha256(known).hexdigest()[:12] not in key


def test_parts_of_it_are_fetched_and_the_front_is_not_asked(lock, device, town):
    data = os.urandom(3 * 2**20 + 77)
    device.put("Plans/film.mp4", data)
    front = {"X-Sendfile-Type": "X-Accel-Redirect"}
    for first, last in ((0, 0), (1000, 1999), (2**20 - 1, 2**20), (2**20 + 5, 3 * 2**20), (3 * 2**20, 3 * 2**20 + 76)):
        part = device("GET", "Plans/film.mp4", Range=f"bytes={first}-{last}", **front)
        assert (part.status, part.body) == (206, data[first : last + 1])
    assert device("GET", "Plans/film.mp4", Range="bytes=-10").body == data[-10:]
    whole = device("GET", "Plans/film.mp4", **front)
    assert (whole.body, "x-accel-redirect" in whole.headers) == (data, False)
    page = signed_in(town.alice)
    node = Node.objects.get(name="film.mp4")
    front = {"HTTP_X_SENDFILE_TYPE": "X-Accel-Redirect", "HTTP_RANGE": "bytes=5-2000000"}
    answer = page.get(f"/files/download/{node.pk}/", **front)
    assert (answer.status_code, body(answer)) == (206, data[5:2000001])
    assert "X-Accel-Redirect" not in answer


def test_wrong_checksums_and_lengths_are_refused_as_before(lock, device):
    wrong = device.put("Plans/report.txt", MARK, OC_Checksum="SHA1:" + "0" * 40)
    assert wrong.status == 400
    right = hashlib.sha1(MARK, usedforsecurity=False).hexdigest()
    assert device.put("Plans/report.txt", MARK, OC_Checksum=f"SHA1:{right}").status == 201
    assert Blob.objects.get().sha1 == right
    assert [path for path in django_settings.STAGING_DIR.rglob("*") if path.is_file()] == []


def test_large_ones_come_in_parts_that_are_sealed_too(lock, device):
    upload = "/remote.php/dav/uploads/alice/t1"
    device("MKCOL", upload)
    parts = [MARK * 100_000, MARK]
    for number, part in enumerate(parts):
        assert device.put(f"{upload}/{number:05}", b"broken").status == 201
        assert device.put(f"{upload}/{number:05}", part).status == 201
    assert stored(of=MARK) == []
    listing = device("PROPFIND", upload, Depth="1").body.decode()
    assert str(len(parts[0])) in listing
    done = device.move(f"{upload}/.file", "Plans/large.bin", OC_Total_Length=str(sum(map(len, parts))))
    assert done.status == 201
    assert device("GET", "Plans/large.bin").body == b"".join(parts)


def test_versions_archives_public_links_and_words(lock, town, client):
    file = make.make_file(town.alice, town.root, "report.txt", MARK + b"giraffes first")
    make.make_file(town.alice, town.root, "report.txt", MARK + b"elephants second")
    page = signed_in(town.bob)
    version = Version.objects.get()
    assert body(page.get(f"/files/versions/{version.pk}/download/")) == MARK + b"giraffes first"
    packed = zipfile.ZipFile(io.BytesIO(body(page.get(f"/files/download/?id={town.root.pk}"))))
    assert MARK + b"elephants second" in [packed.read(name) for name in packed.namelist()]
    link = make.make_link(town.alice, file)
    address = f"/s/{token_of(make.act(town.alice), link, make.fresh(file))}/"
    assert body(client.get(f"{address}?get=file")) == MARK + b"elephants second"
    with storage.open_blob(make.fresh(file).blob.key) as opened:
        assert extraction.extract(opened, "plain")[0].endswith("elephants second")
    assert stored(of=MARK) == []


def test_previews_are_sealed_with_their_picture(lock, town, monkeypatch):
    monkeypatch.setattr(orders, "call", lambda: None)
    file = make.make_file(town.alice, town.root, "photo.jpg", pictures.jpeg(800, 600))
    answer = signed_in(town.bob).get(f"/files/preview/{file.pk}/small/")
    assert answer.status_code == 200
    assert answer.content[:4] == b"RIFF"
    assert stored(of=b"RIFF") == []
    row = Preview.objects.get()
    path = shelf._path(file.blob.key, row.how)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert shelf.take(file.blob.key, row.how, row.sizes, 0) is None, "one that has changed is made again"


def test_an_archive_of_ones_data_is_sealed_and_whole(lock, tmp_path):
    path = tmp_path / "export.zip"
    with archive.Archive(path, lock=lock) as packed:
        packed.put(["one.txt"], MARK.decode(), None)
    assert MARK not in path.read_bytes()
    with path.open("rb") as file, sealed.Window(file, lock.key, b"export.zip") as window:
        inside = zipfile.ZipFile(io.BytesIO(window.read()))
        assert inside.testzip() is None
        assert any(inside.read(name) == MARK for name in inside.namelist())


@pytest.mark.parametrize("harm", ["flip", "cut", "another"])
def test_what_was_changed_on_the_disk_is_refused_and_found(lock, device, harm):
    device.put("Plans/one.bin", secrets.token_bytes(5000))
    device.put("Plans/two.bin", secrets.token_bytes(5000))
    one, two = (Node.objects.get(name=f"{name}.bin").blob for name in ("one", "two"))
    path = storage.path_of(one.key)
    data = path.read_bytes()
    flipped = data[:3000] + bytes([data[3000] ^ 1]) + data[3001:]
    path.write_bytes({"flip": flipped, "cut": data[:-1], "another": storage.path_of(two.key).read_bytes()}[harm])
    answer = device("GET", "Plans/one.bin")
    assert answer.status == 503
    assert b"damaged" in answer.body
    assert device("GET", "Plans/one.bin", Range="bytes=0-9").status == 503
    with pytest.raises(Damaged):
        storage.open_blob(one.key).read()
    assert [finding.partition(":")[0] for finding in fsck.check(deep=True)] == [f"blob {one.pk}"]
    assert device("GET", "Plans/two.bin").status == 200


def test_without_the_key_nothing_is_written_and_nothing_lost(lock, device, town, stick):
    device.put("Plans/report.txt", MARK)
    aside = stick.read_bytes()
    stick.unlink()
    keys._open.clear()
    assert device("GET", "Plans/report.txt").status == 503
    assert device.put("Plans/new.txt", b"new").status == 503
    assert not Node.objects.filter(name="new.txt").exists()
    assert any("key of this house" in finding for finding in fsck.check(deep=True))
    stick.write_text(master.text(os.urandom(32)))  # a wrong one is no better, and seals nothing
    assert device.put("Plans/new.txt", b"new").status == 503
    assert "is another one" in keys.trouble()
    stick.write_bytes(aside)
    assert device("GET", "Plans/report.txt").body == MARK
    assert keys.trouble() == ""
    assert list(fsck.check(deep=True)) == []


def test_words_of_a_damaged_file_do_not_hold_up_the_others(lock, town, monkeypatch):
    file = make.make_file(town.alice, town.root, "notes.txt", MARK + b"rhinoceros")
    monkeypatch.setattr(extraction, "call", lambda: None)
    readers.catch_up()
    indexing.rounds()
    storage.path_of(file.blob.key).write_bytes(b"damaged")
    extraction.read_waiting(5)
    assert Entry.objects.get(ref_id=file.pk, kind="node").trouble == "damaged"
    with pytest.raises(Unavailable):
        storage.open_blob(file.blob.key)
