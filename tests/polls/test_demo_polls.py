"""The demo association asks itself things."""

import pytest
from django.core.management import call_command

from collab.accounts.models import User
from polls.models import Poll
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def test_it_has_polls_of_every_sort(store):
    call_command("demo", verbosity=0)
    assert {poll.method for poll in Poll.objects.all()} == {"maybe", "pick", "majority"}
    camille = signed_in(User.objects.get(username="camille"))
    assert "Date de l’assemblée générale" in text(camille.get("/"))
    for poll in Poll.objects.all():
        page = camille.get(f"/polls/{poll.pk}/")
        assert (poll.title, page.status_code) == (poll.title, 200)
    secret = Poll.objects.get(secret=True)
    totals = camille.get(f"/polls/{secret.pk}/").context["results"].totals
    assert [(one.yes, one.no, one.abstained) for one in totals.values()] == [(4, 1, 0), (3, 1, 1)]
