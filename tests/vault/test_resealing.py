"""Bringing everything under another key while people work: resumed, never half, nothing left over."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collab.backup import taking
from collab.backup.repository import Repository
from collab.lib.errors import OverQuota, Unavailable
from collab.vault import actions, keys, state, work
from files import fsck, resealing, sealing, storage
from files.models import Blob, FormerKey
from files.previews import orders, shelf
from files.strays import sweep_strays
from tests import sealing as sealed_house
from tests import town as make
from tests.files import pictures
from tests.vault.conftest import finish, stored

MARK = b"of before the encryption "


@pytest.fixture
def before(town, stick):
    """Files of before."""
    return [make.make_file(town.alice, town.root, f"{number}.txt", MARK * (number + 1)) for number in range(5)]


def whole(files):
    return all(make.read(file) == MARK * (number + 1) for number, file in enumerate(files))


def locks():
    return {sealing.lock_of(key) for key in Blob.objects.values_list("key", flat=True)}


def let_pass():
    """The hour in which readers go on is over."""
    FormerKey.objects.update(left_at=make.in_hours(-2))
    resealing.tidy()


def test_on_anew_and_off_again(before, town):
    lock = sealed_house.seal_house()
    assert work.progress() == (5, 5)
    mixed = make.make_file(town.alice, town.root, "new.txt", b"sealed at once")
    assert work.progress() == (6, 5)
    assert whole(before)
    finish()
    assert (locks(), work.progress()) == ({lock.name}, (6, 0))
    assert whole(before)
    assert len(stored(of=MARK)) == 5, "who reads them now goes on"
    let_pass()
    assert stored(of=MARK) == []
    actions.rotate(None)
    finish()
    (fresh,) = locks()
    assert fresh not in {lock.name, ""}
    actions.turn_off(None)
    finish()
    assert locks() == {""}
    let_pass()
    assert whole(before)
    assert make.read(mixed) == b"sealed at once"
    assert list(fsck.check(deep=True)) == []
    assert set(Blob.objects.values_list("stored_sha256", flat=True)) == {None}


def test_whoever_holds_a_former_name_is_led_to_the_content(before):
    names = list(Blob.objects.order_by("pk").values_list("key", flat=True))
    sealed_house.seal_house()
    finish()
    let_pass()
    for number, key in enumerate(names):
        assert not storage.path_of(key).exists()
        with storage.open_blob(key) as file:
            assert file.read() == MARK * (number + 1)
    FormerKey.objects.update(gone_at=make.in_hours(-24 * 8))
    resealing.tidy()
    with pytest.raises(Unavailable):
        storage.open_blob(names[0])


class Killed(BaseException):
    """As a process that is there no more: nothing is tidied up by it."""


PLACES = ["put_stream", "FormerKey", "keep", "carry", "before the row", "after the row"]


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere_it_goes_on_and_leaves_nothing(before, monkeypatch, place, settings):
    sealed_house.seal_house()
    assert resealing.step(keys.wanted(), 0).trouble == ""
    patch = pytest.MonkeyPatch()

    def killed(*what, **more):
        raise Killed

    patch.setattr(storage.Staged, "discard", lambda self: self._file.close())  # no cleaner comes after a kill
    if place == "put_stream":
        patch.setattr(storage, "put_stream", killed)
    elif place == "FormerKey":
        patch.setattr(FormerKey.objects, "create", killed)
    elif place == "keep":
        patch.setattr(storage.Staged, "keep", killed)
    elif place == "carry":
        patch.setattr(shelf, "carry", killed)
    else:
        real = resealing.transaction.atomic

        class Cut:
            def __enter__(self):
                if place == "before the row":
                    raise Killed
                self.inner = real()
                return self.inner.__enter__()

            def __exit__(self, *failure):
                self.inner.__exit__(*failure)
                raise Killed

        patch.setattr(resealing.transaction, "atomic", Cut)
    with pytest.raises(Killed):
        resealing.step(keys.wanted(), 0)
    patch.undo()
    assert whole(before)
    monkeypatch.setattr(fsck, "STRAY", -60)  # even what is as new as this
    assert list(fsck.check(deep=True)) == []
    finish()
    assert whole(before)
    let_pass()
    assert {path.relative_to(settings.BLOBS_DIR).as_posix() for path in settings.BLOBS_DIR.glob("??/*/*")} == {
        *Blob.objects.values_list("key", flat=True)
    }
    assert list(fsck.check(deep=True)) == []


def test_a_damaged_file_is_passed_over_and_told(before):
    storage.path_of(before[0].blob.key).write_bytes(b"changed")
    storage.path_of(before[1].blob.key).unlink()
    sealed_house.seal_house()
    finish()
    now = state.read()
    assert now.done.waiting == 2
    assert before[1].blob.key in now.row.trouble
    assert state.health()[0] == "warn"
    assert [make.read(file) for file in before[2:]] == [MARK * 3, MARK * 4, MARK * 5]
    assert storage.path_of(before[0].blob.key).read_bytes() == b"changed", "what there is of it stays"


def test_a_full_disk_stops_it_and_the_health_page_says_so(before, monkeypatch):
    sealed_house.seal_house()

    def full(self):
        raise OverQuota

    monkeypatch.setattr(storage.Staged, "keep", full)
    assert work.go_on() is False
    state_now = state.read()
    assert (state_now.done.waiting, state_now.row.trouble) == (5, str(OverQuota().message))
    type(state_now.row).objects.update(moved_at=make.in_hours(-1))
    assert state.health()[0] == "danger"
    assert whole(before)


def test_nothing_is_removed_while_a_backup_copies(living_town, stick, tmp_path, monkeypatch):
    make.make_file(living_town.alice, living_town.root, "one.txt", MARK)
    sealed_house.seal_house()
    finish()
    FormerKey.objects.update(left_at=make.in_hours(-2))
    repository = Repository(tmp_path / "backups", make=True)
    monkeypatch.setattr(repository, "link", lambda *what: False)
    real, left = Repository.add, []

    def tidy():
        resealing.tidy()
        left.append(FormerKey.objects.filter(gone_at=None).count())
        connection.close()

    def meanwhile(self, store, key, source):
        thread = threading.Thread(target=tidy)
        thread.start()
        thread.join()
        return real(self, store, key, source)

    monkeypatch.setattr(Repository, "add", meanwhile)
    assert taking.take(repository, lambda text: None).findings == []
    tidy()
    assert left == [1, 0]


def test_previews_come_along(town, stick, monkeypatch):
    monkeypatch.setattr(orders, "call", lambda: None)
    file = make.make_file(town.alice, town.root, "photo.jpg", pictures.jpeg(800, 600))
    row = orders.ready(file.blob_id, file.name, patient=True)
    shown = shelf.take(file.blob.key, row.how, row.sizes, 0)
    sealed_house.seal_house()
    finish()
    let_pass()
    assert shelf.take(make.fresh(file).blob.key, row.how, row.sizes, 0) == shown
    assert stored(of=b"RIFF") == []


def test_people_write_meanwhile(living_town, stick):
    town = living_town
    files = [make.make_file(town.alice, town.root, f"{number}.txt", MARK) for number in range(12)]
    sealed_house.seal_house()
    wanted, going, trouble = {file.pk: MARK for file in files}, threading.Event(), []

    def write():
        try:
            dice = random.Random(4)
            while not going.is_set():
                file, text = dice.choice(files), dice.randbytes(dice.randrange(1, 3000))
                make.make_file(town.alice, town.root, file.name, text)
                wanted[file.pk] = text
                other = dice.choice(files)
                if make.read(other) != wanted[other.pk]:
                    trouble.append(other.name)
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _time in range(4):
            finish()
            actions.rotate(None)
        finish()
    finally:
        going.set()
        writer.join()
    finish()
    assert trouble == []
    assert {file.pk: make.read(file) for file in files} == wanted
    assert len(locks()) == 1
    let_pass()
    assert list(fsck.check(deep=True)) == []


def test_two_do_not_do_it_at_once_and_it_costs_little_when_all_is_done(living_town, stick):
    make.make_file(living_town.alice, living_town.root, "one.txt", MARK)
    sealed_house.seal_house()
    with work._alone() as mine:
        assert mine
        found = []
        thread = threading.Thread(target=lambda: (found.append(work.go_on()), connection.close()))
        thread.start()
        thread.join()
        assert found == [False]
        assert work.progress().waiting == 1
    finish()
    with CaptureQueriesContext(connection) as asked:
        work.go_on()
    assert len(asked) <= 6


def test_bytes_of_before_are_no_strays(before, monkeypatch):
    sealed_house.seal_house()
    finish()
    monkeypatch.setattr("files.strays.KEPT_SECONDS", -60)
    former = FormerKey.objects.get(blob_id=before[0].blob_id)
    sweep_strays()
    assert storage.path_of(former.pk).is_file()
