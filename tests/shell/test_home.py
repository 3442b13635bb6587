"""The home page: what each app shows, and a mistake of one that does not take the page away."""

from dataclasses import replace

import pytest

from collab.registry import registry
from collab.registry.plugin import Widget
from tests import town as make


def test_recent_files_that_i_may_see_are_there(as_, alice, bob, eve, root):
    make.make_file(alice, root, "Budget.ods")
    assert "Budget.ods" in as_(bob).get("/").content.decode()
    assert "Budget.ods" not in as_(eve).get("/").content.decode()


def test_a_person_without_anything_reads_an_honest_sentence(as_, eve):
    assert "Nothing is waiting for you" in as_(eve).get("/").content.decode()


@pytest.mark.django_db
def test_a_block_that_fails_says_so_and_the_others_stay(as_, bob, monkeypatch):
    def fails(request):
        raise ZeroDivisionError

    plugin = registry.plugins()[0]
    broken = replace(
        plugin, widgets=(Widget("a", "Broken", fails, 1), Widget("b", "Well", lambda request: "<p>all well</p>", 2))
    )
    monkeypatch.setattr(registry, "plugins", lambda: (broken,))
    page = as_(bob).get("/")
    assert page.status_code == 200
    assert "This part could not be shown" in page.content.decode()
    assert "all well" in page.content.decode()
