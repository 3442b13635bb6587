"""Everyone takes all their data with them: byte for byte, theirs alone, whole or not at all."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import models
from django.utils import timezone

from collab.accounts.models import User
from collab.events.models import AuditEntry, Job
from collab.marks.models import Comment, Favourite
from collab.mydata import archive, exporting, tasks
from collab.mydata.models import Export
from collab.registry import registry
from collab.rights.right import EDITOR, READER
from files.models import Node, Version
from tests import sealing
from tests import town as make
from tests.accounts.people import PASSWORD
from tests.mydata.conftest import unpack, work
from tests.sample_app.models import Whiteboard

DATA = "/settings/data/"


@pytest.fixture
def mine(bob):
    """Bob's own files: deep, alike, empty, thrown away, under names that other systems refuse."""
    home = make.home(bob)
    deep = make.make_folder(bob, make.make_folder(bob, home, "Été 2026"), "Photos")
    files = {
        "Été 2026/Photos/a.jpg": b"\xff\xd8 picture",
        "con.txt": b"a device elsewhere",
        "a:b?.txt": b"one",
        "a_b_.txt": b"other",
        "README.html": b"<script>alert(1)</script>",
    }
    for path, content in files.items():
        make.make_file(bob, deep if "/" in path else home, path.rpartition("/")[2], content)
    make.make_folder(bob, home, "Empty")
    gone = make.make_file(bob, home, "gone.txt", b"thrown away")
    make.throw_away(bob, gone)
    Favourite.objects.create(user=bob, kind="node", object_id=Node.objects.get(name="a.jpg").pk)
    return files


def taken(browser, **options: Any) -> Any:
    assert browser.post(f"{DATA}export/", options).status_code == 302
    job = work()
    assert job.state == "done", job.message
    return unpack(browser.get(f"{DATA}download/"))


def told(packed, ending):
    (name,) = [one for one in packed.namelist() if one.endswith(ending)]
    return json.loads(packed.read(name))


def test_the_archive_holds_my_files_byte_for_byte_and_what_is_known_of_me(enter, bob, mine, town):
    packed = taken(enter(bob))
    assert packed.testzip() is None
    known = told(packed, "Files/files.json")
    assert {one["path"].removeprefix("My files/") for one in known if not one["in_trash"]} == set(mine)
    for one in known:
        where = one["path"].removeprefix("My files/")
        assert packed.read(one["file"]) == mine.get(where, b"thrown away")
    assert {one["path"] for one in known if one["favourite"]} == {"My files/Été 2026/Photos/a.jpg"}
    assert [one["path"].rpartition("/")[2] for one in known if one["in_trash"]] == ["gone.txt"]
    assert "Files/My files/Empty/" in packed.namelist()
    assert [one["name"] for one in told(packed, "/favourites.json")] == ["a.jpg"]
    assert told(packed, "profile.json")["username"] == "bob"
    assert [one["group"] for one in told(packed, "memberships.json")] == ["Team"]
    assert [one["name"] for one in told(packed, "spaces.json")] == ["Plans"]
    assert "sign-in" in {one["kind"] for one in told(packed, "audit.json")}


def test_earlier_versions_come_along_when_they_are_wished_for(enter, bob, mine, town):
    home = make.home(bob)
    for content in (b"two", b"three"):
        make.make_file(bob, home, "a:b?.txt", content, mtime=1_700_000_000 + len(content))
    Version.objects.filter(mtime=1_700_000_003).update(label="For the board")
    browser = enter(bob)
    packed = taken(browser)
    assert not [name for name in packed.namelist() if "Earlier" in name]
    assert all("versions" not in one for one in told(packed, "Files/files.json"))
    assert 'name="versions" value="1" aria-describedby' in browser.get(f"{DATA}export/").content.decode(), "off"
    packed = taken(browser, versions="1")
    known = {one["path"]: one for one in told(packed, "Files/files.json")}
    versions = known["My files/a:b?.txt"]["versions"]
    assert [(packed.read(one["file"]), one["name"]) for one in versions] == [(b"two", "For the board"), (b"one", "")]
    assert re.fullmatch(
        r"Files/Earlier versions/My files/a_b_\.txt/2023-11-14 \d\d\.13\.23\.txt", versions[0]["file"]
    ), versions[0]["file"]
    assert packed.read(known["My files/a:b?.txt"]["file"]) == b"three"
    assert known["My files/con.txt"]["versions"] == []
    assert "What your files were before" in packed.read("README.html").decode()
    assert packed.testzip() is None


def test_comments_are_in_it_without_the_names_of_what_i_see_no_more(enter, bob, alice, town):
    folder = make.make_folder(alice, town.root, "Accounts")
    facts = {"kind": "node", "object_id": folder.pk, "space": town.space}
    Comment.objects.create(author=bob, body="Well done", **facts)
    Comment.objects.create(author=alice, body="CANARY", **facts)
    Comment.objects.create(author=bob, body="taken back", deleted_at=timezone.now(), **facts)
    (one,) = told(taken(enter(bob)), "comments.json")
    assert (one["text"], one["name"]) == ("Well done", "Accounts")
    make.restrict(alice, folder)
    packed = taken(enter(bob))
    (one,) = told(packed, "comments.json")
    assert (one["text"], one["name"]) == ("Well done", None)
    assert b"CANARY" not in b"".join(packed.read(name) for name in packed.namelist())


def test_every_system_can_unpack_the_names(enter, bob, mine):
    packed = taken(enter(bob))
    names = packed.namelist()
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not set(name) & set('\\:*?"<>|\0'), name
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "con.txt" not in name.split("/")


def test_the_index_is_in_the_persons_language_and_escapes_names(enter, bob, mine):
    User.objects.filter(pk=bob.pk).update(language="fr", display_name="<b>Bob</b>")
    bob.refresh_from_db()
    packed = taken(enter(bob, "fr"))
    page = packed.read("README.html").decode()
    assert '<html lang="fr">' in page
    assert "Les données de" in page
    assert "<b>Bob" not in page
    assert "Fichiers/" in page
    assert any(name.startswith("Fichiers/Mes fichiers/Été 2026/") for name in packed.namelist())


def test_nothing_of_others_is_in_it(enter, bob, alice, eve, admin, town, mine):
    """Canaries: names and words of others, in every place where the house knows Bob beside them."""
    secret = make.make_folder(alice, town.root, "CANARY-folder")
    make.share(alice, secret, bob, READER.mask)
    make.make_file(alice, secret, "CANARY-file.txt", b"CANARY-content")
    make.unshare(alice, secret, bob)
    make.restrict(alice, secret)
    people = make.make_user("canary-user", email="canary-mail@example.org")
    people.display_name = "CANARY-name"
    people.save()
    make.share(bob, make.make_folder(bob, make.home(bob), "Given"), people, EDITOR.mask)
    AuditEntry.objects.create(
        kind="address-changed", actor_id=bob.pk, actor_name="Bob", subject_kind="user", subject_id=people.pk,
        subject_name="CANARY-name", details={"before": "canary-mail@example.org"},
    )  # fmt: skip
    AuditEntry.objects.create(
        kind="rank", actor_id=people.pk, actor_name="CANARY-name", subject_kind="user", subject_id=bob.pk,
        subject_name="Bob", address="192.0.2.99",
    )  # fmt: skip
    packed = taken(enter(bob))
    for name in packed.namelist():
        body = packed.read(name)
        if name.endswith("audit.json"):
            body = body.replace(b"CANARY-folder", b"")  # what was given to him bears its name of then
        assert b"canary" not in body.lower(), name
        assert b"192.0.2.99" not in body, name
        assert "canary" not in name.lower()


def test_secrets_stay_in_the_house(enter, bob):
    packed = taken(enter(bob))
    everything = b"".join(packed.read(name) for name in packed.namelist())
    for secret in (bob.password.encode(), b"digest", b"token", b"session_key"):
        assert secret not in everything


WAIVED = {
    "events.Outbox": "no person",
    "mydata.Export": "the archive itself",
    "mydata.Farewell": "a wish, shown on the page that made it",
    "dav.Lock": "held for minutes by a device",
    "files.Upload": "on its way, its bytes are not a file yet",
    "accounts.LoginFlow": "a device that waits for twenty minutes",
    "account.EmailAddress": "not used: the address is the profile's",
    "account.EmailConfirmation": "the same",
    "admin.LogEntry": "Django's emergency pages, told by the audit log",
}


def test_whatever_knows_a_person_is_exported_or_says_why_not():
    exporters = {plugin.slug for plugin in registry.plugins() if plugin.people and plugin.people.export}
    known = {"allauth.mfa": "accounts", "allauth.usersessions": "accounts"}
    missing = []
    for model in apps.get_models(include_auto_created=True):
        knows = any(
            isinstance(field, models.ForeignKey) and field.related_model is User for field in model._meta.get_fields()
        )
        where = apps.get_app_config(model._meta.app_label).name
        owner = known.get(where, where.rpartition(".")[2])
        if knows and model._meta.label not in WAIVED and owner not in exporters and "django.contrib" not in where:
            missing.append(model._meta.label)
    assert missing == [], "give the app's plugin a PersonHooks.export, or say here why there is none"


def test_it_is_for_its_own_person_alone(enter, bob, eve, admin, mine, settings):
    taken(enter(bob))
    for other in (eve, admin):
        assert enter(other).get(f"{DATA}download/").status_code == 404
    assert enter(eve).get(DATA).status_code == 200
    (path,) = settings.EXPORTS_DIR.glob("*")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_password_is_asked_for_again(client, bob):
    bob.set_password(PASSWORD)
    bob.save()
    client.force_login(bob)
    browser = client
    for address in (f"{DATA}export/", f"{DATA}download/"):
        assert "reauthenticate" in browser.get(address)["Location"]
    assert "reauthenticate" in browser.post(f"{DATA}export/")["Location"]
    assert not Export.objects.exists()


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
def test_the_front_sends_it_unless_it_lies_sealed(enter, bob, mine, settings, monkeypatch, sealed):
    monkeypatch.setattr(exporting.keys, "_open", {})  # what is opened here is closed again
    if sealed and not sealing.IS_ON:
        sealing.give_key(settings)
        sealing.seal_house()
    elif not sealed:
        monkeypatch.setattr(exporting.keys, "current", lambda: None)  # also in a suite that seals all else
    browser = enter(bob)
    taken(browser)
    answer = browser.get(f"{DATA}download/", headers={"x-sendfile-type": "X-Accel-Redirect"})
    if sealed:
        assert "X-Accel-Redirect" not in answer
        assert unpack(answer).testzip() is None
    else:
        assert answer["X-Accel-Redirect"] == f"/.blobs/exports/{Export.objects.get().file}"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]


def test_one_at_a_time_and_a_new_one_replaces_the_old(enter, bob, mine, settings, django_capture_on_commit_callbacks):
    browser = enter(bob)
    browser.post(f"{DATA}export/")
    assert browser.post(f"{DATA}export/").status_code == 409
    work()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(f"{DATA}export/").status_code == 302
    assert list(settings.EXPORTS_DIR.glob("*")) == []
    work()
    assert len(list(settings.EXPORTS_DIR.glob("*"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"{DATA}discard/")
    assert list(settings.EXPORTS_DIR.glob("*")) == []
    assert browser.get(f"{DATA}download/").status_code == 404


def test_the_page_shows_how_far_it_is_and_what_came_of_it(enter, bob, mine):
    browser = enter(bob)
    assert "Take my data with me" in browser.get(DATA).content.decode()
    browser.post(f"{DATA}export/")
    Job.objects.update(state="running", done=3, total=10, message="2 files packed")
    part = browser.get(DATA, headers={"hx-request": "true"}).content.decode()
    assert "30 %" in part
    assert 'hx-trigger="every 1s"' in part
    Job.objects.update(state="waiting")
    work()
    assert "Your archive is ready" in browser.get(DATA).content.decode()


def test_a_full_disk_leaves_nothing(enter, bob, mine, settings, monkeypatch):
    browser = enter(bob)
    real = archive.shutil.disk_usage
    full = type(real("/"))(100, 100, 0)
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: full)
    assert browser.post(f"{DATA}export/").status_code == 507
    assert not Export.objects.exists()
    monkeypatch.setattr(archive.shutil, "disk_usage", real)
    browser.post(f"{DATA}export/")
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: full)
    monkeypatch.setattr(archive, "_LOOK_EVERY", 1)
    job = work()
    assert job.state == "failed"
    assert "no room" in job.message
    assert list(settings.EXPORTS_DIR.glob("*")) == []
    page = browser.get(DATA).content.decode()
    assert "no room" in page
    assert "Try again" in page


def test_an_error_of_the_disk_in_the_middle_leaves_nothing(enter, bob, mine, settings, monkeypatch):
    browser = enter(bob)
    browser.post(f"{DATA}export/")

    def broken(self: Any, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Archive, "_count", broken)
    job = work()
    assert job.state == "failed"
    assert "no room" in job.message
    assert list(settings.EXPORTS_DIR.glob("*")) == []


def test_what_the_store_has_lost_is_named_and_the_rest_arrives(enter, bob, mine, settings):
    lost = Node.objects.get(name="con.txt")
    (settings.BLOBS_DIR / lost.blob.key).unlink()
    known = told(taken(enter(bob)), "Files/files.json")
    assert [one["path"] for one in known if one.get("lost")] == ["My files/con.txt"]
    assert len([one for one in known if one["file"]]) == 5


def test_it_ends_after_a_week(enter, bob, mine, settings, django_capture_on_commit_callbacks):
    browser = enter(bob)
    taken(browser)
    Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert browser.get(f"{DATA}download/").status_code == 404
    stray = settings.EXPORTS_DIR / "stray.zip"
    stray.write_bytes(b"x")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tend()
    assert [path.name for path in settings.EXPORTS_DIR.glob("*")] == ["stray.zip"], "it may be on its way"
    assert not Export.objects.exists()


def test_a_worker_that_died_begins_it_again(enter, bob, mine, settings):
    browser = enter(bob)
    browser.post(f"{DATA}export/")
    Job.objects.update(state="running", attempts=1, updated_at=timezone.now() - timedelta(minutes=5))
    assert work().state == "done"
    assert len(list(settings.EXPORTS_DIR.glob("*"))) == 1


def test_one_who_was_disabled_meanwhile_gets_none(enter, bob, mine, settings):
    enter(bob).post(f"{DATA}export/")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert work().state == "failed"
    assert not settings.EXPORTS_DIR.exists() or list(settings.EXPORTS_DIR.glob("*")) == []


def test_a_letter_says_that_it_is_ready(enter, bob, mine, settings, django_capture_on_commit_callbacks):
    settings.MAIL_URL = "smtp://mail.example.org"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    User.objects.filter(pk=bob.pk).update(email="bob@example.org", language="fr")
    bob.refresh_from_db()
    enter(bob, "fr").post(f"{DATA}export/")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        work()
    (letter,) = mail.outbox
    assert letter.to == ["bob@example.org"]
    assert "Bonjour Bob" in letter.body
    assert DATA in letter.body


def test_a_member_larger_than_four_gigabytes_fits(tmp_path, monkeypatch):
    """Sparse in time, not in space: the size is told by zlib's store, a block of zeros again and again."""
    monkeypatch.setattr(archive, "require_room", lambda folder, size: None)
    monkeypatch.setattr(archive.zipfile, "ZIP64_LIMIT", 1000)
    with archive.Archive(tmp_path / "large.zip") as packed:
        packed.section("Files").write("large.bin", (b"\0" * 500 for _number in range(10)))
    with zipfile.ZipFile(tmp_path / "large.zip") as found:
        assert found.getinfo("Files/large.bin").file_size == 5000
        assert found.testzip() is None


def test_paths_cannot_leave_their_folder(tmp_path):
    with archive.Archive(tmp_path / "a.zip") as packed:
        into = packed.section("Files")
        names = [
            into.write("../../etc/passwd", b"1"),
            into.write("/absolute", b"2"),
            into.write("C:\\Windows\\x", b"3"),
            into.write("a/./b", b"4"),
            into.write("trailing. ", b"5"),
            into.write("x" * 400, b"6"),
            into.write("\x1b[31mred", b"7"),
        ]
    for name in names:
        assert name.startswith("Files/")
        assert not {"..", "."} & set(name.split("/")), name
        assert name.isprintable()
        assert all(len(part.encode()) <= 255 for part in name.split("/"))


def test_a_file_and_a_folder_that_look_alike_lie_side_by_side(tmp_path):
    with archive.Archive(tmp_path / "a.zip") as packed:
        into = packed.section("Files")
        names = [into.write("A", b"1"), into.write("a/x", b"2"), into.write("a/y", b"3"), into.write("A:/z", b"4")]
    folders = {name.rpartition("/")[0].casefold() for name in names[1:]}
    assert names[0].casefold() not in folders
    assert len({name.rpartition("/")[0] for name in names[1:3]}) == 1
    assert len({name.casefold() for name in names}) == 4


def test_a_third_partys_app_puts_its_part_in_by_its_plugin_alone(enter, bob, town):
    Whiteboard.objects.create(space=town.space, acl=town.space.acl, title="Ideas")
    packed = taken(enter(bob))
    assert told(packed, "Whiteboards/whiteboards.json") == ["Ideas"]
    assert packed.read("Whiteboards/drawings/a_b.txt") == b"one two"
    assert packed.getinfo("Whiteboards/drawings/a_b.txt").date_time[0] == 1980, "what no ZIP can date"
    assert "Whiteboards that you see" in packed.read("README.html").decode()


def test_the_owner_of_nothing_exports_too(enter, town):
    guest = make.make_user("gus", "guest")
    packed = taken(enter(guest))
    assert told(packed, "profile.json")["rank"] == "guest"
    assert "README.html" in packed.namelist()
    assert exporting.of(guest).size > 0
