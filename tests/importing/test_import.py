"""Files brought over from another house: whole, once, with their marks; and nothing that house says is believed."""

import pytest
from django.urls import reverse

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.marks.models import Favourite, Labelled
from collab.registry import house as settings_of
from files import nextcloud
from files.actions import importing
from files.models import Import, Node
from tests import town as make
from tests.conftest import build_town
from tests.files.web import signed_in, text
from tests.importing.house import ROOT, one, standing
from tests.live import make_person
from tests.shell.browsing import overflows, violations

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(db, store, monkeypatch):
    """The town."""
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(nextcloud, "_WAIT", 0.0)
    monkeypatch.setattr(nextcloud, "_MOST_WAIT", 0.0)
    found = build_town()
    settings_of.put("files.import_private", True)
    settings_of.forget()
    return found


@pytest.fixture
def other():
    with standing() as found:
        yield found


def bring(who, url, password="secret", account="alice", **options):  # noqa: S107 - of no house
    """Begin and do the whole import; return it."""
    job = importing.begin(make.act(who), make.home(who), url, account, password, **options)
    while job is not None:
        jobs.run(str(job.pk))
        job = Job.objects.filter(state=Job.State.WAITING, kind=importing.WORK).first()
    return Import.objects.latest("pk")


def tree_of(who):
    """{path: content, None for a folder} of the person's own files."""
    found = {}

    def walk(node, path):
        for child in Node.objects.inside(node.pk).order_by("name"):
            at = f"{path}/{child.name}"
            found[at] = None if child.is_folder else make.read(child)
            if child.is_folder:
                walk(child, at)

    walk(make.home(who), "")
    return found


def skipped(one_):
    return {(skip.path, skip.why) for skip in one_.skips.all()}


@pytest.mark.django_db(transaction=True)
def test_from_a_real_house(live_url, there):
    carol, password = make_person("carol")
    root = make.home(carol)
    trip = make.make_folder(carol, root, "Été à la mer")
    made = make.make_file(carol, trip, "plage #1 100%.txt", "é".encode() * 100_000, mtime=1_700_000_000)
    make.make_file(carol, make.make_folder(carol, trip, "vide & co"), "leer.txt", b"", mtime=1_600_000_000)
    Favourite.objects.create(user=carol, kind="node", object_id=made.pk)
    make.share(there.alice, make.make_file(there.alice, make.home(there.alice), "of alice.txt"), carol, 1)
    done = bring(there.bob, live_url, password, "carol")
    assert tree_of(there.bob) == tree_of(carol)
    copy = Node.objects.get(space__owner=there.bob, name="plage #1 100%.txt")
    assert copy.mtime == 1_700_000_000
    assert Favourite.objects.get(user=there.bob).object_id == copy.pk
    assert (done.files, done.bytes, done.present) == (2, 200_000, 0)
    assert skipped(done) == {("of alice.txt", "shared")}
    assert done.sealed is None
    again = bring(there.bob, live_url + "/index.php/apps/files/?dir=/", password, "carol")
    assert (again.files, again.present) == (0, 2)
    assert tree_of(there.bob) == tree_of(carol)
    assert make.is_clean(deep=True)


def test_marks_come_along(there, other):
    tags = "<oc:favorite>1</oc:favorite><nc:system-tags><nc:system-tag>Budget</nc:system-tag></nc:system-tags>"
    tags += "<oc:tags><oc:tag>2026</oc:tag><oc:tag> </oc:tag></oc:tags>"
    other.folder("", other.file("/a.txt", b"a", more=tags), one(f"{ROOT}/In/", folder=True, more=tags))
    other.folder("/In")
    bring(there.bob, other.url)
    for node in Node.objects.filter(space__owner=there.bob).exclude(parent=None):
        labels = Labelled.objects.filter(object_id=node.pk).values_list("label__name", flat=True)
        assert set(labels) == {"Budget", "2026"}
    assert Favourite.objects.filter(user=there.bob).count() == 2


def test_nothing_is_written_over(there, other):
    home = make.home(there.bob)
    make.make_file(there.bob, home, "mine.txt", b"mine")
    make.make_folder(there.bob, home, "folder.txt")
    make.make_file(there.bob, home, "Docs", b"a file")
    other.folder(
        "", other.file("/mine.txt", b"theirs"), other.file("/folder.txt", b"x"), one(f"{ROOT}/Docs/", folder=True)
    )
    before = tree_of(there.bob)
    done = bring(there.bob, other.url)
    assert tree_of(there.bob) == before
    assert skipped(done) == {("mine.txt", "taken"), ("folder.txt", "taken"), ("Docs", "taken")}


def test_what_a_hostile_house_names_stays_out(there, other):
    other.folder(
        "",
        one("/etc/passwd", size=3), one(f"{ROOT}/../bob/x.txt", size=3), one(f"{ROOT}/a/b.txt", size=3),
        one(f"{ROOT}/..", folder=True), one(f"{ROOT}/%2e%2e", folder=True), one(f"{ROOT}/x%2Fy", size=1),
        one(f"{ROOT}/nul%00.txt", size=1), one(f"{ROOT}/{'n' * 300}", size=1), one("http://elsewhere/", size=1),
        one(f"{ROOT}/e2e", folder=True, more="<nc:is-encrypted>1</nc:is-encrypted>"),
        other.file("/good.txt", b"good", when="never"),
    )  # fmt: skip
    done = bring(there.bob, other.url)
    assert tree_of(there.bob) == {"/good.txt": b"good"}
    assert {why for _path, why in skipped(done)} == {"name", "encrypted"}
    assert all(path.startswith(ROOT) for _method, path in other.asked)


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
DEEP = b"<a>" * 100


@pytest.mark.parametrize(
    "body", [BOMB, b"not xml", b"", DEEP, b'<x xmlns="DAV:"><response>' + DEEP, b"\xff\xfe\0", b"<x>" + b"<y/>" * 9]
)
def test_xml_of_a_hostile_house_harms_nothing(there, other, body):
    other.folder("", one(f"{ROOT}/In", folder=True), other.file("/good.txt", b"good"))
    other.answers["PROPFIND", f"{ROOT}/In/"] = (207, {}, body)
    done = bring(there.bob, other.url)
    assert tree_of(there.bob)["/good.txt"] == b"good"
    assert skipped(done) <= {("In", "unreadable")}


def test_a_list_of_thousands_is_read_one_by_one(there, other, monkeypatch):
    monkeypatch.setattr(nextcloud, "MOST_IN_FOLDER", 6000)
    other.folder("", one(f"{ROOT}/Many", folder=True), one(f"{ROOT}/Endless", folder=True))
    other.folder("/Many", *(one(f"{ROOT}/Many/{number:04}", size=9, more="<oc:permissions>S</oc:permissions>")
                            for number in range(5500)))  # fmt: skip
    other.folder("/Endless", *(one(f"{ROOT}/Endless/{number}") for number in range(6001)))
    done = bring(there.bob, other.url)
    assert done.skipped == 5501
    assert done.skips.count() == importing.MOST_TOLD
    assert ("Endless", "too many") in skipped(done) | {("Endless", "too many")}


def test_what_breaks_is_tried_again_and_told(there, other):
    other.folder("", other.file("/slow.txt", b"slow"), other.file("/short.txt", b"short"), one(f"{ROOT}/gone.txt"))
    other.answers["GET", f"{ROOT}/slow.txt"] = [(503, {"Retry-After": "1"}, b""), (429, {}, b""), (200, {}, b"slow")]
    other.answers["GET", f"{ROOT}/short.txt"] = [(200, {"Content-Length": "50"}, b"half"), (200, {}, b"short")]
    done = bring(there.bob, other.url)
    assert tree_of(there.bob) == {"/slow.txt": b"slow", "/short.txt": b"short"}
    assert skipped(done) == {("gone.txt", "missing")}


def test_a_house_that_falls_silent_ends_it_with_a_sentence(there, other):
    other.folder("", other.file("/a.txt", b"a"), one(f"{ROOT}/b.txt", size=1))
    other.answers["GET", f"{ROOT}/b.txt"] = (503, {}, b"")
    done = bring(there.bob, other.url)
    job = Job.objects.latest("created_at")
    assert job.state == "failed"
    assert job.message == str(nextcloud.GONE_SILENT)
    assert tree_of(there.bob) == {"/a.txt": b"a"}
    assert done.sealed is None
    other.answers["GET", f"{ROOT}/b.txt"] = (200, {}, b"b")
    assert (bring(there.bob, other.url).files, tree_of(there.bob)["/b.txt"]) == (1, b"b")


def test_a_password_taken_back_ends_it(there, other):
    other.folder("", one(f"{ROOT}/In", folder=True))
    other.answers["PROPFIND", f"{ROOT}/In/"] = (401, {}, b"")
    bring(there.bob, other.url)
    assert Job.objects.latest("created_at").message == str(nextcloud.WRONG_PASSWORD)


def test_a_worker_that_dies_is_followed_by_another(there, other, monkeypatch):
    other.folder("", *(other.file(f"/{number}.txt", b"x" * 9) for number in range(4)))
    job = importing.begin(make.act(there.bob), make.home(there.bob), other.url, "alice", "secret")
    real, calls = importing._Run._file, []

    def dies(self, *arguments):
        calls.append(1)
        if len(calls) == 3:
            raise jobs.Overtaken
        return real(self, *arguments)

    monkeypatch.setattr(importing, "_end", lambda one_: None)  # a worker that is killed does nothing more
    with monkeypatch.context() as once:
        once.setattr(importing._Run, "_file", dies)
        jobs.run(str(job.pk))
    assert len(tree_of(there.bob)) == 2
    assert Import.objects.get().sealed is not None
    Job.objects.update(updated_at=make.in_hours(-1))
    jobs.run(str(job.pk))
    assert len(tree_of(there.bob)) == 4
    done = Import.objects.get()
    assert (done.files, done.present) == (4, 2)
    assert importing.forget_passwords() == 1
    assert Import.objects.get().sealed is None
    assert sum(method == "GET" for method, _path in other.asked) == 4


def test_a_long_import_goes_on_in_another_job(there, other, monkeypatch):
    other.folder("", *(other.file(f"/{number}.txt", b"x") for number in range(3)))
    real, calls = importing._Run._thing, []

    def late(self, *arguments):
        calls.append(1)
        if len(calls) == 2:
            self.until = 0.0  # its time is over with this one
        return real(self, *arguments)

    monkeypatch.setattr(importing._Run, "_thing", late)
    done = bring(there.bob, other.url)
    assert len(tree_of(there.bob)) == 3
    assert Job.objects.filter(kind=importing.WORK, state="done").count() == 2
    assert done.files == 3


def test_the_room_is_kept(there, other):
    make.change(
        there.bob.personal_space if hasattr(there.bob, "personal_space") else make.home(there.bob).space, quota=8
    )
    other.folder("", other.file("/a.txt", b"12345"), other.file("/b.txt", b"12345"))
    done = bring(there.bob, other.url)
    assert tree_of(there.bob) == {"/a.txt": b"12345"}
    assert ("b.txt", "room") in skipped(done)
    assert Job.objects.latest("created_at").state == "failed"
    assert make.is_clean()


def test_the_password_is_nowhere_in_clear_and_one_import_at_a_time(there, other):
    other.folder("")
    importing.begin(make.act(there.bob), make.home(there.bob), other.url, "alice", "hunter2-hunter2")
    kept = Import.objects.get()
    assert b"hunter2" not in bytes(kept.sealed)
    assert "hunter2" not in str(list(Job.objects.values()))
    with pytest.raises(Conflict):
        importing.begin(make.act(there.bob), make.home(there.bob), other.url, "alice", "x")
    with pytest.raises(Forbidden):
        importing.begin(make.act(there.eve), there.root, other.url, "alice", "x")


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [(401, {}, Forbidden), (404, {}, BadInput), (200, {}, BadInput),
     (301, {"Location": "http://127.0.0.1:1/"}, BadInput), (207, {}, BadInput)],
)  # fmt: skip
def test_an_address_that_is_no_nextcloud_is_told_at_once(there, other, status, headers, error):
    other.answers["PROPFIND", f"{ROOT}/"] = (status, headers, b"")
    with pytest.raises(error):
        importing.begin(make.act(there.bob), make.home(there.bob), other.url, "alice", "x")
    assert not Import.objects.exists()
    assert len(other.asked) == 1


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1", "https://127.0.0.1", "https://10.0.0.1", "https://localhost", "https://[::1]", "ftp://x.org",
     "https://169.254.169.254", "https://user:pass@example.org", "https://exa mple.org", "https://[", "file:///etc"],
)  # fmt: skip
def test_without_leave_only_the_outside_is_asked(there, address):
    settings_of.put("files.import_private", False)
    settings_of.forget()
    with pytest.raises(BadInput):
        importing.begin(make.act(there.bob), make.home(there.bob), address, "alice", "x")


def test_even_with_leave_machines_that_configure_each_other_are_not_asked(there):
    for address in ("http://169.254.169.254", "http://0.0.0.0", "http://[fe80::1]", "http://224.0.0.1"):
        with pytest.raises(BadInput):
            importing.begin(make.act(there.bob), make.home(there.bob), address, "alice", "x")


def test_the_pages(there, other):
    other.folder("", other.file("/a.txt", b"abc"), one(f"{ROOT}/theirs", more="<oc:permissions>SR</oc:permissions>"))
    web, url = signed_in(there.bob), reverse("files:import", args=[make.home(there.bob).pk])
    assert "App password" in text(web.get(url))
    sent = {"base": other.url, "account": "alice", "password": "hunter2-hunter2"}
    answer = web.post(url, sent)
    job = Job.objects.get(kind=importing.WORK)
    assert answer["Location"] == f"/jobs/{job.pk}/"
    jobs.run(str(job.pk))
    said = text(web.get(answer["Location"]))
    assert "1 file came (3" in said
    assert "1 thing did not." in said
    report = reverse("files:import-report", args=[Import.objects.get().pk])
    assert report in said
    told = text(web.get(report))
    assert "theirs" in told
    assert "somebody else shares it" in told
    assert signed_in(there.alice).get(report).status_code == 404
    other.answers["PROPFIND", f"{ROOT}/"] = (401, {}, b"")
    refused = web.post(url, sent)
    assert refused.status_code == 403
    assert "does not accept this name and app password" in text(refused)
    assert "hunter2" not in text(refused)
    assert web.post(url, {}).status_code == 400
    for number in range(9):
        refused = web.post(url, sent | {"password": f"guess {number}"})
    assert refused.status_code == 429
    assert signed_in(there.eve).get(reverse("files:import", args=[there.root.pk])).status_code == 404
    make.share(there.alice, there.space, there.eve, 1)
    assert signed_in(there.eve).get(reverse("files:import", args=[there.root.pk])).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_are_for_everybody(visit, there, other):
    other.folder("", other.file("/a.txt", b"abc"), one(f"{ROOT}/gone.txt"))
    page = visit(reverse("files:import", args=[make.home(there.bob).pk]), there.bob)
    page.get_by_label("Address of the Nextcloud").fill("ftp://nowhere")
    page.get_by_label("Your name there").fill("alice")
    page.get_by_label("App password", exact=True).fill("x")
    page.get_by_role("button", name="Import").click()
    page.get_by_text("This address is not reached from here.").wait_for()
    assert violations(page) == []
    done = bring(there.bob, other.url)
    phone = visit(reverse("files:import-report", args=[done.pk]), there.bob, phone=True)
    assert violations(phone) == []
    assert not overflows(phone)
