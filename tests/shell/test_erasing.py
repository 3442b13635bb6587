"""Deleting the house: asked by its owner with name and password, after seven days, and nothing but the house's own."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from collab.accounts.actions import setup
from collab.accounts.models import User
from collab.events.models import AuditEntry
from collab.groups.models import Group
from collab.registry import house
from collab.shell import erasing, tasks
from files import erasing as bytes_of
from tests import town as make
from tests.accounts.people import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/administration/erase/"


@pytest.fixture
def owner(owner):
    owner.set_password(PASSWORD)
    owner.email = "olivia@example.org"
    owner.save()
    return owner


def ask(browser, name="Collab", password=PASSWORD):
    return browser.post(PAGE, {"name": name, "password": password})


def days_later(days):
    end = timezone.now() + timedelta(days=erasing.DAYS - days)
    house.put(erasing.KEY, {"at": end.isoformat(), "by": "Olivia"})


@pytest.mark.parametrize("rank", ["admin", "space_manager", "member", "guest"])
def test_the_owner_alone_ends_the_house(as_, rank):
    browser = as_(make.make_user("paul", rank))
    assert browser.get(PAGE).status_code == 403
    assert ask(browser).status_code == 403
    assert browser.post(f"{PAGE}cancel/").status_code == 403
    assert erasing.asked() is None


def test_the_page_says_what_is_lost_and_what_is_not(as_, owner, town):
    page = as_(owner).get(PAGE).content.decode()
    for words in ("What will be lost", "Backups of the server", "<strong>Collab</strong>"):
        assert words in page


@pytest.mark.parametrize(
    ("name", "password"), [("Colab", PASSWORD), ("Collab", "wrong"), ("", PASSWORD), ("Collab", "")]
)
def test_neither_name_nor_password_may_be_wrong(as_, owner, name, password):
    assert ask(as_(owner), name, password).status_code == 400
    assert erasing.asked() is None


def test_guessing_the_password_is_slowed_down(as_, owner):
    browser = as_(owner)
    answers = [ask(browser, password=f"guess {number}").status_code for number in range(10)]
    assert answers[-1] == 429


def test_everybody_who_administers_is_told_and_the_owner_may_change_their_mind(
    as_, owner, admin, bob, settings, django_capture_on_commit_callbacks
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    User.objects.filter(pk=admin.pk).update(email="adam@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(as_(owner), "  collab ").status_code == 302
    assert sorted(message.to[0] for message in mail.outbox) == ["adam@example.org", "olivia@example.org"]
    for person, sees in ((admin, True), (owner, True), (bob, False)):
        assert ("asked to delete the whole house" in as_(person).get("/").content.decode()) is sees
    assert as_(admin).post(f"{PAGE}cancel/").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(owner).post(f"{PAGE}cancel/").status_code == 302
    assert len(mail.outbox) == 4
    assert as_(owner).post(f"{PAGE}cancel/").status_code == 409
    kinds = list(AuditEntry.objects.filter(kind__startswith="erase").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["erase-asked", "erase-cancelled"]


def test_nothing_happens_before_the_time(owner, town):
    for days in (None, 0, 6.9):
        if days is not None:
            days_later(days)
        tasks.erase_when_due()
        with pytest.raises(CommandError):
            call_command("erase-instance", yes=True)
    days_later(7)
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase-instance")
    assert User.objects.filter(pk=owner.pk).exists()


@pytest.fixture
def elsewhere(tmp_path, settings, monkeypatch):
    """A throw-away instance: a store with neighbours that are none of its business."""
    store = tmp_path / "data" / "blobs"
    (store / "staging").mkdir(parents=True)
    (tmp_path / "treasure").mkdir()
    (tmp_path / "treasure" / "gold").write_text("gold")
    settings.BLOBS_DIR, settings.STAGING_DIR = store, store / "staging"
    monkeypatch.setitem(storages._storages, "blobs", FileSystemStorage(location=str(store)))  # may not be there yet
    return store


@pytest.mark.django_db(transaction=True)
def test_after_seven_days_all_is_gone_and_the_first_page_is_there_again(as_, elsewhere, owner, town, client, capsys):
    make.make_file(town.alice, town.root, "a.txt", b"secret")
    (elsewhere / "staging" / "half").write_text("half an upload")
    (elsewhere / "ab" / "cd").mkdir(parents=True, exist_ok=True)
    (elsewhere / "ab" / "cd" / "stray").write_text("no row knows it")
    days_later(7)
    call_command("erase-instance", yes=True)
    address = capsys.readouterr().out.strip()
    assert [path for path in elsewhere.rglob("*") if path.is_file()] == []
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()
    assert erasing.asked() is None
    assert Group.objects.get().everyone, "what every house has from day one"
    assert client.get("/" + address.split("/", 3)[3]).status_code == 200
    assert (
        setup.make_owner(address.strip("/").split("/")[-1], "new", display_name="New", email="", password=PASSWORD).rank
        == "owner"
    )


def test_nothing_outside_of_the_store_is_touched(elsewhere, tmp_path):
    treasure = tmp_path / "treasure"
    (elsewhere / "zz").symlink_to(treasure)
    (elsewhere / "aa").mkdir()
    (elsewhere / "aa" / "bb").symlink_to(treasure)
    (elsewhere / "aa" / "cc").mkdir()
    (elsewhere / "aa" / "cc" / "link").symlink_to(treasure / "gold")
    (elsewhere / "staging" / "out").symlink_to(treasure)
    (elsewhere / "lost+found").mkdir()
    (elsewhere / "lost+found" / "mine").write_text("not of the store's shape")
    bytes_of.remove_bytes()
    assert (treasure / "gold").read_text() == "gold"
    assert (elsewhere / "lost+found" / "mine").exists()
    bytes_of.remove_bytes()


@pytest.mark.django_db(transaction=True)
def test_interrupted_it_goes_on_where_it_was(elsewhere, owner, town, monkeypatch):
    make.make_file(town.alice, town.root, "a.txt", b"secret")
    days_later(8)
    monkeypatch.setattr(erasing, "call_command", lambda *args, **more: (_ for _ in ()).throw(OSError("cut")))
    with pytest.raises(OSError, match="cut"):
        erasing.erase()
    house.forget_all()
    assert erasing.asked().is_due
    monkeypatch.undo()
    assert erasing.erase()
    assert not User.objects.exists()
