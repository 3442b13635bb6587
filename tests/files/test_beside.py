"""Two people save one file: nobody's work is lost, and names say whose is whose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from collab.lib.errors import BadInput, Stale
from collab.lib.text import NAME_BYTES, check_name
from collab.rights.right import EDITOR, Right
from files.beside import name_for
from files.models import Node, Version
from tests import town as make
from tests.files.web import JSON, post_json, put, signed_in

AT = datetime(2026, 11, 22, 13, 3, tzinfo=UTC)


def test_the_name_says_whose_and_when_in_ones_language():
    with translation.override("en"):
        assert name_for("report.odt", "Lucas", AT) == "report (Lucas, 22 Nov 14h03).odt"
        assert name_for("notes", None, AT) == "notes (a visitor, 22 Nov 14h03)"
    with translation.override("fr"):
        assert name_for("rapport.odt", "Lucas", AT) == "rapport (Lucas, 22 nov. 14h03).odt"


@given(name=st.text(min_size=1, max_size=255), who=st.text(max_size=80))
def test_every_device_takes_the_name(name, who):
    try:
        check_name(name)
    except BadInput:
        return  # no file bears it
    made = name_for(name, who, AT)
    assert check_name(made) == made
    assert len(made.encode()) <= NAME_BYTES
    assert not set(made) & set('\\:*?"<>|') - set(name)


def test_what_is_based_on_something_older_lies_beside_the_newer(town):
    file = make.make_file(town.alice, town.root, "report.odt", b"first")
    make.write(town.alice, town.root, "report.odt", b"by alice", based_on=file.etag)
    late = make.write(town.bob, town.root, "report.odt", b"by bob", based_on=file.etag)
    assert late.beside
    assert late.created
    assert make.read(file) == b"by alice"
    assert make.read(late.entry) == b"by bob"
    assert late.entry.name.startswith("report (Bob, ")
    again = make.write(town.bob, town.root, "report.odt", b"by bob, again", based_on=file.etag)
    assert again.entry.name.endswith(" (2).odt")
    assert Version.objects.filter(node=file).count() == 1
    assert make.is_clean()


def test_the_same_sent_twice_is_no_conflict(town):
    """The first answer was lost on the way: the device knows the old etag still."""
    file = make.make_file(town.alice, town.root, "a.txt", b"old")
    for _time in range(2):
        assert not make.write(town.alice, town.root, "a.txt", b"new", based_on=file.etag).beside
    assert make.names(town.alice, town.root) == ["a.txt"]


def test_where_nothing_may_be_added_it_is_refused_and_nothing_lost(town):
    file = make.make_file(town.alice, town.root, "a.txt", b"old")
    make.share(town.alice, file, town.eve, EDITOR.mask & ~Right.ADD)
    make.write(town.alice, town.root, "a.txt", b"by alice")
    with pytest.raises(Stale):
        make.write(town.eve, town.root, "a.txt", b"by eve", based_on=file.etag)
    assert make.read(file) == b"by alice"
    assert make.is_clean()


@pytest.mark.parametrize("how", ["whole", "parts"])
def test_an_upload_that_was_to_replace_something_older_is_kept_beside(town, how):
    file = make.make_file(town.alice, town.root, "plan.txt", b"first")
    bob = signed_in(town.bob)
    asked = {"parent": town.root.pk, "names": ["plan.txt"]}
    seen = post_json(bob, reverse("files:uploads-check"), asked).json()["seen"]["plan.txt"]
    make.write(town.alice, town.root, "plan.txt", b"by alice")
    if how == "whole":
        query = f"?parent={town.root.pk}&name=plan.txt&clash=replace&seen={seen}"
        answer = put(bob, reverse("files:uploads-whole") + query, b"by bob")
    else:
        wanted = {"parent": town.root.pk, "name": "plan.txt", "size": 6, "transfer": "t1"}
        upload = post_json(bob, reverse("files:uploads"), wanted).json()["id"]
        put(bob, reverse("files:uploads-part", args=[upload, 1]), b"by bob")
        answer = post_json(bob, reverse("files:uploads-finish", args=[upload]), {"clash": "replace", "seen": seen})
    assert answer.status_code == 201
    assert "Somebody saved “plan.txt” before you. Both are kept: yours is “plan (Bob, " in answer.json()["beside"]
    assert make.read(file) == b"by alice"
    assert make.read(Node.objects.get(name__startswith="plan (Bob, ")) == b"by bob"
    unseen = put(bob, reverse("files:uploads-whole") + f"?parent={town.root.pk}&name=plan.txt&clash=replace", b"wanted")
    assert (unseen.status_code, make.read(file)) == (200, b"wanted")
    assert "beside" not in unseen.json()
    assert bob.get("/", **JSON).status_code == 200
