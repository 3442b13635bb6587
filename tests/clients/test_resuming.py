"""An upload that broke off goes on where it stopped."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from files.actions import uploading
from files.models import Node, Upload
from tests import town
from tests.clients import trees
from tests.clients.nextcloud import Device, needed

pytestmark = needed

LARGE = 60 * 2**20
CHUNK = 10_000_000


def test_a_killed_client_sends_only_the_rest(device):
    laptop = device("alice")
    trees.put_large(laptop.folder, "film.bin", LARGE)
    upload = kill_in_the_second_part(laptop)
    wait_until(lambda: unfinished() == set())
    assert [part.size for part in uploading.chunks(upload)] == [CHUNK], "a part that broke off is not there"
    assert not Node.objects.filter(name="film.bin").exists(), "nothing shows before it is whole"

    rest = laptop.sync()
    assert rest.code == 0
    assert rest.count("MKCOL") == 0
    assert rest.count("PUT", f"/uploads/alice/{upload.transfer}/") >= 1
    assert f"/{upload.transfer}/0000000000000000" not in "".join(rest.requests), "the first part is not sent again"
    assert rest.count("MOVE", f"/uploads/alice/{upload.transfer}/.file") == 1
    node = Node.objects.select_related("blob").get(name="film.bin")
    assert bytes(node.blob.sha256).hex() == laptop.facts["film.bin"].digest
    assert not Upload.objects.exists()
    assert not uploading.folder_of(upload).exists()
    assert town.is_clean(deep=True)


def test_a_file_that_changed_meanwhile_is_sent_anew(device):
    laptop, desktop = device("alice"), device("alice")
    trees.put_large(laptop.folder, "film.bin", LARGE)
    old = kill_in_the_second_part(laptop)
    trees.put_large(laptop.folder, "film.bin", LARGE + 7, seed=1)
    assert laptop.sync().code == 0
    assert desktop.sync().code == 0
    assert trees.same(laptop.folder, desktop.folder)
    assert not Upload.objects.filter(pk=old.pk).exists(), "the client gives up the old one, the server forgets it"


def kill_in_the_second_part(laptop: Device) -> Upload:
    """Send slowly; kill the client when the first part is stored and the second on its way."""
    before = unfinished()
    process = laptop.start("--uplimit", "20000")
    try:
        wait_until(lambda: any(uploading.chunks(upload) for upload in Upload.objects.all()))
        wait_until(lambda: unfinished() - before)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    return Upload.objects.get()


def unfinished() -> set[Path]:
    """The bytes that are arriving now."""
    return {path for path in Path(settings.STAGING_DIR).glob("*") if path.is_file()}


def wait_until(true, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
