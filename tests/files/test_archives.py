"""Several things as one ZIP: its name, and its length said before it is made."""

import io
import zipfile

import pytest
from django.urls import reverse

from files import archives, queries
from tests import town as make
from tests.files.web import body, signed_in


@pytest.fixture
def web(town):
    return signed_in(town.alice)


@pytest.fixture
def things(town):
    """A folder with an empty one, names of every kind, and a file beside it."""
    folder = make.make_folder(town.alice, town.root, "Été")
    make.make_folder(town.alice, folder, "empty")
    for name, content in (("a.txt", b""), ("élan ☃.txt", b"x" * 5000), ("b\\c:d", b"hello")):
        make.make_file(town.alice, folder, name, content)
    return [folder, make.make_file(town.alice, town.root, "beside.bin", bytes(range(256)) * 9000)]


@pytest.mark.parametrize("limit", [zipfile.ZIP64_LIMIT, 2000, 60], ids=["small", "large members", "all large"])
def test_the_length_is_known_before(town, things, monkeypatch, limit):
    """With a lower limit the same archive takes the forms of one beyond 2 GiB."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    found = queries.entries(make.act(town.alice), [thing.pk for thing in things])
    items = archives.collect(make.act(town.alice), list(found.values()))
    made = b"".join(archives.stream(items))
    assert archives.length(items) == len(made)
    assert archives.length([]) == 22
    monkeypatch.undo()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(items) == 6


def test_many_members_have_a_known_length_too(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    items = [archives.Item(f"folder {number}/", None, 0, 0) for number in range(5)]
    assert archives.length(items) == len(b"".join(archives.stream(items)))


def test_a_browser_sees_how_far_it_is_and_what_it_is_called(web, town, things):
    address = f"{reverse('files:download')}?id={things[0].pk}"
    answer = web.get(address)
    data = body(answer)
    assert int(answer.headers["Content-Length"]) == len(data)
    assert "%C3%89t%C3%A9.zip" in answer.headers["Content-Disposition"]
    assert web.head(address).headers["Content-Length"] == answer.headers["Content-Length"]
    several = web.post(reverse("files:download"), {"id": ",".join(str(thing.pk) for thing in things)})
    assert 'filename="Plans.zip"' in several.headers["Content-Disposition"]
    assert sorted({name.partition("/")[0] for name in zipfile.ZipFile(io.BytesIO(body(several))).namelist()}) == [
        "beside.bin", "Été"]  # fmt: skip


def test_things_from_everywhere_have_a_name_of_no_place(web, town, things):
    mine = make.make_file(town.alice, make.home(town.alice), "mine.txt")
    answer = web.post(reverse("files:download"), {"id": [mine.pk, things[1].pk]})
    assert 'filename="Files.zip"' in answer.headers["Content-Disposition"]
