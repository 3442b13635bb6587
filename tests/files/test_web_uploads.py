"""Uploads: whole, in parts that resume, by a plain form; names that exist; room; refusals that store nothing."""

import io
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from collab.rights.right import CONTRIBUTOR, READER
from collab.spaces.models import Space
from files.actions import uploading
from files.models import Node, Upload, Version
from tests import town as make
from tests.files.web import JSON, post_json, put, signed_in, text

BEGIN, CHECK, FOLDERS = reverse("files:uploads"), reverse("files:uploads-check"), reverse("files:uploads-folders")


@pytest.fixture
def web(town):
    return signed_in(town.bob)


def whole(folder, name, **more):
    return f"{reverse('files:uploads-whole')}?{urlencode({'parent': folder.pk, 'name': name, **more})}"


def begin(web, folder, name="big.bin", size=25, **more):
    data = {"parent": folder.pk, "name": name, "size": size, "mtime": 1_700_000_000, "transfer": "web-1", **more}
    return post_json(web, BEGIN, data)


def part(web, upload, number, data):
    return put(web, reverse("files:uploads-part", args=[upload, number]), data)


def finish(web, upload, clash=""):
    return post_json(web, reverse("files:uploads-finish", args=[upload]), {"clash": clash})


def test_a_small_file_in_one_request(web, town):
    answer = put(web, whole(town.root, "Été.txt", mtime=1_700_000_000), b"hello")
    assert answer.status_code == 201
    node = Node.objects.get(pk=answer.json()["id"])
    assert (node.name, node.mtime, node.modified_by, make.read(node)) == ("Été.txt", 1_700_000_000, town.bob, b"hello")
    assert make.is_clean()


def test_an_empty_file(web, town):
    assert put(web, whole(town.root, "empty"), b"").status_code == 201


def test_a_large_file_in_parts(web, town):
    opened = begin(web, town.root)
    assert opened.status_code == 201
    upload = opened.json()["id"]
    for number, data in ((2, b"b" * 10), (1, b"a" * 10), (3, b"c" * 5)):
        assert part(web, upload, number, data).status_code == 200
    answer = finish(web, upload)
    assert answer.status_code == 201
    assert make.read(Node.objects.get(pk=answer.json()["id"])) == b"a" * 10 + b"b" * 10 + b"c" * 5
    assert not Upload.objects.exists()
    assert make.is_clean()


def test_an_upload_goes_on_after_a_reload(web, town):
    first = begin(web, town.root).json()
    part(web, first["id"], 1, b"a" * 10)
    again = begin(web, town.root).json()
    assert again["id"] == first["id"]
    assert again["have"] == [1]
    assert begin(web, town.root, name="other").status_code == 409


def test_an_incomplete_upload_is_refused_and_can_be_completed(web, town):
    upload = begin(web, town.root).json()["id"]
    part(web, upload, 1, b"a" * 10)
    answer = finish(web, upload)
    assert answer.status_code == 400
    assert "incomplete" in answer.json()["detail"]
    part(web, upload, 2, b"b" * 15)
    assert finish(web, upload).status_code == 201


def test_a_cancelled_upload_leaves_nothing(web, town):
    upload = begin(web, town.root).json()["id"]
    part(web, upload, 1, b"a" * 10)
    folder = uploading.folder_of(Upload.objects.get(pk=upload))
    assert web.delete(reverse("files:uploads-cancel", args=[upload]), **JSON).status_code == 200
    assert not folder.exists()
    assert part(web, upload, 2, b"b").status_code == 404
    assert finish(web, upload).status_code == 404


def test_an_upload_belongs_to_its_person(web, town):
    upload = begin(web, town.root).json()["id"]
    alice = signed_in(town.alice)
    assert part(alice, upload, 1, b"x").status_code == 404
    assert finish(alice, upload).status_code == 404
    assert alice.delete(reverse("files:uploads-cancel", args=[upload]), **JSON).status_code == 404


@pytest.mark.parametrize("how", ["whole", "parts"])
@pytest.mark.parametrize(
    ("clash", "status", "names", "content", "versions"),
    [
        ("", 409, ["a.txt"], b"old", 0),
        ("keep", 201, ["a (2).txt", "a.txt"], b"old", 0),
        ("replace", 200, ["a.txt"], b"new", 1),
    ],
)
def test_a_name_that_exists(web, town, how, clash, status, names, content, versions):
    file = make.make_file(town.alice, town.root, "a.txt", b"old")
    if how == "whole":
        answer = put(web, whole(town.root, "a.txt", clash=clash), b"new")
    else:
        upload = begin(web, town.root, name="a.txt", size=3).json()["id"]
        part(web, upload, 1, b"new")
        answer = finish(web, upload, clash)
    assert answer.status_code == status
    assert make.names(town.alice, town.root) == names
    assert make.read(file) == content
    assert Version.objects.count() == versions
    assert make.is_clean()


def test_names_are_compared_before_anything_is_sent(web, town):
    make.make_file(town.alice, town.root, "Plan.pdf")
    make.make_folder(town.alice, town.root, "\u00c9t\u00e9")
    asked = ["Plan.pdf", "plan.PDF", "E\u0301te\u0301", "\u00c9t\u00e9", "Ete", "new", "bad/name", "nul\0"]
    answer = post_json(web, CHECK, {"parent": town.root.pk, "names": asked}).json()
    assert answer["taken"] == {"Plan.pdf": "file", "\u00c9t\u00e9": "folder"}
    assert answer["alike"] == {"plan.PDF": "Plan.pdf", "E\u0301te\u0301": "\u00c9t\u00e9"}


def test_folders_first(web, town):
    make.make_folder(town.alice, town.root, "a")
    answer = post_json(web, FOLDERS, {"parent": town.root.pk, "paths": ["a", "a/b", "a/b/c", "d"]}).json()
    assert set(answer["folders"]) == {"a", "a/b", "a/b/c", "d"}
    assert answer["made"] == ["a/b", "a/b/c", "d"]
    assert make.names(town.alice, town.root) == ["a", "d"]
    make.make_file(town.alice, town.root, "file")
    refused = post_json(web, FOLDERS, {"parent": town.root.pk, "paths": ["file", "file/x"]})
    assert refused.status_code == 409
    assert "A file is called “file” there." in refused.json()["detail"]
    assert post_json(web, FOLDERS, {"parent": town.root.pk, "paths": ["x/y"]}).status_code == 400
    assert post_json(web, FOLDERS, {"parent": town.root.pk, "paths": [".."]}).status_code == 400


def test_a_full_space_refuses_before_the_bytes(web, town):
    Space.objects.filter(pk=town.space.pk).update(quota=10)
    for answer in (put(web, whole(town.root, "a"), b"x" * 11), begin(web, town.root)):
        assert answer.status_code == 507
        assert (
            answer.json()["detail"]
            == "Plans is full (10 bytes). Nothing is lost; empty the trash or ask for more space."
        )
    assert not Upload.objects.exists()
    assert put(web, whole(town.root, "a"), b"x" * 10).status_code == 201


def test_a_space_that_filled_meanwhile_keeps_the_parts(web, town):
    upload = begin(web, town.root).json()["id"]
    part(web, upload, 1, b"x" * 25)
    Space.objects.filter(pk=town.space.pk).update(quota=10)
    assert finish(web, upload).status_code == 507
    Space.objects.filter(pk=town.space.pk).update(quota=None)
    assert finish(web, upload).status_code == 201


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b", "a\nb", "x" * 256])
def test_a_bad_name_stores_nothing(web, town, name):
    answer = put(web, whole(town.root, name), b"x")
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert begin(web, town.root, name=name).status_code == 400
    assert not Node.objects.filter(kind=2).exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("data", [b"", b"[]", b"nonsense", b'{"parent": "x"}', b'{"parent": null}', b"{}"])
def test_nonsense_is_refused(web, town, data):
    for address in (BEGIN, CHECK, FOLDERS):
        assert web.post(address, data, content_type="application/json", **JSON).status_code == 400


def test_a_part_that_is_too_long_is_refused_unread(web, town):
    upload = begin(web, town.root).json()["id"]
    address = reverse("files:uploads-part", args=[upload, 1])
    assert (
        web.put(
            address, b"x", content_type="application/octet-stream", CONTENT_LENGTH=str(9 * 2**20), **JSON
        ).status_code
        == 413
    )


def test_a_body_that_breaks_off_stores_nothing(web, town):
    broken = {"CONTENT_LENGTH": "500", "wsgi.input": io.BytesIO(b"short"), **JSON}
    answer = web.put(whole(town.root, "a"), b"", content_type="application/octet-stream", **broken)
    assert answer.status_code == 400
    assert make.names(town.alice, town.root) == []


def test_rights(town):
    folder = make.make_folder(town.alice, town.root, "Box")
    make.make_file(town.alice, folder, "theirs", b"old")
    eve = signed_in(town.eve)
    asked = post_json(eve, CHECK, {"parent": folder.pk, "names": []})
    for answer in (put(eve, whole(folder, "a"), b"x"), begin(eve, folder), asked):
        assert answer.status_code == 404
    make.share(town.alice, folder, town.eve, READER.mask)
    for answer in (put(eve, whole(folder, "a"), b"x"), begin(eve, folder)):
        assert answer.status_code == 403
        assert "may do this here" in answer.json()["detail"]
    make.share(town.alice, folder, town.eve, CONTRIBUTOR.mask)
    assert put(eve, whole(folder, "mine"), b"x").status_code == 201
    assert put(eve, whole(folder, "theirs", clash="replace"), b"x").status_code == 403
    assert make.read(Node.objects.get(name="theirs")) == b"old"


def test_a_plain_form_adds_files_beside_what_is_there(web, town):
    from django.core.files.uploadedfile import SimpleUploadedFile

    make.make_file(town.alice, town.root, "a.txt", b"old")
    files = [SimpleUploadedFile("a.txt", b"new"), SimpleUploadedFile("b.txt", b"b" * 3_000_000)]
    page = web.post(reverse("files:upload", args=[town.root.pk]), {"files": files}, follow=True)
    assert "2 files added to Plans." in text(page)
    assert make.names(town.alice, town.root) == ["a (2).txt", "a.txt", "b.txt"]
    assert web.post(reverse("files:upload", args=[town.root.pk])).status_code == 400


def test_an_upload_into_a_folder_that_went_away(web, town):
    folder = make.make_folder(town.alice, town.root, "Box")
    upload = begin(web, folder).json()["id"]
    part(web, upload, 1, b"x" * 25)
    make.throw_away(town.alice, folder)
    assert finish(web, upload).status_code == 404


def test_the_tray_is_a_fragment_of_its_own(web, town):
    assert 'id="uploads"' in text(web.get(reverse("files:uploads-tray")))
