"""Earlier contents on their pages: listed with who and how, looked at, compared, named, kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from collab.rights.right import READER
from files.comparing import compare as compare_blobs
from files.models import Blob, Version
from tests import town as make
from tests.files.web import JSON, signed_in, space_url, text

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00"
    b"\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def file(town):
    file = make.make_file(town.alice, town.root, "plan.txt", b"one\ntwo\nthree\n")
    make.make_file(town.bob, town.root, "plan.txt", b"one\n2\nthree\nfour\n")
    return file


def page(web, name, pk, query=""):
    answer = web.get(reverse(f"files:{name}", args=[pk]) + query)
    assert answer.status_code == 200
    return text(answer)


def version_of(file):
    return Version.objects.filter(node=file).latest("pk")


def test_the_panel_and_the_page_list_who_and_how(web, town, file):
    put = web.put(
        reverse("files:uploads-whole") + f"?parent={town.root.pk}&name=plan.txt&clash=replace", b"more",
        content_type="application/octet-stream", **JSON,
    )  # fmt: skip
    assert put.status_code == 200
    for found in (text(web.get(f"{space_url()}?open={file.pk}&tab=versions")), page(web, "versions", file.pk)):
        assert "The present content" in found
        assert "saved in a browser" in found
        assert "Bob" in found
        assert reverse("files:version-compare", args=[version_of(file).pk]) in found


def test_the_list_is_paged(web, town, file, monkeypatch):
    for number in range(104):
        make.write(town.alice, town.root, "plan.txt", b"x" * (number + 1))
    first = web.get(reverse("files:versions", args=[file.pk]))
    second = web.get(reverse("files:versions", args=[file.pk]) + first.context["more"])
    seen = [line.version.pk for answer in (first, second) for line in answer.context["lines"][1:]]
    assert seen == list(Version.objects.filter(node=file).order_by("-pk").values_list("pk", flat=True))
    assert "The present content" not in text(second)
    assert web.get(reverse("files:versions", args=[file.pk]) + "?after=WyJ4Il0").status_code == 400


def test_the_list_costs_the_same_however_long(web, town, file, django_assert_max_num_queries):
    for number in range(60):
        make.write(town.bob, town.root, "plan.txt", b"x" * (number + 1))
    web.get(reverse("files:versions", args=[file.pk]))
    with django_assert_max_num_queries(15):
        web.get(reverse("files:versions", args=[file.pk]))


def test_a_text_and_a_picture_are_shown_as_they_were(web, town, file):
    assert "one\ntwo\nthree" in page(web, "version-page", version_of(file).pk)
    picture = make.make_file(town.alice, town.root, "sign.png", PNG)
    make.make_file(town.alice, town.root, "sign.png", PNG + b"\0")
    version = version_of(picture)
    shown = reverse("files:version-preview", args=[version.pk, "large"])
    assert shown in page(web, "version-page", version.pk)
    assert web.get(shown)["Content-Type"] == "image/webp"


def test_what_is_no_text_is_offered_for_download(web, town):
    odd = make.make_file(town.alice, town.root, "thing.bin", b"\x00\x01\x02")
    make.make_file(town.alice, town.root, "thing.bin", b"\x00\x01\x03")
    assert "This cannot be shown here" in page(web, "version-page", version_of(odd).pk)
    compared = page(web, "version-compare", version_of(odd).pk)
    assert "no plain text" in compared
    assert reverse("files:content", args=[odd.pk]) in compared


def test_markup_in_a_text_stays_text(web, town):
    evil = make.make_file(town.alice, town.root, "a.html", b"<script>alert(1)</script>\n")
    make.make_file(town.alice, town.root, "a.html", b"<img src=x onerror=alert(1)>\n")
    pk = version_of(evil).pk
    for found in (
        page(web, "version-page", pk),
        page(web, "version-compare", pk),
        page(web, "version-compare", pk, "?view=side"),
    ):
        assert "<script>alert" not in found
        assert "<img src=x" not in found


def test_two_texts_are_compared_below_each_other_and_side_by_side(web, file):
    pk = version_of(file).pk
    below = page(web, "version-compare", pk)
    assert "2 lines came, 1 line went." in below
    assert "<del>two</del>" in below
    assert "<ins>2</ins>" in below
    assert "<ins>four</ins>" in below
    side = page(web, "version-compare", pk, "?view=side")
    assert "<del>two</del>" in side
    assert "<ins>four</ins>" in side
    assert side.count("<table") == 1


def test_a_version_is_compared_with_another_the_older_first(web, town, file):
    old = version_of(file)
    make.make_file(town.alice, town.root, "plan.txt", b"one\n2\n")
    later = version_of(file)
    for one, other in ((old, later), (later, old)):
        found = page(web, "version-compare", one.pk, f"?with={other.pk}")
        assert "<del>two</del>" in found
        assert "<ins>four</ins>" in found
    assert web.get(reverse("files:version-compare", args=[old.pk]) + "?with=x").status_code == 400
    alien = make.make_file(town.alice, town.root, "b.txt", b"1")
    make.make_file(town.alice, town.root, "b.txt", b"2")
    assert web.get(reverse("files:version-compare", args=[old.pk]) + f"?with={version_of(alien).pk}").status_code == 404


def test_the_same_text_says_so(web, town, file):
    make.make_file(town.alice, town.root, "plan.txt", b"one\ntwo\nthree\n")
    first = Version.objects.filter(node=file).earliest("pk")
    assert "Nothing differs" in page(web, "version-compare", first.pk)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"x" * (2**20 + 1), b"y", "Only texts of up to 1 MB"),
        (b"1\n" * 20_001, b"y", "too long, or too different"),
        (b"\x00", b"y", "no plain text"),
    ],
)
def test_bounds_are_told(web, town, before, after, said):
    file = make.make_file(town.alice, town.root, "big.txt", before)
    make.make_file(town.alice, town.root, "big.txt", after)
    assert said in page(web, "version-compare", version_of(file).pk)


def test_texts_made_to_take_for_ever_are_ended(web, town, monkeypatch):
    """Lines that are alike everywhere: comparing them honestly would take minutes."""
    from files import comparing

    monkeypatch.setattr(comparing, "_LIMITS", comparing.confined.Limits(2**29, 1, 2, 2**24))
    before = b"".join(b"%d\n" % (number * number % 397) for number in range(19_000))
    after = b"".join(b"%d\n" % (number * 7 % 397) for number in range(19_000))
    file = make.make_file(town.alice, town.root, "slow.txt", before)
    make.make_file(town.alice, town.root, "slow.txt", after)
    found = page(web, "version-compare", version_of(file).pk)
    assert "too long, or too different" in found or "There is more" in found


def test_accents_and_old_encodings_are_read(town):
    file = make.make_file(town.alice, town.root, "a.txt", "été\n".encode("cp1252"))
    other = make.make_file(town.alice, town.root, "b.txt", "été\nhiver\n".encode("utf-16"))
    one, two = (Blob.objects.get(nodes=node) for node in (file, other))
    found = compare_blobs(one.key, two.key, (one.size, two.size))
    assert (found.added, found.removed) == (1, 0)


def test_a_name_and_keeping_with_their_undo(web, file):
    version = version_of(file)
    toast = web.post(reverse("files:version-name", args=[version.pk]), {"label": " As sent "}, **JSON).json()["toast"]
    assert make.fresh(version).label == "As sent"
    assert "As sent" in page(web, "versions", file.pk)
    web.post(toast["undo"], toast["fields"])
    assert make.fresh(version).label == ""
    toast = web.post(reverse("files:version-keep", args=[version.pk]), {"kept": "1"}, **JSON).json()["toast"]
    assert make.fresh(version).kept
    assert 'aria-pressed="true"' in page(web, "version-page", version.pk)
    web.post(toast["undo"], toast["fields"])
    assert not make.fresh(version).kept
    assert web.post(reverse("files:version-name", args=[version.pk]), {"label": "x" * 201}).status_code == 400


def test_who_may_look_may_not_change_and_who_sees_nothing_finds_nothing(town, file):
    version = version_of(file)
    pages = [
        reverse("files:versions", args=[file.pk]),
        *(reverse(f"files:{name}", args=[version.pk]) for name in ("version-page", "version-compare", "version")),
    ]
    forms = [(reverse(f"files:{name}", args=[version.pk]), data) for name, data in (
        ("version-name", {"label": "x"}), ("version-keep", {"kept": "1"}), ("version-restore", {}),
    )]  # fmt: skip
    eve = signed_in(town.eve)
    assert {eve.get(address).status_code for address in pages} == {404}
    assert {eve.post(address, data).status_code for address, data in forms} == {404}
    make.share(town.alice, file, town.eve, READER.mask)
    assert {eve.get(address).status_code for address in pages} == {200}
    assert {eve.post(address, data).status_code for address, data in forms} == {403}
    assert reverse("files:version-restore", args=[version.pk]) not in page(eve, "version-page", version.pk)
    make.throw_away(town.alice, file)
    assert {eve.get(address).status_code for address in pages} == {404}
