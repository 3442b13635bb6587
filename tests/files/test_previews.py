"""Previews through their doors: who gets them, in which sizes, and what hostile files come to."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse

from collab.events import readers
from files.models import Blob, Preview
from files.previews import kinds, making, orders, shelf, watching
from files.sweeping import sweep_blobs
from tests import town as make
from tests.files import pictures
from tests.files.web import signed_in
from tests.live import ROOT


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    """No background runs here: what would be asked of it is done by hand."""
    monkeypatch.setattr(orders, "call", lambda: None)


@pytest.fixture
def web(town):
    return signed_in(town.bob)


@pytest.fixture
def put(town):
    return lambda name, content: make.make_file(town.alice, town.root, name, content)


def url(file, size="small"):
    return reverse("files:preview", args=[file.pk, size])


_MEASURED = """
import io, json, resource, sys
from files.previews import making
found = making.make(io.BytesIO(sys.stdin.buffer.read()), sys.argv[1], sys.argv[1])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([found.trouble, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def made(content, how, ending=""):
    """What the worker makes of the bytes."""
    return making.make(io.BytesIO(content), how, ending or how)


@pytest.mark.django_db
def test_a_photo_in_three_sizes_upright_and_without_what_the_camera_noted(web, put):
    file = put("Été.jpg", pictures.jpeg(3000, 2000, orientation=6))
    for size, longest in (("small", 256), ("medium", 1024), ("large", 2048)):
        answer = web.get(url(file, size))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
        shown = pictures.shown(answer.content)
        assert (shown.format, max(shown.size)) == ("WEBP", longest)
        assert shown.height > shown.width, "it was taken upright"
        assert pictures.is_red(shown.getpixel((shown.width // 2, 5)))
        assert "exif" not in shown.info
        assert not shown.getexif()
    row = Preview.objects.get()
    assert (row.width, row.height, row.facts["camera"]) == (2000, 3000, "Fabrique F1")
    assert row.facts["place"] == [48.858333, 2.294444]
    assert row.taken == 1720962202, "14 July 2024, 13:03:22 in London's winter"


@pytest.mark.django_db
def test_headers_and_what_the_browser_keeps(web, put):
    file = put("a.png", pictures.png())
    answer = web.get(url(file))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert str(file.blob_id) in answer.headers["ETag"]
    assert web.get(url(file), HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 304
    assert web.get(f"{url(file)}?v={file.blob_id}").headers["Cache-Control"] == "private, max-age=300"
    newer = put("a.png", pictures.png(80, 80))
    assert web.get(url(newer), HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 200


@pytest.mark.django_db
def test_only_who_may_see_the_file_sees_its_picture(town, put):
    file = put("a.png", pictures.png())
    make.make_file(town.alice, town.root, "a.png", pictures.png(10, 10))
    version = make.fresh(file).versions.get()
    eve, bob = signed_in(town.eve), signed_in(town.bob)
    old = reverse("files:version-preview", args=[version.pk, "small"])
    assert [eve.get(one).status_code for one in (url(file), old)] == [404, 404]
    assert [bob.get(one).status_code for one in (url(file), old)] == [200, 200]
    assert pictures.shown(bob.get(old).content).size == (64, 48)
    make.throw_away(town.alice, make.fresh(file))
    assert [bob.get(one).status_code for one in (url(file), old)] == [404, 404]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.heic", pictures.heic), ("a.avif", pictures.avif), ("a.gif", lambda: pictures.encoded("GIF")),
        ("a.webp", lambda: pictures.encoded("WEBP")), ("a.tif", lambda: pictures.encoded("TIFF")),
        ("a.bmp", lambda: pictures.encoded("BMP")), ("a.svg", lambda: pictures.SVG % 9), ("a.pdf", pictures.pdf),
        ("a.md", lambda: "# Été\n\nDes mots.".encode()),
    ],
)  # fmt: skip
def test_every_kind_is_drawn_while_one_waits(web, put, name, content):
    answer = web.get(url(put(name, content()), "medium"))
    assert answer.status_code == 200
    shown = pictures.shown(answer.content).convert("RGB")
    assert len(shown.getcolors(2**24)) > (0 if name == "a.svg" else 1)


@pytest.mark.django_db
def test_a_film_is_drawn_in_the_background(web, put):
    file = put("a.mp4", pictures.film())
    waiting = web.get(url(file))
    assert (waiting.status_code, waiting.headers["Retry-After"], waiting.headers["Cache-Control"]) == (
        202,
        "2",
        "no-store",
    )
    assert pictures.shown(waiting.content).size == (1, 1), "a clear point, over the sign of the kind"
    assert not orders.draw_waiting()
    answer = web.get(url(file))
    assert pictures.is_blue(pictures.shown(answer.content).convert("RGB").getpixel((100, 50)))
    row = Preview.objects.get()
    assert (row.seconds, row.facts["camera"], row.facts["place"]) == (2, "Fabrique", [48.8583, 2.2944])


@pytest.mark.django_db
def test_what_arrives_is_drawn_before_anybody_looks(town, put):
    file = put("a.png", pictures.png())
    put("plan.bin", b"nothing to draw")
    readers.catch_up()
    assert [row.blob_id for row in Preview.objects.all()] == [file.blob_id]
    assert not orders.draw_waiting()
    assert Preview.objects.get().state == Preview.State.MADE
    watching.handle(town.space.pk, [])


@pytest.mark.django_db
def test_a_cache_that_is_thrown_away_is_made_again(web, put, settings):
    file = put("a.png", pictures.png())
    before = web.get(url(file)).content
    shelf.clear()
    assert make.is_clean()
    assert web.get(url(file)).content == before
    path = next(settings.PREVIEWS_DIR.glob("??/*/*"))
    path.write_bytes(b"half")
    assert web.get(url(file)).content == before


@pytest.mark.django_db
def test_they_go_with_the_content(town, web, put, settings):
    file = put("a.png", pictures.png())
    assert web.get(url(file)).status_code == 200
    key = file.blob.key
    make.throw_away(town.alice, file)
    from files.actions import trashing
    from files.models import Trash

    trashing.purge(make.act(town.alice), Trash.objects.get())
    make.age(Blob.objects.filter(key=key), "created_at", 30)
    assert sweep_blobs() == 1
    assert not Preview.objects.exists()
    assert not list(settings.PREVIEWS_DIR.glob(f"{key}*"))


@pytest.mark.django_db
def test_a_row_that_broke_its_maker_three_times_is_left_alone(web, put):
    file = put("a.png", pictures.png())
    orders.order([(file.blob_id, file.name)])
    Preview.objects.update(tries=3)
    assert not orders.draw_waiting()
    assert Preview.objects.get().trouble == "tries"
    assert web.get(url(file)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.zip", "a.html", "a.exe", "Makefile"])
def test_there_is_none_of_what_is_not_drawn(web, put, name):
    assert web.get(url(put(name, b"<script>"))).status_code == 404
    assert not Preview.objects.exists()


BOMB = b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
DEEP = b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>"
USES = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="a0"><path d="M0 0h9v9z"/></g>%s</svg>'
    % b"".join(b'<g id="a%d">%s</g>' % (n, b'<use href="#a%d"/>' % (n - 1) * 10) for n in range(1, 12))
)


@pytest.mark.parametrize(
    ("how", "content"),
    [
        ("picture", pictures.huge_png), ("picture", lambda: pictures.jpeg()[:300]),
        ("picture", lambda: b"GIF89a" + bytes(40)),
        ("picture", lambda: b"II*\0\x08\0\0\0" + b"\xff" * 400), ("picture", lambda: pictures.SVG % 9),
        ("picture", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("picture", lambda: pictures.heic()[:900]),
        ("picture", lambda: pictures.pdf() + pictures.png()), ("vector", lambda: BOMB), ("vector", lambda: DEEP),
        ("vector", lambda: USES),
        ("vector", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="9999999"/>'),
        ("pdf", lambda: b"%PDF-1.7" + bytes(900)), ("pdf", lambda: pictures.pdf(width=2_000_000, height=2)),
        ("pdf", pictures.png),
        ("film", lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), ("film", lambda: pictures.film()[:700]),
        ("film", lambda: b"ffconcat version 1.0\nfile /etc/passwd\n"), ("text", lambda: bytes(4000)),
        ("text", lambda: b"\n \n"), ("text", lambda: "Собрание ".encode() * 20),
        ("office", lambda: b"PK\x05\x06" + b"\xff" * 18), ("office", pictures.png),
    ],
)  # fmt: skip
def test_a_hostile_file_comes_to_nothing_within_the_limits(how, content):
    # by a small program: to a child's peak of memory the system adds what whoever began it had
    command = [sys.executable, "-c", _MEASURED, how]
    done = subprocess.run(command, input=content(), stdout=subprocess.PIPE, check=True, timeout=45, cwd=ROOT)
    trouble, seconds, kilobytes = json.loads(done.stdout)
    assert trouble, "nothing was to be made of it"
    assert seconds <= 21
    assert kilobytes <= 512 * 1024


def test_a_drawing_fetches_nothing_and_opens_nothing():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        assert not made(pictures.SVG % server.getsockname()[1], "vector").trouble
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_document_shows_the_picture_that_it_brings(monkeypatch):
    monkeypatch.setattr(kinds, "writer", lambda: "")
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("Thumbnails/thumbnail.png", pictures.png())
    found = made(sink.getvalue(), "office", "odt")
    assert pictures.shown(found.pictures[0]).size == (64, 48)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"{}\n", b'{"bytes": [4, 0, 0], "width": 1, "height": 1}\nabcd', b'{"bytes": [9999]}\n',
        b"[]\n", b"not json",
        b'{"bytes": [4, -4, 0], "width": 1, "height": 1}\n', b'{"bytes": [12, 0, 0], "width": "x"}\nRIFFxxxxWEBP',
    ],
)  # fmt: skip
def test_no_word_of_the_program_is_believed(monkeypatch, answer):
    monkeypatch.setattr(making.confined, "run", lambda *given, **more: making.confined.Done(0, answer))
    assert made(b"x", "picture").trouble == "damaged"


@pytest.fixture
def writer(tmp_path, monkeypatch):
    """Something that prints as LibreOffice does, told what to do by a line of shell."""

    def install(line):
        from files.previews import office

        program = tmp_path / "soffice"
        program.write_text(f'#!/bin/sh\nfor last; do :; done\nroom=$(dirname "$last")\n{line}\n')
        program.chmod(0o755)
        monkeypatch.setattr(kinds, "writer", lambda: str(program))
        # the program itself must be found where nothing else is: real ones lie in /usr
        monkeypatch.setattr(office, "_WORKER", tmp_path / "printing.py")
        (tmp_path / "printing.py").write_text((making._WORKER.parent / "printing.py").read_text())

    return install


def test_a_document_is_printed_where_libreoffice_is_installed(writer, tmp_path):
    (tmp_path / "made.pdf").write_bytes(pictures.pdf("Compte rendu"))
    writer(f'test -s "$last" && cp {tmp_path}/made.pdf "$room/document.pdf"')
    found = made(b"PK\x03\x04 a document", "office", "docx")
    assert (found.trouble, found.pages) == ("", 1)
    assert found.height > found.width


@pytest.mark.parametrize("line", ["exit 1", 'echo "no pdf" > "$room/document.pdf"'])
def test_a_document_that_cannot_be_printed_shows_its_sign(writer, line):
    writer(line)
    assert made(b"PK\x03\x04 a document", "office", "docx").trouble == "kind"
