"""A file in its place: each kind by its own means, nothing run in our origin, neighbours, only for who sees it."""

import re

import pytest
from django.urls import reverse

from collab.rights.right import READER
from files import showing
from files.models import Node
from tests import town as make
from tests.files.web import body, signed_in, space_url, text


@pytest.fixture
def web(town):
    return signed_in(town.alice)


def view(node, query=""):
    return reverse("files:view", args=[node.pk]) + query


def inline(node):
    return reverse("files:inline", args=[node.pk])


@pytest.mark.parametrize(
    ("name", "media", "tag"),
    [
        ("a.png", "image/png", "<img"), ("a.JPG", "image/jpeg", "<img"), ("a.webp", "image/webp", "<img"),
        ("a.mp3", "audio/mpeg", "<audio controls"), ("a.flac", "audio/flac", "<audio controls"),
        ("a.mp4", "video/mp4", "<video"), ("a.webm", "video/webm", "<video"), ("a.pdf", "application/pdf", "data-pdf"),
    ],
)  # fmt: skip
def test_each_kind_has_its_means(web, town, name, media, tag):
    file = make.make_file(town.alice, town.root, name, b"<script>alert(1)</script>")
    page = web.get(view(file))
    assert page.status_code == 200
    assert tag in text(page)
    assert inline(file) in text(page)
    assert "<script>alert" not in text(page)
    answer = web.get(inline(file))
    assert answer.headers["Content-Type"] == media  # whatever the bytes are
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Disposition"].startswith("inline")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert ("frame-ancestors 'self'" if name == "a.pdf" else "sandbox") in policy
    part = web.get(inline(file), HTTP_RANGE="bytes=1-6")
    assert (part.status_code, body(part)) == (206, b"script")
    assert part.headers["Content-Range"] == "bytes 1-6/25"


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.js", "a.txt", "a.zip", "a", "a.odt", "png"])
def test_nothing_else_is_ever_sent_to_be_shown(web, town, name):
    file = make.make_file(town.alice, town.root, name, b"<script>alert(1)</script>")
    assert web.get(inline(file)).status_code == 404
    page = web.get(view(file))
    assert page.status_code == 200
    assert "<script>alert" not in text(page)
    assert inline(file) not in text(page)
    assert reverse("files:content", args=[file.pk]) in text(page)


def test_a_text_is_text_whatever_it_is_written_in(web, town):
    for name, content in (
        ("utf-8.txt", "Été & <b>hiver</b>".encode()),
        ("mark.txt", "\ufeffÉté & <b>hiver</b>".encode()),
        ("windows.txt", "Été & <b>hiver</b>".encode("cp1252")),
        ("utf-16.txt", "Été & <b>hiver</b>".encode("utf-16")),
        ("page.html", "Été & <b>hiver</b>".encode()),
    ):
        file = make.make_file(town.alice, town.root, name, content)
        page = text(web.get(view(file)))
        assert ">Été &amp; &lt;b&gt;hiver&lt;/b&gt;</pre>" in page, name


def test_only_the_beginning_of_a_long_text(web, town, monkeypatch):
    monkeypatch.setattr(showing, "MOST_TEXT", 10)
    file = make.make_file(town.alice, town.root, "long.txt", "abcdefgh é".encode() + b"i" * 40)
    page = text(web.get(view(file)))
    assert "abcdefgh </pre>" in page  # a character cut in two is left out, not misread
    assert "Only the beginning is shown." in page


def test_markdown_is_drawn_and_can_be_read_as_typed(web, town):
    hostile = (
        b"# Plan\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![p](http://evil.example/p.png)\n\n- **one**"
    )
    file = make.make_file(town.alice, town.root, "plan.md", hostile)
    page = text(web.get(view(file)))
    assert "<strong>one</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "evil.example/p.png" not in page
    typed = text(web.get(view(file, "?plain=1")))
    assert "- **one**</pre>" in typed
    assert "<script>alert" not in typed


def test_what_has_no_preview_says_so(web, town):
    file = make.make_file(town.alice, town.root, "a.bin")
    assert "There is no preview of this kind of file" in text(web.get(view(file)))
    empty = make.make_file(town.alice, town.root, "empty.txt", b"")
    assert "This file is empty" in text(web.get(view(empty)))


def test_neighbours_follow_the_order_of_the_list(web, town):
    make.make_folder(town.alice, town.root, "a folder")
    files = {name: make.make_file(town.alice, town.root, name, b"x" * size) for name, size in
             (("a.txt", 3), ("b.txt", 1), ("c.txt", 2))}  # fmt: skip
    hidden = make.make_file(town.alice, town.root, "bb.txt")
    make.restrict(town.alice, hidden)
    bob = signed_in(town.bob)

    def ways(name, query=""):
        page = text(bob.get(view(files[name], query)))
        return [re.findall(rf'aria-label="{word}: ([^"]*)"', page) for word in ("Before", "Next")]

    assert ways("a.txt") == [[], ["b.txt"]]
    assert ways("b.txt") == [["a.txt"], ["c.txt"]]
    assert ways("c.txt") == [["b.txt"], []]
    assert ways("c.txt", "?sort=size") == [["b.txt"], ["a.txt"]]
    assert ways("c.txt", "?sort=size&order=desc") == [["a.txt"], ["b.txt"]]
    page = text(bob.get(view(files["c.txt"], "?sort=size")))
    assert f'href="{space_url()}?sort=size#node-{files["c.txt"].pk}"' in page
    assert "?sort=size" in re.search(r'rel="next"|href="([^"]*)" rel="next"', page)[0]


def test_only_for_who_sees_it(web, town):
    file = make.make_file(town.alice, town.root, "a.png", b"x")
    folder = make.make_folder(town.alice, town.root, "Été")
    eve = signed_in(town.eve)
    for address in (view(file), inline(file)):
        assert eve.get(address).status_code == 404
    make.share(town.alice, file, town.eve, READER.mask)
    page = eve.get(view(file))
    assert page.status_code == 200
    assert 'href="/files/shared/#node-' in text(page)
    assert web.get(view(folder)).headers["Location"] == space_url("%C3%89t%C3%A9")
    make.throw_away(town.alice, file)
    assert web.get(view(file)).status_code == 404
    assert Node.objects.filter(pk=file.pk).exists()


def test_the_panel_leads_there(web, town):
    file = make.make_file(town.alice, town.root, "a.png", b"x")
    page = text(web.get(f"{space_url()}?sort=size&open={file.pk}"))
    assert f'href="{view(file)}?sort=size"' in page
