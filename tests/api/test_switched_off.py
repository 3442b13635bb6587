"""An app that is switched off for somebody is not there for their programs and open pages either."""

import pytest

from collab.live import topics
from collab.registry import house
from tests import town as make
from tests.sockets.conftest import cookie_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def off(town):
    """Files are for the team alone: bob is in it, eve is not, though she was given a folder."""
    folder = make.make_folder(town.alice, town.root, "Plans of June")
    make.share(town.alice, folder, town.eve, 1)
    assert topics_of(town.eve, folder)
    house.put("files.who", [str(town.team.principal.pk)])
    house.forget_all()
    return folder


def topics_of(user, folder):
    return topics.admit(cookie_of(user).decode().partition("=")[2], [f"node:{folder.pk}"])


def test_programs_find_nothing_of_it(town, programs, off):
    assert programs.eve.refused("GET", f"shares/node/{off.pk}")[0] == 404
    assert programs.bob("GET", f"shares/node/{off.pk}")[0] == 200


def test_the_change_log_names_none_of_its_things(town, programs, off):
    make.share(town.alice, town.space, town.eve, 1)
    told = programs.eve.get(f"spaces/{town.space.pk}/changes?since=0")["items"]
    assert told
    assert not [row for row in told if row["kind"].startswith("node") or "Plans of June" in str(row)]
    assert "Plans of June" in str(programs.bob.get(f"spaces/{town.space.pk}/changes?since=0"))


def test_open_pages_hear_nothing_of_it(town, off):
    assert topics_of(town.eve, off) == {}
    assert topics_of(town.bob, off) != {}
