"""Texts of files are read by a program under limits: honest documents give their words, bombs give nothing, soon."""

import email.message
import io
import socket
import threading
import time

import pytest

from collab.lib import confined
from collab.search import extraction
from collab.search.extraction import extract
from collab.search.models import Entry
from tests import town as make
from tests.search import documents

SECONDS = extraction.LIMITS.seconds + 5
"""No document may hold the reader longer, whatever it is."""


def text_of(content, how):
    return extract(io.BytesIO(content), how)


@pytest.mark.parametrize(
    ("how", "content", "text"),
    [
        ("plain", "Compte  rendu\n\nde l'été".encode(), "Compte rendu de l'été"),
        ("plain", "été".encode("cp1252"), "été"),
        ("plain", "été".encode("utf-16"), "été"),
        ("plain", b"", ""),
        ("html", b"<!doctype html><title>Titre</title><style>p{}</style><p>un<b>deux</b></p><p>caf&eacute;<script>x()"
         b"</script>", "Titre undeux café"),
        ("mail", documents.mail(),
         "Réservation Zoé <zoe@example.org> bureau@example.org La salle est réservée devis.pdf"),
        ("ooxml", documents.docx(), "Assemblée Le procès-verbal note en bas"),
        ("ooxml", documents.xlsx(), "Recettes Dépenses cotisation"),
        ("ooxml", documents.pptx(), "première dernière parler du car"),
        ("odf", documents.odt(), "Règlement de la buvette"),
        ("pdf", documents.pdf(documents.words("La buvette"), documents.words("de l'été")), "La buvette de l'été"),
    ],
)  # fmt: skip
def test_the_words_of_an_honest_document_are_read(how, content, text):
    assert text_of(content, how) == (text, "")


@pytest.mark.parametrize("how", ["plain", "html", "mail", "pdf", "odf", "ooxml"])
@pytest.mark.parametrize("content", [b"\0\1\2" * 1000, b"PK\x03\x04" + b"x" * 100, b"%PDF-1.4\n%%EOF", b"\xff" * 99])
def test_a_damaged_document_has_no_words_and_harms_nothing(how, content):
    text, trouble = text_of(content, how)
    assert trouble in {"", "damaged"}
    assert "\0" not in text


BOMBS = {
    "an archive that swells": ("ooxml", lambda: documents.swollen("word/document.xml")),
    "an archive that swells, as a text": ("odf", lambda: documents.swollen("content.xml")),
    "an archive of many members": ("ooxml", documents.crowded),
    "a billion words": ("ooxml", lambda: documents.archive(**{"word/document.xml": documents.laughing()})),
    "a deep document": ("ooxml", lambda: documents.archive(**{"word/document.xml": documents.deep()})),
    "a deep text": ("odf", lambda: documents.odt("<text:p>" * 100_000 + "</text:p>" * 100_000)),
    "a page that swells": ("pdf", lambda: documents.pdf(documents.squeezed(), encoded=True)),
    "pages that contain themselves": (
        "pdf", lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]"
        b"/Count 9>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ),
    "brackets in brackets": ("pdf", lambda: documents.pdf(b"BT " + b"[" * 10**6 + b" TJ ET")),
    "a letter in a letter": ("mail", lambda: b"Content-Type: message/rfc822\n\n" * 50_000),
    "tags without an end": ("html", lambda: b"<a " * 3_000_000),
    "scripts without an end": ("html", lambda: b"<script>" * 200_000),
    "comments without an end": ("html", lambda: b"<!--" * 2_000_000),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_soon_and_gives_little(bomb):
    how, made = BOMBS[bomb]
    content = made()
    assert len(content) < extraction.LARGEST
    began = time.monotonic()
    text, _trouble = text_of(content, how)
    assert time.monotonic() - began < SECONDS
    assert len(text) <= extraction.MOST_TEXT


def test_what_is_too_large_is_not_even_begun():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    assert extract(Endless(), "plain") == ("", "large")


def test_no_more_text_is_kept_than_its_bound():
    text, trouble = text_of(b"ab " * 5_000_000, "plain")
    assert (len(text) <= extraction.MOST_TEXT, trouble) == (True, "")
    assert len(text) > extraction.MOST_TEXT - 10


def test_nothing_is_fetched_for_a_document():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(2)
        heard = []
        thread = threading.Thread(target=lambda: heard.append(_heard(server)))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        member = {"word/document.xml": documents.reaching(url)}
        assert text_of(documents.archive(**member), "ooxml") == ("", "damaged")
        thread.join()
    assert heard == [False]


def _heard(server):
    try:
        server.accept()
    except OSError:
        return False
    return True


def program(tmp_path, text):
    path = tmp_path / "program.py"
    path.write_text(text)
    return path


SMALL = confined.Limits(memory=200 * 2**20, processor=1, seconds=5, output=1000)


@pytest.mark.parametrize(
    ("text", "status", "trouble"),
    [
        ("print('well')", 0, ""),
        ("while True: pass", None, "time"),
        ("import time; time.sleep(60)", 1, "time"),
        ("x = bytearray(10**9)", 1, ""),
        ("import os; os.write(1, b'x' * 5000); os.write(1, b'x' * 5000)", None, ""),
        ("import os; os.fork()", 1, ""),
    ],
)
def test_the_system_holds_a_program_to_its_limits(tmp_path, text, status, trouble):
    began = time.monotonic()
    done = confined.run(program(tmp_path, text), [], io.BytesIO(), SMALL, most=10)
    assert time.monotonic() - began < 8
    assert done.trouble == trouble
    assert status is None or done.status == status or (text.endswith("fork()") and done.status == 0)
    assert len(done.output) <= SMALL.output


def test_a_program_hears_nothing_of_our_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    text = "import os; print(sorted(os.environ), os.getcwd())"
    done = confined.run(program(tmp_path, text), [], io.BytesIO(), SMALL, most=10)
    assert b"DATABASE" not in done.output
    assert b"COLLAB" not in done.output


@pytest.fixture
def bomb(town, monkeypatch):
    """A file whose reading never ends, as the index sees it."""
    file = make.make_file(town.alice, town.root, "bomb.txt", b"boom")
    monkeypatch.setattr(extraction, "extract", lambda file, how: ("", "time"))
    return file


@pytest.mark.django_db
def test_a_bomb_is_found_by_its_name_and_not_read_again(bomb, town, find, indexed):
    indexed()
    entry = Entry.objects.get(ref_id=bomb.pk)
    assert (entry.state, entry.trouble, entry.tries) == (Entry.State.FAILED, "time", 1)
    assert find(town.bob, "bomb") == ["bomb.txt"]
    assert not extraction.read_waiting()
    assert Entry.objects.get(pk=entry.pk).tries == 1


@pytest.mark.django_db
def test_what_brings_the_worker_down_is_tried_three_times(bomb, town, indexed, monkeypatch):
    def crash(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr(extraction, "_extracted", crash)
    with pytest.raises(KeyboardInterrupt):
        indexed()
    for _time in range(2):
        make.age(Entry.objects.all(), "claimed_at", 1)
        with pytest.raises(KeyboardInterrupt):
            extraction.read_waiting()
    assert not extraction.read_waiting(), "claimed a moment ago by somebody who may still live"
    make.age(Entry.objects.all(), "claimed_at", 1)
    extraction.read_waiting()
    entry = Entry.objects.get()
    assert (entry.state, entry.trouble) == (Entry.State.FAILED, "tries")


@pytest.mark.django_db
def test_a_store_that_is_away_costs_no_try(town, indexed, monkeypatch):
    from collab.lib.errors import Unavailable

    make.make_file(town.alice, town.root, "a.txt", b"hello")

    def away(*_words):
        raise Unavailable

    monkeypatch.setattr(extraction, "_extracted", away)
    with pytest.raises(Unavailable):
        indexed()
    entry = Entry.objects.get()
    assert (entry.state, entry.tries, entry.claimed_at) == (Entry.State.WAITING, 0, None)
    monkeypatch.undo()
    assert not extraction.read_waiting()
    assert Entry.objects.get().body == "hello"


@pytest.mark.django_db
def test_a_text_of_too_many_different_words_is_cut_until_it_fits(town, find, indexed):
    text = " ".join(f"zq{number:x}w{number * 7919:x}" for number in range(40_000))
    make.make_file(town.alice, town.root, "dense.txt", text.encode())
    indexed()
    entry = Entry.objects.get()
    assert entry.state == Entry.State.READ
    assert 0 < len(entry.body) < len(text)
    assert find(town.bob, "zq1w1eef") == ["dense.txt"]


def test_a_letter_may_have_many_parts():
    message = email.message.EmailMessage()
    message["Subject"] = "Many"
    message.set_content("first")
    for number in range(300):
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"p{number}.png")
    text, trouble = text_of(message.as_bytes(), "mail")
    assert trouble == ""
    assert text.startswith("Many first")
    assert "p299.png" in text
