"""Keys are kept before anything is sealed, changed at once, lost and brought back; the page tells of it."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from collab.accounts.models import Rank
from collab.backup import checking, drill, restoring, taking
from collab.backup.repository import Repository
from collab.events.models import AuditEntry
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from collab.registry import house
from collab.supervisor import prepare
from collab.vault import actions, keys, master, state
from collab.vault.models import DataKey
from files import fsck, sealing, storage
from files.models import Blob
from tests import sealing as sealed_house
from tests import town as make
from tests.accounts.people import typed_password
from tests.files.web import signed_in
from tests.live import web_environment
from tests.vault.conftest import finish

PAGE = "/administration/encryption/"


@pytest.fixture
def admin(town):
    return make.make_user("ada", rank=Rank.ADMIN)


def groups_of(recovery):
    parts = recovery.split("-")
    return " ".join(parts[number - 1] for number in actions.asked(recovery))


def run(*arguments, **options):
    out = io.StringIO()
    call_command("encryption", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_nothing_is_sealed_before_the_recovery_key_was_kept(town, stick, admin):
    with pytest.raises(Conflict):
        actions.turn_on(admin)
    recovery = actions.begin(admin)
    assert actions.begin(admin) == recovery
    with pytest.raises(Conflict):
        actions.turn_on(admin)
    for typed in ("", "0000 0000", recovery, groups_of(recovery)[:-1]):
        with pytest.raises(BadInput):
            actions.prove(admin, typed)
    assert (keys.vault().fingerprint, DataKey.objects.count()) == ("", 0)
    actions.prove(admin, groups_of(recovery).lower())
    with pytest.raises(Conflict):
        actions.prove(admin, groups_of(recovery))
    actions.turn_on(admin)
    house.forget_all()
    file = make.make_file(town.alice, town.root, "a.txt", b"a")
    assert sealing.lock_of(file.blob.key) == keys.wanted()
    assert list(AuditEntry.objects.filter(actor_id=admin.pk).order_by("pk").values_list("kind", flat=True)) == [
        "encryption-key", "encryption-on",
    ]  # fmt: skip


def test_only_administrators_may(town, stick):
    for does in (actions.begin, actions.turn_on, actions.turn_off, actions.rotate, actions.renew, actions.stay):
        with pytest.raises(Forbidden):
            does(town.bob)
    with pytest.raises(Forbidden):
        actions.prove(town.bob, "")
    assert not stick.exists()


def test_another_master_key_is_there_at_once_and_opens_what_was_sealed_before(lock, town, stick, admin):
    file = make.make_file(town.alice, town.root, "a.txt", b"content")
    before, key = keys.vault().fingerprint, file.blob.key
    recovery = actions.renew(admin)
    assert actions.renew(admin) == recovery
    assert keys.vault().fingerprint == before, "it counts only once it is kept"
    keys._open.clear()
    assert make.read(file) == b"content"
    actions.prove(admin, groups_of(recovery))
    assert keys.vault().fingerprint == actions.told(recovery) != before
    keys._open.clear()
    assert make.read(file) == b"content"
    assert make.fresh(file).blob.key == key, "no content was touched"
    stick.write_text(recovery)  # the new one alone
    keys._open.clear()
    assert make.read(file) == b"content"


def test_a_new_key_may_be_left_again(lock, stick):
    before = keys.vault().fingerprint
    actions.renew(None)
    actions.stay(None)
    assert (actions.waiting(None), keys.vault().fingerprint, keys.trouble()) == (None, before, "")
    assert len(master.known()) == 2


def test_cut_off_between_database_and_file_either_key_is_found(lock, town, stick, monkeypatch):
    file = make.make_file(town.alice, town.root, "a.txt", b"content")
    recovery = actions.renew(None)
    monkeypatch.setattr(actions.audit, "record", lambda *what, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.prove(None, groups_of(recovery))
    keys._open.clear()
    assert make.read(file) == b"content"
    assert keys.trouble() == ""


def test_a_lost_key_comes_back_by_one_command(lock, town, stick):
    file = make.make_file(town.alice, town.root, "a.txt", b"content")
    recovery = run("export-key").strip()
    stick.unlink()
    keys._open.clear()
    assert state.health()[0] == "danger"
    assert "Bring" in prepare.key_missing()
    for command in ("check-key", "export-key", "status"):
        with pytest.raises(CommandError, match=r"import-key|not here"):
            run(command)
    with pytest.raises(Unavailable):
        make.read(file)
    with pytest.raises(CommandError, match="letter of it is wrong"):
        run("import-key", key=recovery[:-1] + ("0" if recovery[-1] != "0" else "1"))
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("import-key", key=master.text(os.urandom(32)))
    assert not stick.exists()
    assert "is back" in run("import-key", key=recovery.lower().replace("-", " "))
    assert make.read(file) == b"content"
    assert (prepare.key_missing(), state.health()[0]) == ("", "good")
    assert "opens everything" in run("check-key", key=recovery)
    with pytest.raises(CommandError, match="another one"):
        run("check-key", key=master.text(os.urandom(32)))


def test_a_server_does_not_start_without_its_key(living_town, stick):
    sealed_house.seal_house()
    environment = web_environment() | {"COLLAB_MASTER_KEY": "", "COLLAB_MASTER_KEY_FILE": str(stick)}
    environment["COLLAB_STATIC"] = str(stick.parent / "static")  # not where the servers of other tests look
    command = [sys.executable, "-m", "collab.supervisor.prepare"]
    aside = stick.read_bytes()
    stick.write_text(master.text(os.urandom(32)))
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == prepare.KEY_MISSING
    assert "Collab does not start" in refused.stderr
    assert "encryption import-key" in refused.stderr
    stick.write_bytes(aside)
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def test_everything_from_the_command_line(town, stick, monkeypatch):
    file = make.make_file(town.alice, town.root, "a.txt", b"content")
    shown = []
    monkeypatch.setattr("builtins.input", lambda question: groups_of(shown[0]))
    real = actions.begin
    monkeypatch.setattr(actions, "begin", lambda user: shown.append(real(user)) or shown[0])
    assert "Encryption is off" in run("status")
    with pytest.raises(CommandError, match="never turned on"):
        run("check-key")
    assert shown == []
    assert "1 of 1 contents" in run("on", now=True)
    assert sealing.lock_of(make.fresh(file).blob.key) == keys.wanted() != ""
    assert run("export-key").strip() == shown[0]
    renewed = actions.renew(None)
    assert "is " + actions.told(renewed) in run("rotate", master=True, key=groups_of(renewed))
    before = keys.wanted()
    run("rotate", now=True)
    assert sealing.lock_of(make.fresh(file).blob.key) == keys.wanted() != before
    run("off", now=True)
    assert sealing.lock_of(make.fresh(file).blob.key) == ""
    assert make.read(file) == b"content"
    with pytest.raises(CommandError, match="no key to change"):
        run("rotate")
    run("on", now=True)
    assert make.read(file) == b"content"


def test_where_the_environment_sets_it_the_operator_changes_it(town, stick, settings):
    settings.MASTER_KEY = master.text(bytes(range(32)))
    sealed_house.seal_house()
    file = make.make_file(town.alice, town.root, "a.txt", b"content")
    with pytest.raises(Conflict, match="COLLAB_MASTER_KEY"):
        actions.renew(None)
    settings.MASTER_KEY = f"{master.text(bytes(32))} {settings.MASTER_KEY}"
    actions.prove(None, groups_of(actions.renew(None)))
    settings.MASTER_KEY = master.text(bytes(32))
    keys._open.clear()
    assert make.read(file) == b"content"
    assert not stick.exists()


def test_keys_of_a_database_that_was_exchanged_are_refused(lock, town):
    DataKey.objects.create(name="deadbeef", wrapped=os.urandom(60))
    assert "does not open deadbeef" in keys.trouble()
    with pytest.raises(NotFound):
        actions.bring_back(master.text(bytes(32)))


def test_the_health_page_says_how_it_is(lock, town):
    assert state.health()[:2] == ("good", f"On, key {keys.vault().fingerprint}.")
    type(keys.vault()).objects.update(saved_at=None)
    assert state.health()[0] == "danger"
    actions.turn_off(None)
    make.make_file(town.alice, town.root, "a.txt", b"content")
    house.forget_all()
    assert state.health()[0] == "good"


def test_the_page_turns_it_on_once_the_key_is_kept(town, stick, admin):
    web = signed_in(admin)
    assert signed_in(town.bob).get(PAGE).status_code == 403
    first = web.get(PAGE).content.decode()
    assert "It is off" in first
    assert "Whoever runs the server" in first
    typed_password(web)
    assert web.get(f"{PAGE}key/")["Location"] == PAGE, "there is none yet"
    assert web.post(f"{PAGE}on/").status_code == 409
    assert web.post(f"{PAGE}prepare/")["Location"] == f"{PAGE}key/"
    (recovery,) = map(master.text, master.known())
    shown = web.get(f"{PAGE}key/").content.decode()
    assert all(group in shown for group in recovery.split("-"))
    kept = web.get(f"{PAGE}key/file/")
    assert recovery in kept.content.decode()
    assert kept["Content-Disposition"].startswith("attachment")
    wrong = web.post(f"{PAGE}key/", {"groups": "0000 0000"})
    assert (wrong.status_code, keys.vault().fingerprint) == (400, "")
    assert web.post(f"{PAGE}key/", {"groups": groups_of(recovery)}).status_code == 302
    assert "It is on" in web.get(PAGE).content.decode()
    assert web.get(f"{PAGE}key/")["Location"] == PAGE, "it is shown no more"
    assert web.get(f"{PAGE}key/file/")["Location"] == PAGE
    make.make_file(town.alice, town.root, "a.txt", b"a")
    before = keys.wanted()
    web.post(f"{PAGE}rotate/")
    house.forget_all()
    assert keys.wanted() not in {before, ""}
    assert "1 file is left" in web.get(PAGE, HTTP_HX_REQUEST="true").content.decode()
    finish()
    web.post(f"{PAGE}off/")
    house.forget_all()
    assert keys.wanted() == ""
    assert signed_in(town.bob).post(f"{PAGE}on/").status_code == 403


def test_showing_the_key_asks_for_the_password_again(town, stick, admin):
    web = signed_in(admin)
    actions.begin(admin)
    for answer in (web.get(f"{PAGE}key/"), web.get(f"{PAGE}key/file/"), web.post(f"{PAGE}prepare/")):
        assert (answer.status_code, answer["Location"].startswith("/accounts/")) == (302, True)


def test_a_backup_travels_sealed_and_says_when_its_key_is_missing(living_town, stick, tmp_path):
    town = living_town
    make.make_file(town.alice, town.root, "plain.txt", b"before the encryption")
    lock = sealed_house.seal_house()
    file = make.make_file(town.alice, town.root, "secret.txt", b"sealed content" * 100)
    repository = Repository(tmp_path / "backups", make=True)
    assert taking.take(repository, lambda text: None).findings == []
    copied = repository.place_of("files", file.blob.key).read_bytes()
    assert b"sealed content" not in copied
    packed = b"".join(path.read_bytes() for path in repository.path.rglob("*") if path.is_file())
    assert master.known()[0] not in packed
    assert master.text(master.known()[0]).encode() not in packed
    assert list(drill.drill(repository, "", lambda text: None)) == []
    aside = stick.read_bytes()
    stick.unlink()
    assert ["opens with the key" in one for one in checking.check(repository, "", lambda text: None)] == [True]
    said = list(drill.drill(repository, "", lambda text: None))
    assert any("cannot be opened" in one for one in said)
    stick.write_bytes(aside)
    # brought back, contents and keys belong together
    storage.path_of(file.blob.key).unlink()
    (store,) = [one for one in restoring.registry.stores() if one.name == "files"]
    rows = {key: digest for key, _size, digest in repository.listed(repository.snapshot(), "files")}
    with repository.read(repository.place_of("files", file.blob.key)) as source:
        store.put(file.blob.key, source, rows[file.blob.key])
    assert make.read(file) == b"sealed content" * 100
    assert sealing.lock_of(file.blob.key) == lock.name
    assert list(fsck.check(deep=True)) == []
    assert Blob.objects.count() == 2
