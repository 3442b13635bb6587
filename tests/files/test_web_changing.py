"""New things, names, the trash with its Undo, moving and copying, versions: with script and with plain forms."""

import pytest
from django.urls import reverse

from collab.rights.right import CONTRIBUTOR, READER, WRITER
from files.models import Node, Trash, Version
from tests import town as make
from tests.files.web import JSON, signed_in, space_url, text

NEW, RENAME, THROW = "files:new", "files:rename", "files:trash-things"


@pytest.fixture
def web(town):
    return signed_in(town.alice)


def test_a_new_folder(web, town):
    answer = web.post(reverse(NEW, args=[town.root.pk]), {"kind": "folder", "name": " Été "})
    assert answer.status_code == 302
    assert make.names(town.alice, town.root) == ["Été"]


def test_a_new_text_file_gets_its_ending(web, town):
    for name in ("notes", "list.md"):
        answer = web.post(reverse(NEW, args=[town.root.pk]), {"kind": "text", "name": name}, **JSON)
        assert answer.json()["id"]
    assert make.names(town.alice, town.root) == ["list.md", "notes.txt"]


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("", 400, "A name is needed"),
        ("..", 400, "A name is needed"),
        ("a/b", 400, "A name cannot contain “/”."),
        ("tab\there", 400, "invisible control characters"),
        ("é" * 128, 400, "too long: 255 bytes"),
        ("taken", 409, "This name is taken in this folder. Choose another."),
    ],
)
def test_a_bad_name_says_why_beside_its_field(web, town, name, status, sentence):
    make.make_folder(town.alice, town.root, "taken")
    other = make.make_folder(town.alice, town.root, "other")
    for url, data in (
        (reverse(NEW, args=[town.root.pk]), {"kind": "folder", "name": name}),
        (reverse(RENAME, args=[other.pk]), {"name": name}),
    ):
        page = web.post(url, data)
        assert page.status_code == status
        assert sentence in text(page)
        assert 'aria-invalid="true" aria-describedby="new-name-error"' in text(page)
        told = web.post(url, data, **JSON)
        assert told.status_code == status
        assert sentence in told.json()["detail"]
    assert make.names(town.alice, town.root) == ["other", "taken"]


def test_a_bad_name_is_refused_in_french_too(town):
    town.alice.language = "fr"
    town.alice.save()
    answer = signed_in(town.alice).post(reverse(NEW, args=[town.root.pk]), {"name": "a/b"}, **JSON)
    assert answer.json()["detail"] == "Un nom ne peut pas contenir «\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}»."


def test_renaming_and_its_undo(web, town):
    file = make.make_file(town.alice, town.root, " old ")
    toast = web.post(reverse(RENAME, args=[file.pk]), {"name": "new"}, **JSON).json()["toast"]
    assert toast["text"] == "“ old ” is now called “new”."
    web.post(toast["undo"], toast["fields"], **JSON)
    assert make.fresh(file).name == " old "


def test_the_name_form_has_an_address_of_its_own(web, town):
    file = make.make_file(town.alice, town.root, "old.txt")
    assert 'value="old.txt"' in text(web.get(f"{space_url()}?rename={file.pk}"))
    assert 'name="files" multiple' in text(web.get(f"{space_url()}?new=upload"))
    assert web.get(f"{space_url()}?rename=nonsense").status_code == 200


def test_the_folder_of_a_space_keeps_its_name(web, town):
    assert web.post(reverse(RENAME, args=[town.root.pk]), {"name": "x"}, **JSON).status_code == 400
    assert web.post(reverse(THROW), {"id": town.root.pk}, **JSON).status_code == 403
    assert web.post(reverse("files:move"), {"id": town.root.pk, "into": make.home(town.alice).pk}).status_code == 400


def test_throwing_away_and_undo(web, town):
    ids = [make.make_file(town.alice, town.root, f"f{number}").pk for number in range(3)]
    answer = web.post(reverse(THROW), {"id": ids}, **JSON).json()
    assert answer["toast"]["text"] == "3 things are in the trash."
    assert answer["gone"] == ids
    assert make.names(town.alice, town.root) == []
    web.post(answer["toast"]["undo"], answer["toast"]["fields"], **JSON)
    assert make.names(town.alice, town.root) == ["f0", "f1", "f2"]


def test_throwing_away_by_a_plain_form_says_so_on_the_next_page(web, town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    page = web.post(reverse(THROW), {"id": file.pk, "next": space_url()}, follow=True)
    assert page.redirect_chain[-1][0] == space_url()
    assert "“plan.pdf” is in the trash." in text(page)
    assert f'action="{reverse("files:restore")}" data-undo' in text(page)


def test_a_form_never_sends_one_to_another_house(web, town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    answer = web.post(reverse(THROW), {"id": file.pk, "next": "https://evil.example/"})
    assert answer.headers["Location"] == space_url()


def test_all_is_thrown_away_or_nothing(town):
    folder = make.make_folder(town.alice, town.root, "Open")
    make.share(town.alice, folder, town.eve, WRITER.mask)
    mine = make.make_folder(town.alice, folder, "Also deletable")
    make.share(town.alice, mine, town.eve, 255)
    inside = make.make_folder(town.alice, folder, "Only writable")
    answer = signed_in(town.eve).post(reverse(THROW), {"id": [mine.pk, inside.pk]}, **JSON)
    assert answer.status_code == 403
    assert "may do this here" in answer.json()["detail"]
    assert not Trash.objects.exists()


def test_strangers_are_told_that_nothing_is_there(town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    make.make_file(town.alice, town.root, "plan.pdf", b"again")
    thrown = make.throw_away(town.alice, make.make_file(town.alice, town.root, "gone"))
    version = Version.objects.get(node=file)
    eve = signed_in(town.eve)
    for url, data in (
        (reverse(NEW, args=[town.root.pk]), {"name": "x"}),
        (reverse(RENAME, args=[file.pk]), {"name": "x"}),
        (reverse("shell:star", args=["node", file.pk]), {"starred": "1"}),
        (reverse(THROW), {"id": file.pk}),
        (reverse("files:restore"), {"trash": thrown.pk}),
        (reverse("files:purge"), {"trash": thrown.pk}),
        (reverse("files:move"), {"id": file.pk, "into": make.home(town.eve).pk}),
        (reverse("files:copy"), {"id": file.pk, "into": make.home(town.eve).pk}),
        (reverse("files:download"), {"id": file.pk}),
        (reverse("files:version-restore", args=[version.pk]), {}),
        (reverse("files:space-trash-empty", args=["plans"]), {}),
    ):
        assert eve.post(url, data, **JSON).status_code == 404, url
    for url in (
        reverse("files:content", args=[file.pk]),
        reverse("files:preview", args=[file.pk, "small"]),
        reverse("files:version-preview", args=[version.pk, "small"]),
        reverse("files:version", args=[version.pk]),
        reverse("files:by-id", args=[file.pk]),
        f"{reverse('files:move')}?id={file.pk}",
    ):
        assert eve.get(url).status_code == 404, url
    assert make.names(town.alice, town.root) == ["plan.pdf"]


def test_readers_are_refused_with_whom_to_ask(town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    make.share(town.alice, file, town.eve, READER.mask)
    eve = signed_in(town.eve)
    page = text(eve.get(f"/files/shared/?open={file.pk}"))
    assert "Dimmed: your rights here do not allow it." in page
    refused = eve.post(reverse(RENAME, args=[file.pk]), {"name": "x"}, **JSON)
    assert refused.status_code == 403
    assert "Team" in refused.json()["detail"]


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["1" * 30], [""], ["٣"]])
def test_a_form_without_things_is_refused(web, town, ids):
    assert web.post(reverse(THROW), {"id": ids}, **JSON).status_code == 400


def test_forms_need_their_token(town):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.alice)
    assert strict.post(reverse(NEW, args=[town.root.pk]), {"name": "x"}).status_code == 403
    assert strict.put(reverse("files:uploads-whole") + f"?parent={town.root.pk}&name=x", b"x").status_code == 403


def test_moving_by_the_picker(web, town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    target = make.make_folder(town.alice, town.root, "Été")
    page = web.get(f"{reverse('files:move')}?id={file.pk}")
    assert "Move “plan.pdf”" in text(page)
    assert "They are here already" in text(page)
    assert f"into={target.pk}" in text(page)
    top = text(web.get(f"{reverse('files:move')}?id={file.pk}&into=places"))
    assert "My files" in top
    assert "Plans" in top
    answer = web.post(reverse("files:move"), {"id": file.pk, "into": target.pk}, **JSON).json()
    assert answer["toast"]["text"] == "1 thing moved to Été."
    assert make.names(town.alice, target) == ["plan.pdf"]
    web.post(answer["toast"]["undo"], answer["toast"]["fields"], **JSON)
    assert make.names(town.alice, target) == []


def test_a_form_of_selected_things_asks_where_to(web, town):
    file = make.make_file(town.alice, town.root, "plan.pdf")
    page = web.post(reverse("files:move"), {"id": file.pk})
    assert page.status_code == 200
    assert "Move here" in text(page)


@pytest.mark.parametrize(
    ("clash", "there", "here"),
    [("keep", ["a", "a (2)"], []), ("replace", ["a"], []), ("skip", ["a"], ["a"])],
)
def test_a_name_that_is_there_is_asked_about_once(web, town, clash, there, here):
    file = make.make_file(town.alice, town.root, "a", b"mine")
    target = make.make_folder(town.alice, town.root, "Été")
    make.make_file(town.alice, target, "a", b"theirs")
    fields = {"id": file.pk, "into": target.pk}
    assert web.post(reverse("files:move"), fields, **JSON).status_code == 409
    asked = web.post(reverse("files:move"), fields)
    assert asked.status_code == 409
    assert "“a” is there already." in text(asked)
    assert "Keep both" in text(web.get(f"{reverse('files:move')}?id={file.pk}&into={target.pk}&ask=1"))
    assert web.post(reverse("files:move"), fields | {"clash": clash}, **JSON).status_code == 200
    assert make.names(town.alice, target) == there
    assert [name for name in make.names(town.alice, town.root) if name == "a"] == here
    assert (b"mine" if clash == "replace" else b"theirs") == make.read(Node.objects.inside(target).get(name="a"))


def test_copying_beside_itself_and_undo(web, town):
    folder = make.make_folder(town.alice, town.root, "Été")
    make.make_file(town.alice, folder, "a")
    answer = web.post(reverse("files:copy"), {"id": folder.pk, "into": town.root.pk}, **JSON).json()
    assert make.names(town.alice, town.root) == ["Été", "Été (2)"]
    web.post(answer["toast"]["undo"], answer["toast"]["fields"], **JSON)
    assert make.names(town.alice, town.root) == ["Été"]


def test_a_folder_is_not_put_into_itself(web, town):
    folder = make.make_folder(town.alice, town.root, "Été")
    inside = make.make_folder(town.alice, folder, "In")
    assert "A folder cannot be put into itself." in text(
        web.get(f"{reverse('files:move')}?id={folder.pk}&into={inside.pk}")
    )
    assert web.post(reverse("files:move"), {"id": folder.pk, "into": inside.pk}, **JSON).status_code == 409


def test_a_folder_that_takes_nothing_says_so(town):
    folder = make.make_folder(town.alice, town.root, "Été")
    make.share(town.alice, folder, town.eve, READER.mask)
    mine = make.make_file(town.eve, make.home(town.eve), "a")
    eve = signed_in(town.eve)
    page = text(eve.get(f"{reverse('files:copy')}?id={mine.pk}&into={folder.pk}"))
    assert "You may look at this folder, not add to it." in page
    assert eve.post(reverse("files:copy"), {"id": mine.pk, "into": folder.pk}, **JSON).status_code == 403


def test_the_trash_says_who_when_and_where(web, town):
    folder = make.make_folder(town.alice, town.root, "Été")
    make.throw_away(town.bob, make.make_file(town.alice, folder, "plan.pdf"))
    page = text(web.get(space_url("trash/")))
    assert "plan.pdf" in page
    assert "was in Été" in page
    assert "Bob, " in page
    assert "30 days" in page


def test_something_is_gone_for_good_only_after_a_question(web, town):
    row = make.throw_away(town.alice, make.make_file(town.alice, town.root, "plan.pdf"))
    page = text(web.get(f"{reverse('files:purge')}?trash={row.pk}"))
    assert "Delete “plan.pdf” for good?" in page
    assert Trash.objects.filter(pk=row.pk).exists()
    page = web.post(reverse("files:purge"), {"trash": row.pk}, follow=True)
    assert "1 thing is gone for good." in text(page)
    assert not Trash.objects.exists()


def test_emptying_leaves_what_is_not_mine_to_delete(town):
    folder = make.make_folder(town.alice, town.root, "Box")
    make.share(town.alice, folder, town.eve, CONTRIBUTOR.mask)
    make.throw_away(town.alice, make.make_file(town.alice, folder, "theirs"))
    eve = signed_in(town.eve)
    page = text(eve.get(space_url("trash/")))
    assert "theirs" in page
    assert "Empty the trash" not in page
    eve.post(space_url("trash/empty/"))
    assert Trash.objects.count() == 1
    alice = signed_in(town.alice)
    assert "Delete 1 thing for good?" in text(alice.get(space_url("trash/empty/")))
    alice.post(space_url("trash/empty/"))
    assert not Trash.objects.exists()


def test_pages_of_the_trash_lose_nothing(web, town):
    for number in range(103):
        make.throw_away(town.alice, make.make_folder(town.alice, town.root, f"t{number:03}"))
    first = web.get(space_url("trash/"))
    second = web.get(space_url("trash/") + first.context["more"])
    seen = [row.trash.node.name for page in (first, second) for row in page.context["rows"]]
    assert seen == [f"t{number:03}" for number in reversed(range(103))]
    assert second.context["more"] == ""
    assert web.get(space_url("trash/?after=WyJ4Il0")).status_code == 400


def test_an_earlier_content_comes_back_and_goes_again(web, town):
    file = make.make_file(town.alice, town.root, "plan.txt", b"one")
    make.make_file(town.bob, town.root, "plan.txt", b"two")
    page = text(web.get(f"{space_url()}?open={file.pk}&tab=versions"))
    version = Version.objects.get(node=file)
    assert reverse("files:version-restore", args=[version.pk]) in page
    assert web.get(reverse("files:version", args=[version.pk])).content == b"one"
    toast = web.post(reverse("files:version-restore", args=[version.pk]), **JSON).json()["toast"]
    assert make.read(file) == b"one"
    web.post(toast["undo"], toast["fields"], **JSON)
    assert make.read(file) == b"two"


def test_the_panel_says_who_and_what_happened(web, town):
    file = make.make_file(town.alice, town.root, "plan.txt", b"one")
    web.post(reverse(RENAME, args=[file.pk]), {"name": "new.txt"})
    make.share(town.alice, file, town.eve, READER.mask)
    page = text(web.get(f"{space_url()}?open={file.pk}"))
    assert "3 people can view. 2 can edit." in page
    assert "Through the space Plans" in page
    assert page.index("Here") < page.index("Through the space Plans")
    make.make_link(town.alice, file)
    assert "Anyone with the link can view." in text(web.get(f"{space_url()}?open={file.pk}"))
    activity = text(web.get(f"{space_url()}?open={file.pk}&tab=activity"))
    for line in ("added it", "renamed it, it was “plan.txt”", "gave access to it"):
        assert line in activity


def test_the_panel_shows_how_a_text_begins(web, town):
    file = make.make_file(town.alice, town.root, "notes.md", "<b>é</b> ".encode() * 1000)
    page = text(web.get(f"{space_url()}?open={file.pk}"))
    assert "&lt;b&gt;é&lt;/b&gt; &lt;b&gt;" in page
    assert len(page) < 60_000
    binary = make.make_file(town.alice, town.root, "odd.txt", bytes(range(256)))
    assert web.get(f"{space_url()}?open={binary.pk}").status_code == 200
