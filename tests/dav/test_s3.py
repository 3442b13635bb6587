"""Contents in an S3 store: the same answers as from a disk, through the same doors, before a server that speaks S3."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

from collab.backup import restoring
from collab.backup.repository import Repository
from collab.registry import registry
from files import fsck, sealing, storage, sweeping
from files.models import Blob, Node, Version
from tests import town as make
from tests.files.web import body, signed_in

SECRETS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-1"}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server in this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, settings: Any, tmp_path: Any, town: Any) -> Any:
    """Contents go into a bucket of this test's own; it is made when the town stands, since that needs none."""
    import boto3

    name = f"house-{uuid.uuid4().hex[:12]}"
    made = boto3.resource("s3", endpoint_url=s3, **SECRETS).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    settings.BLOBS_DIR, settings.STAGING_DIR = None, tmp_path / "staging"
    settings.PREVIEWS_DIR = tmp_path / "previews"
    settings.STORAGES = django_settings.STORAGES | {"blobs": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name, "location": "contents", "endpoint_url": s3, "access_key": "test",
            "secret_key": "test", "region_name": "eu-west-1", "file_overwrite": False,
        },
    }}  # fmt: skip
    return made


def held(bucket: Any) -> set[str]:
    return {one.key for one in bucket.objects.all()}


@pytest.mark.parametrize("size", [0, 1, 5000, 9 * 2**20])
def test_a_device_gets_back_what_it_sent(bucket, alice, size):
    data = os.urandom(size)
    assert alice.put("Plans/report.bin", data).status == 201
    assert alice("GET", "Plans/report.bin").body == data
    blob = Node.objects.get(name="report.bin").blob
    assert held(bucket) == {f"contents/{blob.key}"}
    assert bytes(blob.sha256) == hashlib.sha256(data).digest()
    assert [path for path in django_settings.STAGING_DIR.rglob("*") if path.is_file()] == []


def test_parts_of_it_are_fetched(bucket, alice):
    data = bytes(range(256)) * 100
    alice.put("Plans/film.mp4", data)
    part = alice("GET", "Plans/film.mp4", Range="bytes=1000-1999")
    assert (part.status, part.body, part.headers["content-range"]) == (206, data[1000:2000], "bytes 1000-1999/25600")
    assert alice("GET", "Plans/film.mp4", Range="bytes=-10").body == data[-10:]
    assert alice("GET", "Plans/film.mp4", Range="bytes=25600-").status == 416
    assert alice("HEAD", "Plans/film.mp4").headers["content-length"] == "25600"


def test_what_was_written_over_is_a_version_and_a_copy_takes_no_room(bucket, alice, town):
    alice.put("Plans/report.txt", b"first")
    alice.put("Plans/report.txt", b"second")
    assert alice.copy("Plans/report.txt", "Plans/copy.txt").status == 201
    assert len(held(bucket)) == 2
    version = Version.objects.get()
    page = signed_in(town.alice)
    assert body(page.get(f"/files/versions/{version.pk}/download/")) == b"first"
    assert alice("GET", "Plans/copy.txt").body == b"second"
    assert body(page.get(f"/files/download/{Node.objects.get(name='copy.txt').pk}/")) == b"second"
    assert list(fsck.check(deep=True)) == []


def test_large_ones_come_in_parts(bucket, alice):
    parts = [os.urandom(6 * 2**20), os.urandom(100)]
    upload = "/remote.php/dav/uploads/alice/t1"
    assert alice("MKCOL", upload).status == 201
    for number, part in enumerate(parts):
        assert alice.put(f"{upload}/{number:016}", part).status == 201
    done = alice.move(f"{upload}/.file", "Plans/large.bin", OC_Total_Length=str(sum(map(len, parts))))
    assert done.status == 201
    assert alice("GET", "Plans/large.bin").body == b"".join(parts)


def test_what_nobody_has_any_more_leaves_the_store(bucket, alice):
    alice.put("Plans/report.txt", b"first")
    Node.objects.filter(name="report.txt").delete()
    Version.objects.all().delete()
    Blob.objects.update(created_at=make.in_hours(-24 * 60))
    while sweeping.sweep_blobs(days=0):
        pass
    assert held(bucket) == set()


def test_a_store_that_is_away_is_said_and_nothing_is_half_written(bucket, alice, settings):
    alice.put("Plans/report.txt", b"first")
    options = settings.STORAGES["blobs"]["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {"blobs": settings.STORAGES["blobs"] | {"OPTIONS": options}}
    gone = alice("GET", "Plans/report.txt")
    assert gone.status == 503
    assert "retry-after" in gone.headers
    assert alice.put("Plans/new.txt", b"new").status == 503
    assert not Node.objects.filter(name="new.txt").exists()
    assert [path for path in django_settings.STAGING_DIR.rglob("*") if path.is_file()] == []


def test_what_the_store_has_lost_is_said_and_comes_back_from_a_backup(bucket, alice, tmp_path):
    alice.put("Plans/report.txt", b"first")
    blob = Node.objects.get(name="report.txt").blob
    backups = Repository(tmp_path / "backups", make=True)
    with storage.open_stored(blob.key) as source:
        backups.add("files", blob.key, source)
    store = registry.stores()[0]
    size, digest = sealing.stored_size(blob.key, 5), bytes(blob.stored_sha256 or blob.sha256).hex()
    assert restoring._is_there(store, blob.key, size)
    bucket.Object(f"contents/{blob.key}").put(Body=b"cut")
    assert not restoring._is_there(store, blob.key, size)
    for one in bucket.objects.all():
        one.delete()
    assert alice("GET", "Plans/report.txt").status == 503
    assert not restoring._is_there(store, blob.key, size)
    bucket.Object(f"contents/{blob.key}").put(Body=b"cut")
    with backups.read(backups.place_of("files", blob.key)) as source:
        storage.put_back(blob.key, source, digest)
    assert alice("GET", "Plans/report.txt").body == b"first"
    assert held(bucket) == {f"contents/{blob.key}"}


def test_it_reads_like_a_file(bucket, alice):
    data = os.urandom(3 * 2**20 + 7)
    alice.put("Plans/film.mp4", data)
    with storage.open_blob(Node.objects.get(name="film.mp4").blob.key) as file:
        assert file.read(10) == data[:10]
        assert file.seek(-20, os.SEEK_END) == len(data) - 20
        assert file.read() == data[-20:]
        assert file.read() == b""
        assert file.seek(2**20) == 2**20
        assert file.read(2**20 + 5) == data[2**20 : 2**21 + 5]
        assert file.tell() == 2**21 + 5
