"""rclone as each kind of server that it knows: what goes in comes out, and every command it has for files works."""

from __future__ import annotations

import json

import pytest

from files.models import Node
from tests import town
from tests.clients import trees
from tests.clients.rclone import BASES, Remote, needed
from tests.live import make_person

pytestmark = needed


@pytest.fixture(params=BASES)
def vendor(request):
    return request.param


@pytest.fixture
def remote(vendor, front_url, tmp_path):
    _alice, password = make_person("alice")
    return Remote(tmp_path, front_url, "alice", password, vendor)


@pytest.fixture
def folder(tmp_path):
    """A folder with what makes clients stumble."""
    found = tmp_path / "here"
    trees.put(found, "plain.txt", b"plain", 1_000_000_000)
    trees.put(found, "empty")
    trees.put(found, "Été/日本語 ; & % +.txt", b"unicode", 2_051_222_400)
    trees.put(found, "question? #hash.txt", b"signs")
    trees.put(found, "deep/er/and/deeper.txt", b"deep")
    trees.put_large(found, "large.bin", 12_345_678)
    (found / "an empty folder").mkdir()
    return found


def test_out_and_home_again(remote, vendor, folder, tmp_path):
    remote("sync", "--create-empty-src-dirs", folder, "collab:there")
    remote("check", "--download", folder, "collab:there")
    remote("sync", "--create-empty-src-dirs", "collab:there", tmp_path / "back")
    back, sent = trees.facts(tmp_path / "back"), trees.facts(folder)
    if vendor == "other":  # it has no times for such servers
        back = {path: fact._replace(mtime=sent[path].mtime) for path, fact in back.items() if path in sent}
    assert trees.same(back, sent)
    assert town.is_clean(deep=True)


def test_a_second_run_sends_nothing(remote, folder):
    remote("sync", folder, "collab:there")
    before = dict(Node.objects.values_list("pk", "etag"))
    remote("sync", "--size-only", folder, "collab:there")
    assert dict(Node.objects.values_list("pk", "etag")) == before


def test_changes_follow(remote, folder):
    remote("sync", folder, "collab:there")
    trees.put(folder, "plain.txt", b"changed and longer")
    (folder / "large.bin").unlink()
    trees.put(folder, "new/one.txt", b"one")
    remote("sync", folder, "collab:there")
    remote("check", "--download", folder, "collab:there")
    assert Node.objects.get(name="plain.txt").versions.count() == 1
    assert Node.objects.exclude(trash=None).filter(name="large.bin").exists()


def test_a_move_keeps_the_thing(remote, folder):
    remote("copy", folder, "collab:there")
    before = Node.objects.get(name="plain.txt").pk, Node.objects.get(name="deep").pk
    remote("moveto", "collab:there/plain.txt", "collab:there/Été/moved ; ?#.txt")
    remote("moveto", "collab:there/deep", "collab:elsewhere/deep 2")
    assert (Node.objects.get(name="moved ; ?#.txt").pk, Node.objects.get(name="deep 2").pk) == before
    assert remote("cat", "collab:elsewhere/deep 2/er/and/deeper.txt") == b"deep"


def test_a_copy_on_the_server(remote, folder):
    remote("copy", folder, "collab:there")
    remote("copyto", "collab:there/plain.txt", "collab:there/copy.txt")
    assert remote("cat", "collab:there/copy.txt") == b"plain"


def test_a_stream_of_unknown_length(remote):
    """Without Content-Length; once a silent empty file on servers that believe there is no body."""
    content = b"0123456789abcdef" * 200_000
    remote("rcat", "--streaming-upload-cutoff", "0", "collab:streamed.bin", stdin=content)
    assert remote("cat", "collab:streamed.bin") == content
    assert remote("cat", "--offset", "1000000", "--count", "16", "collab:streamed.bin") == content[1_000_000:1_000_016]
    remote("rcat", "collab:nothing.bin", stdin=b"")
    assert remote("cat", "collab:nothing.bin") == b""


def test_room_and_removal(remote, folder):
    remote("copy", "--create-empty-src-dirs", folder, "collab:there")
    about = json.loads(remote("about", "--json", "collab:"))
    assert about["used"] >= 12_345_678
    remote("deletefile", "collab:there/plain.txt")
    remote("rmdir", "collab:there/an empty folder")
    remote("purge", "collab:there")
    assert json.loads(remote("lsjson", "collab:")) == []
    remote("mkdir", "collab:again/and/again")
    remote("rmdir", "collab:again/and/again")
    assert town.is_clean()
