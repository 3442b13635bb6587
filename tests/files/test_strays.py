"""What a crash leaves behind goes by itself, and nothing else goes with it."""

import io
import os

import pytest
from django.conf import settings

from files import storage, strays
from files.actions import uploading
from files.models import Blob, Upload
from tests import town as make

LONG_AGO = 1_000_000_000


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.BLOBS_DIR, settings.STAGING_DIR = tmp_path, tmp_path / "staging"
    stores = {**settings.STORAGES, "blobs": {**settings.STORAGES["blobs"], "OPTIONS": {"location": str(tmp_path)}}}
    settings.STORAGES = stores


def test_staged_bytes_go_after_a_day(alice, root):
    with storage.stage() as arriving:
        arriving.write(b"on its way")
        left = settings.STAGING_DIR / "0123456789abcdef01234567"
        left.write_bytes(b"its server was killed")
        os.utime(left, (LONG_AGO, LONG_AGO))
        assert strays.sweep_strays() == 1
        assert not left.exists()
        assert arriving.path.exists()


def test_parts_without_an_upload_go(alice):
    open_one = uploading.begin(make.act(alice), "open")
    uploading.put_chunk(open_one, "1", io.BytesIO(b"part"))
    left, young = (uploading.folder_of(Upload(pk=number)) for number in (777_001, 777_002))
    for folder in (left, young):
        folder.mkdir(parents=True)
        (folder / "1").write_bytes(b"part")
    for folder in (left, uploading.folder_of(open_one)):
        os.utime(folder, (LONG_AGO, LONG_AGO))
    assert strays.sweep_strays() == 1
    assert [left.exists(), young.exists(), uploading.folder_of(open_one).exists()] == [False, True, True]


def test_blobs_without_a_row_go_after_a_week(alice, root, monkeypatch):
    kept = make.make_file(alice, root, "kept.txt", b"kept")
    make.write(alice, root, "kept.txt", b"with a version")
    with storage.stage() as staged:
        staged.write(b"named, and then the server was killed")
        staged.seal()
        key = staged.keep()
    assert strays.sweep_strays() == 0
    monkeypatch.setattr(strays, "KEPT_SECONDS", -1)
    assert strays.sweep_strays() == 1
    assert not storage.path_of(key).exists()
    assert all(storage.path_of(blob.key).exists() for blob in Blob.objects.all())
    assert make.read(kept) == b"with a version"
    assert make.is_clean(deep=True)
