"""The page of a text without script, and its doors: read, written, and two who save at once both keep their words."""

import pytest
from django.urls import reverse

from collab.rights.right import READER
from files import editing
from files.actions import drafting
from files.models import Node
from files.views import panel
from tests import town as make
from tests.files.web import HTMX, JSON, signed_in, space_url, text
from tests.together.test_saving import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(town):
    return make.make_file(town.alice, town.root, "note.md", b"# Plans\r\n<b>\r\n")


def page(node):
    return reverse("files:edit", args=[node.pk])


def send(web, node, words, etag=None, **headers):
    sent = {"text": words, "etag": make.fresh(node).etag if etag is None else etag}
    return web.post(page(node), sent, **headers)


def test_a_text_is_shown_and_saved_with_its_own_bytes(town, note):
    web = signed_in(town.bob)
    shown = text(web.get(page(note)))
    assert "# Plans\n&lt;b&gt;\n</textarea>" in shown
    assert "<h2>Plans</h2>" in shown
    answer = send(web, note, "# Plans\r\n<b>\r\nmore")  # as browsers send it
    assert answer.status_code == 302
    assert "“note.md” is saved." in text(web.get(answer["Location"]))
    assert make.read(note) == b"# Plans\r\n<b>\r\nmore"
    assert make.fresh(note).modified_by == town.bob


def test_a_form_that_changes_nothing_writes_nothing(town, note):
    before = make.fresh(note).etag
    assert send(signed_in(town.bob), note, "# Plans\r\n<b>\r\n").status_code == 302
    assert make.fresh(note).etag == before


def test_a_stale_form_keeps_both_and_shows_what_differs(town, note):
    web, etag = signed_in(town.bob), make.fresh(note).etag
    make.write(town.alice, town.root, "note.md", b"# Plans of alice\n")
    answer = send(web, note, "# Plans of bob\n", etag)
    assert answer.status_code == 412
    said = text(answer)
    assert make.read(note) == b"# Plans of alice\n"
    copy = Node.objects.get(name__startswith="note (Bob, ")
    assert make.read(copy) == b"# Plans of bob\n"
    assert copy.name in said
    assert "Plans of alice</del>" in said
    assert "Plans of bob</ins>" in said
    assert "data-socket" not in said  # the two texts stay before the person's eyes


def test_a_stale_form_where_nothing_may_be_added_keeps_the_words_on_the_page(town, note):
    web = signed_in(town.eve)
    make.share(town.alice, note, town.eve, 3)
    etag = make.fresh(note).etag
    make.write(town.alice, town.root, "note.md", b"theirs\n")
    answer = send(web, note, "mine & only mine\n", etag)
    assert answer.status_code == 412
    assert "mine &amp; only mine\n</textarea>" in text(answer)
    assert "not saved yet" in text(answer)
    assert make.read(note) == b"theirs\n"


def test_a_script_is_told_where_its_words_went(town, note):
    answer = send(signed_in(town.bob), note, "of an hour ago", "", **JSON)
    assert answer.json()["copy"].startswith("note (Bob, ")


def test_what_is_being_written_is_in_the_form(town, note):
    write(town.alice, note, "just typed")
    assert "just typed</textarea>" in text(signed_in(town.bob).get(page(note)))
    assert make.read(note) == b"just typed"


def test_a_form_joins_what_others_write(town, note):
    write(town.alice, note, "# Plans\n<b>\n")
    web = signed_in(town.bob)
    web.get(page(note))
    write(town.alice, note, "# Plans\n<b>\nfrom alice\n")
    send(web, note, "# Plans for May\r\n<b>\r\n")
    drafting.absorb(note.pk)
    assert drafting.read(note.pk)[1].text == "# Plans for May\n<b>\nfrom alice\n"


def test_who_may_only_read_reads(town, note):
    make.share(town.alice, note, town.eve, READER.mask)
    web = signed_in(town.eve)
    shown = text(web.get(page(note)))
    assert "readonly" in shown
    assert "You can read this text, not change it." in shown
    assert 'role="toolbar"' not in shown
    answer = send(web, note, "mine")
    assert answer.status_code == 403
    assert make.read(note).startswith(b"# Plans")


def test_what_may_not_be_seen_is_not_there(town, note):
    web = signed_in(town.eve)
    for url in (page(note), reverse("files:edit", args=[99_999_999])):
        assert web.get(url).status_code == web.post(url, {"text": "x", "etag": ""}).status_code == 404
        assert web.post(url + "preview/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "said"), [(b"\xff\xfe", 409, "not written in UTF-8"), (b"x" * (2**20 + 1), 413, "too long")]
)
def test_what_is_no_text_says_so(town, content, status, said):
    node = make.make_file(town.alice, town.root, "note.txt", content)
    answer = signed_in(town.bob).get(page(node))
    assert answer.status_code == status
    assert said in text(answer)
    assert "<textarea" not in text(answer)


def test_a_folder_leads_to_itself(town):
    assert signed_in(town.bob).get(page(town.root))["Location"] == space_url()


def test_the_preview_draws_what_is_sent_and_nothing_dangerous(town, note):
    web = signed_in(town.bob)
    sent = {"text": "## Été\n- [ ] tea\n- [x] milk\n\n<script>alert(1)</script> [x](javascript:alert(1))"}
    drawn = text(web.post(page(note) + "preview/", sent, **HTMX))
    assert "<h2>Été</h2>" in drawn or "<h3>Été</h3>" in drawn
    assert 'aria-label="to do"' in drawn
    assert 'aria-label="done"' in drawn
    assert "<script" not in drawn
    assert 'javascript:alert(1)"' not in drawn


@pytest.mark.parametrize(("kind", "name", "made"), [("note", "Minutes", "Minutes.md"), ("text", "list", "list.txt")])
def test_a_new_text_opens(town, kind, name, made):
    web = signed_in(town.bob)
    answer = web.post(reverse("files:new", args=[town.root.pk]), {"kind": kind, "name": name}, **JSON).json()
    node = Node.objects.get(name=made)
    assert answer["open"] == page(node)
    assert web.get(answer["open"]).status_code == 200
    assert "Create the note" in text(web.get(space_url() + "?new=note"))


def test_the_panel_opens_texts_alone(town, note):
    web = signed_in(town.bob)
    picture = make.make_file(town.bob, town.root, "a.png", b"x")
    assert page(note) in text(web.get(f"{space_url()}?open={note.pk}", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="panel"))
    assert page(picture) not in text(web.get(f"{space_url()}?open={picture.pk}"))
    assert panel.TABS
    assert {"md", "txt"} <= editing.TEXTS


def test_versions_say_all_who_wrote(town, note):
    from files.actions import saving

    write(town.alice, note, "by alice")
    write(town.bob, note, "by alice and bob")
    saving.save(note.pk)
    make.write(town.alice, town.root, "note.md", b"later")
    shown = text(signed_in(town.bob).get(f"{space_url()}?open={note.pk}&tab=versions"))
    assert "Bob, Alice" in shown
