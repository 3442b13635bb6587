"""Public links in a browser: files, folders, drop boxes; nothing above, beside, or after the link."""

import io
import re
import zipfile
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from collab.rights import link_changes
from collab.rights.links import revoke_link, token_of
from collab.rights.models import Grant, Link
from collab.rights.right import DROP_BOX, EDITOR, READER, Right
from files import receiving
from files.models import Node
from tests import town as make
from tests.files import pictures
from tests.files.web import body, text

MULTIPART = "multipart/form-data; boundary=b"


@pytest.fixture
def visitor():
    """A browser that nobody is signed in to."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def folder(alice, root):
    folder = make.make_folder(alice, root, "Été")
    make.make_file(alice, folder, "flyer.txt", b"Come to the fair")
    inside = make.make_folder(alice, folder, "Photos & more")
    make.make_file(alice, inside, "a.png", b"\x89PNG one")
    return folder


def page(user, thing, mask=READER.mask, **options):
    """The address of a new link's page."""
    return address(user, make.make_link(user, thing, mask, **options), thing)


def address(user, link, thing):
    return f"/s/{token_of(make.act(user), link, make.fresh(thing))}/"


def form(*files, name="Marie"):
    """A body of several files as a plain form sends it."""
    parts = [b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + name.encode() + b"\r\n"]
    for file, content in files:
        head = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{file}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join([*parts, b"--b--\r\n"])


def send(visitor, url, *files, **options):
    return visitor.generic("POST", url, form(*files, **options), content_type=MULTIPART)


def enter(visitor, url, **fields):
    """Send the form of the page that asks for a password."""
    return visitor.post(url, urlencode(fields), content_type="application/x-www-form-urlencoded")


def inside(folder):
    return {node.name: node for node in Node.objects.inside(folder.pk)}


def is_gone(answer):
    return answer.status_code == 404 and "no longer valid" in text(answer)


# files and folders


def test_a_file_shows_its_name_size_and_beginning(visitor, alice, root):
    file = make.make_file(alice, root, "flyer.txt", b"Come <b>all</b>")
    url = page(alice, file)
    answer = visitor.get(url)
    assert "flyer.txt" in text(answer)
    assert "Come &lt;b&gt;all" in text(answer)
    assert "Shared by Alice" in text(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    bytes_ = visitor.get(f"{url}?get=file")
    assert body(bytes_) == b"Come <b>all</b>"
    assert bytes_.headers["Content-Disposition"] == 'attachment; filename="flyer.txt"'
    assert bytes_.headers["Cache-Control"] == "no-store"
    part = visitor.get(f"{url}?get=file", HTTP_RANGE="bytes=0-3")
    assert (part.status_code, body(part)) == (206, b"Come")


@pytest.mark.parametrize("name", ["page.html", "a.svg", "b.xhtml"])
def test_what_could_run_is_sandboxed_and_never_shown(visitor, alice, root, name):
    url = page(alice, make.make_file(alice, root, name, b"<script>alert(1)</script>"))
    assert "alert(1)" not in text(visitor.get(url))
    answer = visitor.get(f"{url}?get=file")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = visitor.get(f"{url}?get=preview")
    assert shown.headers.get("Content-Type") == "image/webp" or shown.status_code == 404
    assert b"alert" not in shown.content


def test_a_picture_is_shown(visitor, alice, root):
    url = page(alice, make.make_file(alice, root, "a.png", pictures.png()))
    assert "?get=preview&amp;size=large" in text(visitor.get(url))
    answer = visitor.get(f"{url}?get=preview&size=large")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_pdf_is_read_in_the_browsers_own_reader(visitor, alice, root):
    url = page(alice, make.make_file(alice, root, "a.pdf", b"%PDF-1.7"))
    assert "?get=pdf" in text(visitor.get(url))
    answer = visitor.get(f"{url}?get=pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = page(alice, make.make_file(alice, root, "a.html", b"<script>"))
    assert visitor.get(f"{other}?get=pdf").status_code == 404


def test_a_sound_is_played_as_nothing_else(visitor, alice, root):
    url = page(alice, make.make_file(alice, root, "song.mp3", b"<script>alert(1)</script>"))
    assert f'src="{url}?get=play"' in text(visitor.get(url))
    answer = visitor.get(f"{url}?get=play", HTTP_RANGE="bytes=1-6")
    assert (answer.status_code, body(answer), answer.headers["Content-Type"]) == (206, b"script", "audio/mpeg")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    other = page(alice, make.make_file(alice, root, "page.html", b"<script>alert(1)</script>"))
    assert visitor.get(f"{other}?get=play").status_code == 404


def test_a_folder_lists_what_lies_below_and_leads_there(visitor, alice, folder):
    url = page(alice, folder)
    top = text(visitor.get(url))
    assert "flyer.txt" in top
    below = f"{url}Photos%20%26%20more"
    assert f'href="{below}"' in top
    assert "a.png" in text(visitor.get(below))
    assert body(visitor.get(f"{below}/a.png?get=file")) == b"\x89PNG one"
    packed = zipfile.ZipFile(io.BytesIO(body(visitor.get(f"{url}?get=zip"))))
    assert sorted(packed.namelist()) == ["Été/", "Été/Photos & more/", "Été/Photos & more/a.png", "Été/flyer.txt"]


def test_a_long_folder_is_paged(visitor, alice, root, monkeypatch):
    monkeypatch.setattr("files.views.public.PAGE", 2)
    folder = make.make_folder(alice, root, "Long")
    for number in range(5):
        make.make_file(alice, folder, f"{number}.txt")
    url = page(alice, folder)
    found, query = [], ""
    for _turn in range(3):
        answer = visitor.get(url + query)
        found += [row.name for row in answer.context["rows"]]
        query = answer.context["more"]
    assert (found, query) == ([f"{number}.txt" for number in range(5)], "")


def test_nothing_above_or_beside(visitor, alice, root, folder):
    make.make_file(alice, root, "secret.txt")
    url = page(alice, folder)
    up = ("..", "../secret.txt", "%2e%2e/secret.txt")
    for path in (*up, "secret.txt", "flyer.txt/x", "Photos & more/", "a%00b", "//"):
        for get in ("", "?get=file", "?get=zip"):
            assert visitor.get(url + path + get).status_code == 404, path
    other = page(alice, make.make_folder(alice, root, "Other"))
    assert visitor.get(f"{other}flyer.txt").status_code == 404
    assert "secret" not in text(visitor.get(url))
    assert b"secret" not in body(visitor.get(f"{url}?get=zip"))


def test_what_is_reserved_inside_is_not_there(visitor, alice, folder):
    hidden = make.make_folder(alice, folder, "Hidden")
    make.make_file(alice, hidden, "salaries.txt")
    make.restrict(alice, hidden)
    url = page(alice, folder)
    assert "Hidden" not in text(visitor.get(url))
    assert visitor.get(f"{url}Hidden").status_code == 404
    assert visitor.get(f"{url}Hidden/salaries.txt?get=file").status_code == 404
    assert b"salaries" not in body(visitor.get(f"{url}?get=zip"))


def test_somebody_signed_in_sees_no_more_through_a_link(visitor, alice, folder):
    hidden = make.make_folder(alice, folder, "Hidden")
    make.restrict(alice, hidden)
    visitor.force_login(alice)
    assert "Hidden" not in text(visitor.get(page(alice, folder)))


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ", "WzIsIlx1MDAwMCIsMV0", "WzIsIlx1ZDgwMCIsMV0"])
def test_a_forged_cursor_is_refused(visitor, alice, folder, cursor):
    assert visitor.get(page(alice, folder), {"after": cursor}).status_code == 400


def test_who_may_add_to_a_folder_does_and_replaces_nothing(visitor, alice, folder):
    url = page(alice, folder, EDITOR.mask)
    assert "Add files here" in text(visitor.get(url))
    answer = send(visitor, url, ("flyer.txt", b"other"))
    assert "flyer (2).txt" in text(visitor.get(answer.headers["Location"]))
    assert make.read(inside(folder)["flyer.txt"]) == b"Come to the fair"
    viewer = page(alice, folder)
    assert "Add files here" not in text(visitor.get(viewer))
    assert send(visitor, viewer, ("x.txt", b"x")).status_code == 403
    assert "x.txt" not in inside(folder)


# links that are shut


def test_dead_links_are_all_alike(visitor, alice, eve, folder, root):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    revoked, ended, used = (make.make_link(alice, folder) for _turn in range(3))
    urls = [address(alice, link, folder) for link in (revoked, ended, used)] + [page(eve, folder)]
    revoke_link(make.act(alice), make.fresh(folder), revoked)
    make.expire(folder, ended.principal)
    Link.objects.filter(pk=used.pk).update(uses_left=0)
    make.unshare(alice, folder, eve)
    thrown = make.make_file(alice, root, "thrown.txt")
    urls += [page(alice, thrown), "/s/nonsense/", f"/s/{'x' * 5000}/"]
    make.throw_away(alice, thrown)
    answers = [visitor.get(url) for url in urls]
    assert all(is_gone(answer) for answer in answers)
    pages = {re.sub(r"<form.*?</form>", "", text(answer).partition("<body>")[2], flags=re.S) for answer in answers}
    assert len(pages) == 1, "no hint of what it was"
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"strict-origin"}


def test_it_is_dead_at_the_next_request(visitor, alice, folder):
    link = make.make_link(alice, folder)
    url = address(alice, link, folder)
    assert visitor.get(f"{url}flyer.txt?get=file").status_code == 200
    revoke_link(make.act(alice), make.fresh(folder), link)
    assert is_gone(visitor.get(f"{url}flyer.txt?get=file"))


def test_guessing_tokens_is_slowed_down(visitor, alice, folder):
    url = page(alice, folder)
    visitor.get(url)
    guesser = Client()
    codes = [guesser.get(f"/s/guess-{number}/").status_code for number in range(70)]
    assert codes[:50] == [404] * 50
    assert codes[-1] == 429
    assert guesser.get("/s/guess/").headers["Retry-After"]
    assert visitor.get(url).status_code == 200, "who had opened a link goes on"


def test_the_password_opens_and_a_new_one_shuts(visitor, alice, folder):
    link = make.make_link(alice, folder, password="quatre lapins")
    url = address(alice, link, folder)
    for shut in (url, f"{url}flyer.txt?get=file", f"{url}?get=zip"):
        answer = visitor.get(shut)
        assert "asks for its password" in text(answer)
        assert "flyer" not in re.sub(r'name="next" value="[^"]*"', "", text(answer))
    assert Link.objects.get(pk=link.pk).visits == 0
    wrong = enter(visitor, url, **{"password": "wrong"})
    assert (wrong.status_code, "not the password" in text(wrong)) == (403, True)
    right = enter(visitor, url, **{"password": "quatre lapins"})
    assert (right.status_code, right.headers["Location"]) == (302, url)
    assert "flyer.txt" in text(visitor.get(url))
    assert "asks for its password" in text(Client(HTTP_ACCEPT_LANGUAGE="en").get(url)), "another browser"
    link_changes.change_link(make.act(alice), make.fresh(folder), link, READER.mask, password="cinq lapins")
    assert "asks for its password" in text(visitor.get(url))
    assert enter(visitor, url, **{"password": "quatre lapins"}).status_code == 403
    enter(visitor, url, **{"password": "cinq lapins"})
    assert "flyer.txt" in text(visitor.get(url))
    assert Link.objects.get(pk=link.pk).visits == 1


def test_guessing_passwords_is_slowed_down(visitor, alice, folder):
    url = page(alice, folder, password="quatre lapins")
    codes = [enter(visitor, url, password=f"guess {number}").status_code for number in range(12)]
    assert codes[:8] == [403] * 8
    assert codes[-1] == 429
    right = enter(visitor, url, **{"password": "quatre lapins"})
    assert right.status_code == 429, "even the right one waits"
    assert int(right.headers["Retry-After"]) > 0


def test_visits_count_once_per_session(visitor, alice, folder):
    link = make.make_link(alice, folder)
    url = address(alice, link, folder)
    for path in ("", "flyer.txt", "flyer.txt?get=file", ""):
        visitor.get(url + path)
    Client().get(url)
    visitor.head(url)
    link.refresh_from_db()
    assert link.visits == 2
    assert link.last_opened_at is not None


def test_a_link_for_one_opening(visitor, alice, folder):
    link = make.make_link(alice, folder, uses_left=1)
    url = address(alice, link, folder)
    preview, late = Client(HTTP_ACCEPT_LANGUAGE="en"), Client(HTTP_ACCEPT_LANGUAGE="en")
    assert "flyer" not in text(preview.get(url)), "a program that previews takes no opening"
    assert "limited number" in text(late.get(url))
    assert enter(visitor, url, **{}).status_code == 302
    assert "flyer.txt" in text(visitor.get(url))
    assert body(visitor.get(f"{url}flyer.txt?get=file")) == b"Come to the fair", "its visitor goes on"
    assert is_gone(enter(late, url, **{}))
    assert is_gone(Client(HTTP_ACCEPT_LANGUAGE="en").get(url))
    link.refresh_from_db()
    assert (link.uses_left, link.visits) == (0, 1)


def test_a_form_of_another_site_is_refused(visitor, alice, folder):
    url = page(alice, folder, EDITOR.mask)
    abroad = {"HTTP_SEC_FETCH_SITE": "cross-site"}
    answer = visitor.generic("POST", url, form(("x.txt", b"x")), content_type=MULTIPART, **abroad)
    assert answer.status_code == 403
    assert "x.txt" not in inside(folder)
    assert "sessionid" not in answer.cookies


# drop boxes


@pytest.fixture
def box(alice, root):
    box = make.make_folder(alice, root, "Certificates")
    make.make_file(alice, box, "before.pdf", b"old")
    return box


def test_a_drop_box_takes_and_shows_nothing(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask, title="Medical certificates", text="One for\neach player")
    shown = text(visitor.get(url))
    assert "Medical certificates" in shown
    assert "One for<br>each player" in shown
    answer = send(visitor, url, ("a.pdf", b"one"), ("a.pdf", b"other"), ("Été.jpg", b""), name="Marie  Dupont")
    assert answer.headers["Location"] == f"{url}?received"
    receipt = text(visitor.get(answer.headers["Location"]))
    assert "3 files received" in receipt
    assert "a (2).pdf" in receipt
    sender = inside(box)[f"{timezone.localdate():%Y-%m-%d} Marie Dupont"]
    assert {name: make.read(node) for name, node in inside(sender).items()} == {
        "a.pdf": b"one", "a (2).pdf": b"other", "Été.jpg": b"",
    }  # fmt: skip
    below = ("before.pdf", "before.pdf?get=file", sender.name, f"{sender.name}/a.pdf?get=file")
    for path in ("", "?get=zip", *below):
        found = visitor.get(url + path)
        assert path or "before.pdf" not in text(found)
        assert found.status_code == (200 if path in {"", "?get=zip"} else 404), path
    assert make.is_clean()


def test_the_same_sender_fills_the_same_folder_and_another_does_not(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask)
    day = f"{timezone.localdate():%Y-%m-%d}"
    send(visitor, url, ("a.pdf", b"one"))
    send(visitor, url, ("b.pdf", b"two"))
    send(Client(), url, ("c.pdf", b"three"))
    send(visitor, url, ("d.pdf", b"four"), name="Jules / Léa")
    found = inside(box)
    assert set(found) == {"before.pdf", f"{day} Marie", f"{day} Marie (2)", f"{day} Jules - Léa"}
    assert set(inside(found[f"{day} Marie"])) == {"a.pdf", "b.pdf"}


def test_nobody_is_asked_where_no_name_is_wanted(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask, ask_name=False)
    assert 'name="name"' not in text(visitor.get(url))
    send(visitor, url, ("a.pdf", b"one"), name="")
    assert len(inside(box)) == 2


@pytest.mark.parametrize(
    ("files", "name", "why"),
    [
        ([], "Marie", "Choose at least one file"),
        ([("", b"")], "Marie", "Choose at least one file"),
        ([("a.pdf", b"x")], " ", "Write your name"),
        ([("a.pdf", b"x")], "x" * 101, "too long"),
        ([("a.pdf", b"x")], "a\0b", "control characters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(visitor, alice, box, files, name, why):
    answer = send(visitor, page(alice, box, DROP_BOX.mask), *files, name=name)
    assert answer.status_code == 400
    assert why in text(answer)
    assert set(inside(box)) == {"before.pdf"}
    assert make.is_clean(deep=True)


def test_a_wrong_name_is_refused_and_the_rest_arrives(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask)
    receipt = text(visitor.get(send(visitor, url, ("é" * 200 + ".pdf", b"x"), ("b.pdf", b"two")).headers["Location"]))
    assert "1 file received" in receipt
    assert "1 file was refused" in receipt
    assert "too long" in receipt


def test_limits_hold_while_streaming(visitor, alice, box, monkeypatch):
    url = page(alice, box, DROP_BOX.mask)
    monkeypatch.setattr(receiving.Limits.__init__, "__defaults__", (3, 100_000, 250_000, None, receiving.Rules()))
    sent = [("large.bin", b"x" * 100_001), *((f"{number}.bin", b"x" * 90_000) for number in range(3))]
    receipt = text(visitor.get(send(visitor, url, *sent).headers["Location"]))
    assert "2 files received" in receipt
    assert "choose a lighter one" in receipt
    assert "Only 3 files at a time" in receipt
    answer = send(visitor, url, ("huge.bin", b"x" * 2_000_000))
    assert (answer.status_code, "too much at once" in text(answer)) == (413, True)
    assert make.is_clean(deep=True)


def test_over_quota_is_refused_and_leaves_no_folder(visitor, alice, space, box):
    make.change(space, quota=make.fresh(space).used + 10)
    url = page(alice, box, DROP_BOX.mask)
    receipt = text(visitor.get(send(visitor, url, ("a.pdf", b"x" * 11)).headers["Location"]))
    assert "Nothing was received" in receipt
    assert "no room left" in receipt
    assert set(inside(box)) == {"before.pdf"}
    assert make.is_clean(deep=True)


def test_what_breaks_off_is_not_stored(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask)
    broken = form(("a.pdf", b"x" * 300_000))[:200_000]
    answer = visitor.generic("POST", url, broken, content_type=MULTIPART)
    receipt = text(visitor.get(answer.headers["Location"]))
    assert "Nothing was received" in receipt
    assert set(inside(box)) == {"before.pdf"}
    plain = "application/x-www-form-urlencoded"
    for nonsense, kind in ((b"a=b", plain), (b"x", MULTIPART), (b"", "multipart/form-data")):
        assert visitor.generic("POST", url, nonsense, content_type=kind).status_code == 400


def test_a_script_hears_where_to_go_or_why_not(visitor, alice, box):
    url = page(alice, box, DROP_BOX.mask)
    json = {"HTTP_ACCEPT": "application/json"}
    sent = visitor.generic("POST", url, form(("a.pdf", b"one")), content_type=MULTIPART, **json)
    assert sent.json() == {"location": f"{url}?received", "refused": []}
    refused = visitor.generic("POST", url, form(), content_type=MULTIPART, **json)
    assert refused.status_code == 400
    assert "Choose" in refused.json()["detail"]


def test_an_archived_space_takes_nothing_more(visitor, alice, space, box, folder):
    drop, view = page(alice, box, DROP_BOX.mask), page(alice, folder, EDITOR.mask)
    make.change(space, archived_at=timezone.now())
    assert is_gone(visitor.get(drop))
    assert is_gone(send(visitor, drop, ("a.pdf", b"one")))
    assert "Add files here" not in text(visitor.get(view))
    assert send(visitor, view, ("a.pdf", b"one")).status_code == 403


def test_the_grant_decides_at_each_request(visitor, alice, folder):
    link = make.make_link(alice, folder, EDITOR.mask)
    url = address(alice, link, folder)
    visitor.get(url)
    Grant.objects.filter(principal=link.principal).update(rights=int(Right.COMMENT))
    assert is_gone(visitor.get(url))
