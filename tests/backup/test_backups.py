"""Backups: taken while everybody works, whole or not there, checked to the last byte, brought back as they were."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from collab.backup import checking, drill, keeping, programs, restoring, state, taking
from collab.backup.repository import BackupError, Repository
from collab.lib.instance import instance_id
from files import storage
from files.models import Blob
from tests import town as make
from tests.live import web_environment

ROOT = Path(__file__).resolve().parent.parent.parent


def quiet(text: str) -> None:
    """Nobody looks on."""


def objects(repository: Repository) -> list[Path]:
    return sorted(path for path in (repository.path / "objects").rglob("*") if path.is_file())


def findings(repository: Repository) -> list[str]:
    return list(checking.check(repository, "", quiet))


@pytest.fixture
def later(monkeypatch: Any) -> None:
    """Each backup has a second of its own."""
    names = iter(f"2026112{day}T030000Z" for day in range(1, 9))
    monkeypatch.setattr(taking, "_name", lambda repository: next(names))


def test_only_what_is_new_is_copied(house, repository, later):
    first = taking.take(repository, quiet)
    assert (first.things, first.new, first.findings) == (3, 3, [])
    make.make_file(house.alice, house.root, "four.txt", b"four")
    make.make_file(house.alice, house.root, "one.txt", b"changed")
    second = taking.take(repository, quiet)
    assert (second.things, second.new) == (5, 2)
    assert repository.snapshots() == [first.name, second.name]
    assert findings(repository) == []
    blob = Blob.objects.get(size=4)
    with storage.open_blob(blob.key) as plain, storage.open_stored(blob.key) as stored:
        assert plain.read() == b"four"
        assert repository.place_of("files", blob.key).read_bytes() == stored.read()


def test_it_is_the_database_of_one_moment_while_others_write(house, repository, second, asked):
    going = threading.Event()

    def write() -> None:
        from django.db import connection

        number = 0
        while not going.is_set():
            make.make_file(house.alice, house.root, f"busy {number}.txt", b"x" * (number + 1))
            number += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        taken = taking.take(repository, quiet)
    finally:
        going.set()
        writer.join()
    assert findings(repository) == []
    facts = repository.manifest(repository.snapshot())
    with repository.read(repository.snapshot() / "database") as dump:
        programs.load(dump, second)
    (((rows,),), ((files,),)) = (asked("SELECT count(*) FROM files_blob"), asked("SELECT count(*) FROM files_node"))
    assert rows == facts["tables"]["files_blob"] == taken.things
    assert files == facts["tables"]["files_node"]


def test_a_damaged_or_missing_byte_is_found(house, repository):
    taking.take(repository, quiet)
    one, two, _three = objects(repository)
    data = bytearray(one.read_bytes())
    data[10] ^= 1
    one.unlink()  # a second name of the original: that stays as it is
    one.write_bytes(data)
    two.unlink()
    assert [finding.rpartition(" ")[2] for finding in findings(repository)] == ["changed", "missing"]
    with pytest.raises(BackupError, match="holds no backups"):
        Repository(repository.path.parent / "nowhere")
    database = repository.snapshot() / "database"
    database.write_bytes(database.read_bytes()[:-10])
    with pytest.raises(BackupError, match="Nothing was changed"):
        checking.require_whole(repository, repository.snapshot())


def test_what_the_store_has_lost_is_named_and_the_rest_is_kept(house, repository):
    lost = Blob.objects.order_by("key").first()
    (settings.BLOBS_DIR / lost.key).unlink()
    taken = taking.take(repository, quiet)
    assert taken.findings == [f"files: {lost.key} cannot be read"]
    assert len(objects(repository)) == 2
    assert f"files: {lost.key} is missing" in findings(repository)


def test_one_that_breaks_off_is_none_and_the_next_one_is_whole(house, repository, monkeypatch, later):
    monkeypatch.setattr(repository, "link", lambda *what: False)
    real = Repository.add

    def breaks(self: Repository, store: str, key: str, source: Any) -> Any:
        if objects(self):
            raise OSError("the disk is full")
        return real(self, store, key, source)

    monkeypatch.setattr(Repository, "add", breaks)
    with pytest.raises(OSError, match="full"):
        taking.take(repository, quiet)
    assert repository.snapshots() == []
    monkeypatch.setattr(Repository, "add", real)
    assert taking.take(repository, quiet).new == 2
    assert findings(repository) == []


def test_older_ones_go_with_what_only_they_held(house, repository, later):
    first = taking.take(repository, quiet)
    names = [taking.take(repository, quiet).name for _number in range(2)]
    aside = objects(repository)[0]
    (aside.parent / f"{'0' * 64}-stray").write_bytes(b"of nobody")
    (repository.path / "snapshots" / first.name).rename(repository.path / "snapshots" / "20200101T030000Z")
    (repository.path / "snapshots" / names[0]).rename(repository.path / "snapshots" / "20200101T020000Z")
    assert keeping.thin(repository) == ["20200101T020000Z"]
    assert len(objects(repository)) == 3
    assert findings(repository) == []


def test_two_at_once_are_refused(house, repository):
    with repository.alone(), pytest.raises(BackupError, match="under way"):
        taking.take(Repository(repository.path), quiet)


def test_sealed_ones_show_nothing_and_open_with_the_passphrase_alone(house, tmp_path, second, asked):
    repository = Repository(tmp_path / "sealed", "quatre lapins", make=True)
    taking.take(repository, quiet)
    everything = b"".join(path.read_bytes() for path in repository.path.rglob("*") if path.is_file())
    assert b"oneone" not in everything
    assert b"alice" not in everything
    assert findings(repository) == []
    for passphrase, why in (("", "sealed"), ("trois lapins", "not the passphrase")):
        with pytest.raises(BackupError, match=why):
            Repository(repository.path, passphrase)
    again = Repository(repository.path, "quatre lapins")
    with again.read(again.snapshot() / "database") as dump:
        programs.load(dump, second)
    assert asked("SELECT count(*) FROM files_node")[0][0] > 3


def test_a_database_is_brought_back_whole_or_not_at_all(house, repository, second, asked):
    taking.take(repository, quiet)
    dump = (repository.snapshot() / "database").read_bytes()
    with (repository.snapshot() / "database").open("rb") as file:
        programs.load(file, second)
    before = asked("SELECT count(*), max(id) FROM files_node")
    for size in (len(dump) // 3, len(dump) - 100):
        (repository.path / "cut").write_bytes(dump[:size])
        with (repository.path / "cut").open("rb") as file, pytest.raises(BackupError, match="left as it was"):
            programs.load(file, second)
        assert asked("SELECT count(*), max(id) FROM files_node") == before


def test_the_drill_says_whether_a_backup_can_be_relied_on(house, repository, settings, tmp_path, monkeypatch):
    taking.take(repository, quiet)
    assert list(drill.drill(repository, "", quiet)) == []
    assert list(settings.DATA.glob("drill-*")) == []
    facts = repository.manifest(repository.snapshot())
    facts["tables"]["files_node"] += 1
    (repository.snapshot() / "manifest.json").write_text(json.dumps(facts))
    objects(repository)[0].unlink()
    said = list(drill.drill(repository, "", quiet))
    assert any("is missing" in finding for finding in said)
    assert any("files_node: " in finding for finding in said)
    assert any("bytes instead of" in finding for finding in said)


def test_everything_is_brought_back_on_another_machine(house, tmp_path, settings):
    """The commands as an operator types them: an empty instance with a PostgreSQL of its own."""
    expected = {blob.key: blob.size for blob in Blob.objects.all()}
    instance_id()
    backups = tmp_path / "backups"
    there = web_environment() | {"COLLAB_BACKUPS": str(backups), "COLLAB_BACKUP_PASSPHRASE": "quatre lapins"}
    run("backup", environment=there)
    fresh = {name: value for name, value in there.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    fresh["COLLAB_DATA"] = str(tmp_path / "other")
    (tmp_path / "other").mkdir(mode=0o711)
    tmp_path.chmod(0o711)
    done = run("restore", environment=fresh)
    assert "Everything is as it was" in done
    other = tmp_path / "other"
    assert {path.relative_to(other / "blobs").as_posix() for path in (other / "blobs").glob("??/*/*")} == set(expected)
    assert len((other / "data-fingerprint").read_text()) == 32
    assert json.loads((other / "restored").read_text())["holds"], "mail that waited then does not leave by itself"
    assert (other / "instance-id").read_text() == (settings.DATA / "instance-id").read_text()
    assert "0 findings" in run("fsck", "--deep", environment=fresh)
    with pytest.raises(AssertionError, match="accounts here already"):
        run("restore", environment=fresh)


def run(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_running_server_is_not_written_over(house, tmp_path):
    import psycopg

    with psycopg.connect(programs.address()), pytest.raises(BackupError, match="Stop it first"):
        restoring.in_use()


def test_the_health_page_says_how_backups_are(house, tmp_path, monkeypatch, settings):
    monkeypatch.setenv("COLLAB_BACKUPS", str(tmp_path / "backups"))
    (settings.DATA / "backup-state.json").unlink(missing_ok=True)
    assert state.health()[:2] == ("warn", "None yet; the first one is made within the hour.")
    call_command("backup")
    kind, says, _advice = state.health()
    assert kind in ("good", "warn")
    assert says.startswith("The last one: 20")
    state.note("failed", why="the disk is full")
    assert state.health()[0] == "danger"
    assert "the disk is full" in state.health()[1]
    monkeypatch.setattr(state, "hours_since", lambda kind: 40.0)
    assert state.health()[0] == "danger"
    monkeypatch.setenv("COLLAB_BACKUPS", "off")
    assert state.health()[0] == "warn"
    with pytest.raises(CommandError, match="switched off"):
        call_command("backup")
    (settings.DATA / "backup-state.json").unlink()


def test_names_that_lead_elsewhere_are_refused(repository):
    for key in ("../../etc/passwd", "/etc/passwd", "a/../b", "a b", "", "a/./b"):
        with pytest.raises(BackupError, match="no name"):
            repository.place_of("files", key)


def test_what_comes_back_is_compared(house, tmp_path):
    blob = Blob.objects.order_by("pk").first()
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"wrong")
    from collab.lib.errors import BadInput

    with wrong.open("rb") as file, pytest.raises(BadInput):
        storage.put_back("zz/z/other", file, bytes(blob.sha256).hex())
    assert not (storage.path_of("zz/z/other")).exists()
    assert os.listdir(settings.STAGING_DIR) == [] or all("zz" not in name for name in os.listdir(settings.STAGING_DIR))


def test_a_medium_that_is_only_read_is_read_all_the_same(house, repository, monkeypatch):
    taking.take(repository, quiet)
    real = Path.open

    def refused(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if path.name == "lock":
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, mode, *more, **options)

    monkeypatch.setattr(Path, "open", refused)
    with repository.alone():
        assert findings(repository) == []


def test_whatever_keeps_one_from_being_made_is_said(house, tmp_path, monkeypatch, settings):
    monkeypatch.setenv("COLLAB_BACKUPS", str(tmp_path / "backups"))

    def full(*what: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    take = taking.take
    monkeypatch.setattr(taking, "take", full)
    with pytest.raises(OSError, match="No space"):
        call_command("backup")
    assert state.health()[0] == "danger"
    assert "No space left" in state.health()[1]
    with translation.override("fr"):
        assert "Le disque des sauvegardes est plein" in state.health()[1]
    monkeypatch.setattr(taking, "take", take)
    monkeypatch.setenv("COLLAB_BACKUPS", str(tmp_path / "sealed"))
    monkeypatch.setenv("COLLAB_BACKUP_PASSPHRASE", "quatre lapins")
    state.opened(tmp_path / "sealed", make=True)
    monkeypatch.setenv("COLLAB_BACKUP_PASSPHRASE", "cinq lapins")
    with pytest.raises(CommandError, match="not the passphrase of these backups"):
        call_command("backup")
    with translation.override("fr"):
        assert "Ce n’est pas la phrase secrète de ces sauvegardes." in state.health()[1]
    (settings.DATA / "backup-state.json").unlink()


def test_a_trial_that_fails_is_a_finding(house, repository):
    taking.take(repository, quiet)
    database = repository.snapshot() / "database"
    database.write_bytes(database.read_bytes()[:-100])
    said = list(drill.drill(repository, "", quiet))
    assert any("has changed" in finding for finding in said)
    assert any("cannot be brought back" in finding for finding in said)
