"""What an app does for a space as a whole: a third-party app furnishes, copies, counts, tells and erases."""

import pytest

from collab.accounts.models import Rank
from collab.activity import stream
from collab.activity.scope import Scope
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.models import Acl
from collab.rights.right import READER
from collab.spaces import actions as spaces
from tests import town as make
from tests.sample_app.models import Whiteboard

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(town):
    return Actor.of(make.make_user("mila", Rank.SPACE_MANAGER))


@pytest.fixture
def project(maker):
    return spaces.create(maker, "Summer fair", template="project")


def titles(space):
    return list(Whiteboard.objects.filter(space=space).values_list("title", flat=True))


def test_a_template_is_furnished(maker, project):
    assert titles(project) == ["Ideas"]
    assert titles(spaces.create(maker, "Board", template="commission")) == []


def test_the_create_page_names_what_it_brings(client, maker):
    client.force_login(maker.user)
    assert "Ideas" in client.get("/spaces/new/").content.decode()


def test_a_space_is_copied_with_it(maker, project):
    assert titles(spaces.copy(maker, project, "Winter fair")) == ["Ideas"]


def test_what_there_is_is_counted_in_the_details(client, maker, project):
    client.force_login(maker.user)
    assert "1 whiteboards" in client.get(f"/spaces/{project.pk}/?open=info&tab=details").content.decode()


def test_its_changes_are_told_to_those_who_see_them(town, maker, project):
    board = Whiteboard.objects.get(space=project)
    make.share(maker, project, town.bob, READER.mask)
    rights.share(maker, board, town.eve.principal, READER.mask)
    rights.stop_inheriting(maker, Whiteboard.objects.get(pk=board.pk))
    here = Scope(space=project.pk)
    assert "Ideas" in {line.title for line in stream.page(maker, here).lines}
    assert "Ideas" not in {line.title for line in stream.page(Actor.of(town.bob), here).lines}


def test_it_is_erased_with_the_space(town, maker, project):
    board = Whiteboard.objects.get(space=project)
    rights.share(maker, board, town.eve.principal, READER.mask)
    spaces.archive(maker, project)
    spaces.delete(maker, project, "Summer fair")
    make.change(project, delete_at=make.in_hours(-1))
    assert spaces.erase_due() == 1
    assert not Whiteboard.objects.filter(pk=board.pk).exists()
    assert not Acl.objects.filter(kind="whiteboard", object_id=board.pk).exists()
