"""The demo association: people who have papers, talk about them, and hear of each other."""

import pytest
from django.core.management import CommandError, call_command

from collab.accounts.models import User
from collab.events import readers
from collab.marks.models import Comment, Favourite, Labelled
from collab.notifications.models import Notification
from tests import town as make
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def test_it_shows_what_the_house_can_do(store):
    call_command("demo", verbosity=0)
    readers.catch_up()
    jacqueline = User.objects.get(username="jacqueline")
    kinds = set(Notification.objects.filter(person=jacqueline).values_list("kind", flat=True))
    assert {"shared", "mentioned", "followed"} <= kinds
    assert Comment.objects.exclude(parent=None).count() == 1
    assert Labelled.objects.count() == 4
    assert Favourite.objects.filter(user=jacqueline).count() == 1
    lucas = signed_in(User.objects.get(username="lucas"))
    shown = text(lucas.get("/files/gallery/"))
    assert shown.count("Tournoi 0") >= 9
    assert "2026" in shown
    assert make.is_clean(deep=True)


def test_it_refuses_where_people_are(town):
    with pytest.raises(CommandError, match="--force"):
        call_command("demo", verbosity=0)
    call_command("demo", verbosity=0, force=True)
    assert User.objects.filter(username="noemie").exists()
