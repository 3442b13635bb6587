"""Bytes out of the house: downloads with ranges and conditions, pictures, and ZIPs of what the person sees."""

import io
import zipfile

import pytest
from django.urls import reverse

from collab.rights.right import READER
from files import archives
from files.models import Version
from tests import sealing
from tests import town as make
from tests.files.web import body, signed_in, text

CONTENT = bytes(range(256)) * 10


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def file(town):
    return make.make_file(town.alice, town.root, "Plan d’été.pdf", CONTENT, mtime=1_700_000_000)


def url(file):
    return reverse("files:content", args=[file.pk])


def test_it_works(web, file):
    answer = web.get(url(file))
    assert body(answer) == CONTENT
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Plan%20d%E2%80%99%C3%A9t%C3%A9.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["ETag"] == f'"{file.etag}"'
    assert answer.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize("name", ["page.html", "a.svg", "b.xhtml", "c.xml", "d.js", "e.unknown", "none"])
def test_what_could_run_is_sent_as_plain_bytes(web, town, name):
    file = make.make_file(town.alice, town.root, name, b"<script>alert(1)</script>")
    answer = web.get(url(file))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_large_file_is_streamed(web, town):
    content = b"0123456789abcdef" * 200_000
    file = make.make_file(town.alice, town.root, "large.bin", content)
    answer = web.get(url(file))
    assert answer.streaming
    assert body(answer) == content
    part = web.get(url(file), HTTP_RANGE="bytes=1000-2999999")
    assert body(part) == content[1000:3_000_000]


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("0-0", 0, 0), ("10-19", 10, 19), ("2550-", 2550, 2559), ("-5", 2555, 2559), ("0-99999", 0, 2559)],
)
def test_a_range(web, file, header, first, last):
    answer = web.get(url(file), HTTP_RANGE=f"bytes={header}")
    assert answer.status_code == 206
    assert body(answer) == CONTENT[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/2560"


@pytest.mark.parametrize("header", ["bytes=5-2", "items=0-1", "bytes=a-b", "bytes=0-1,4-5", "bytes=-"])
def test_what_is_no_range_gets_the_whole(web, file, header):
    answer = web.get(url(file), HTTP_RANGE=header)
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_a_range_behind_the_end(web, file):
    answer = web.get(url(file), HTTP_RANGE="bytes=2560-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */2560"


def test_conditions(web, file):
    etag = f'"{file.etag}"'
    for condition in ({"HTTP_IF_NONE_MATCH": etag}, {"HTTP_IF_MODIFIED_SINCE": "Tue, 14 Nov 2023 22:13:20 GMT"}):
        answer = web.get(url(file), **condition)
        assert (answer.status_code, answer.content) == (304, b"")
    assert web.get(url(file), HTTP_IF_NONE_MATCH='"other"').status_code == 200
    assert web.get(url(file), HTTP_IF_MATCH='"other"').status_code == 412
    fits = web.get(url(file), HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=etag)
    stale = web.get(url(file), HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"other"')
    assert (fits.status_code, stale.status_code) == (206, 200)


def test_head_says_the_size_only(web, file):
    answer = web.head(url(file))
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert body(answer) == b""


@pytest.mark.skipif(sealing.IS_ON, reason="what is sealed the front cannot send: tests/vault/test_doors.py")
def test_the_front_sends_a_large_file_itself(web, town, file):
    large = make.make_file(town.alice, town.root, "large.pdf", b"x" * 300_000)
    front = {"HTTP_X_SENDFILE_TYPE": "X-Accel-Redirect"}
    answer = web.get(url(large), **front)
    assert answer.headers["X-Accel-Redirect"] == f"/.blobs/{large.blob.key}"
    assert answer.content == b""
    assert answer.headers["Content-Disposition"].startswith("attachment")
    resumed = web.get(url(large), **front, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"other"')
    assert "X-Accel-Redirect" not in resumed.headers
    assert "X-Accel-Redirect" not in web.get(url(file), **front).headers


def test_an_empty_file(web, town):
    file = make.make_file(town.alice, town.root, "empty", b"")
    answer = web.get(url(file))
    assert (answer.status_code, body(answer), answer.headers["Content-Length"]) == (200, b"", "0")


def test_a_folder_has_no_bytes(web, town):
    assert web.get(url(town.root)).status_code == 404


def test_a_version_is_downloaded_under_the_name_of_today(web, town, file):
    make.make_file(town.alice, town.root, file.name, b"new")
    answer = web.get(reverse("files:version", args=[Version.objects.get(node=file).pk]))
    assert body(answer) == CONTENT
    assert "Plan" in answer.headers["Content-Disposition"]


def archive(answer):
    return zipfile.ZipFile(io.BytesIO(body(answer)))


def test_several_things_come_as_one_zip(web, town, file):
    folder = make.make_folder(town.alice, town.root, "Été")
    make.make_folder(town.alice, folder, "empty")
    make.make_file(town.alice, folder, "a.txt", b"hello", mtime=1_600_000_000)
    answer = web.get(reverse("files:download"), {"id": [file.pk, folder.pk]})
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    found = archive(answer)
    assert found.testzip() is None
    assert sorted(found.namelist()) == ["Plan d’été.pdf", "Été/", "Été/a.txt", "Été/empty/"]
    assert found.read("Plan d’été.pdf") == CONTENT
    assert found.getinfo("Été/a.txt").date_time == (2020, 9, 13, 14, 26, 40)


def test_a_zip_holds_only_what_the_person_sees(town):
    folder = make.make_folder(town.alice, town.root, "Été")
    make.make_file(town.alice, folder, "open.txt")
    secret = make.make_folder(town.alice, folder, "secret")
    make.make_file(town.alice, secret, "never.txt")
    make.restrict(town.alice, secret)
    make.throw_away(town.alice, make.make_file(town.alice, folder, "thrown.txt"))
    answer = signed_in(town.bob).get(reverse("files:download"), {"id": [folder.pk, secret.pk]})
    assert sorted(archive(answer).namelist()) == ["Été/", "Été/open.txt"]


def test_names_in_a_zip_are_safe_and_distinct(web, town):
    names = ["..\\..\\evil.bat", ".._.._evil.bat", "C:x", "e\u0301.txt", "\u00e9.txt", "A", "a", "~", "a b"]
    ids = [make.make_file(town.alice, town.root, name, name.encode()).pk for name in names]
    found = archive(web.get(reverse("files:download"), {"id": ids}))
    got = found.namelist()
    assert len({name.casefold() for name in got}) == len(names)
    assert not any("\\" in name or ":" in name or name.startswith("/") for name in got)
    assert sorted(found.read(name) for name in got) == sorted(name.encode() for name in names)


def test_the_whole_space_bears_its_name(web, town, file):
    answer = web.get(reverse("files:download"), {"id": town.root.pk})
    assert 'filename="Plans.zip"' in answer.headers["Content-Disposition"]
    assert (
        "Plans/Plan d’été.pdf" in archive(answer).namelist()
        or "Collab/Plan d’été.pdf" in archive(web.get(reverse("files:download"), {"id": town.root.pk})).namelist()
    )


def test_one_file_is_no_zip(web, file):
    assert web.get(reverse("files:download"), {"id": file.pk}).headers["Location"] == url(file)


def test_too_much_at_once_is_refused_before_the_first_byte(web, town, monkeypatch):
    monkeypatch.setattr(archives, "MOST", 3)
    folder = make.make_folder(town.alice, town.root, "Many")
    for number in range(4):
        make.make_file(town.alice, folder, str(number))
    answer = web.get(reverse("files:download"), {"id": folder.pk})
    assert answer.status_code == 413
    assert "Download the folders one by one." in text(answer)


def test_a_reader_may_download(town, file):
    make.share(town.alice, file, town.eve, READER.mask)
    assert body(signed_in(town.eve).get(url(file))) == CONTENT
