"""The demo association talks."""

import pytest
from django.core.management import call_command

from chat.models import Channel, Message
from collab.accounts.models import User
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def test_it_has_channels_with_a_history(store):
    call_command("demo", verbosity=0)
    assert Channel.objects.filter(form="open").count() >= 4
    assert Channel.objects.filter(form="closed").get().title == "Bureau"
    lucas = signed_in(User.objects.get(username="lucas"))
    talk = Channel.objects.get(title="Tournoi d’été")
    page = text(lucas.get(f"/chat/{talk.pk}/"))
    for words in ("complexe Coubertin", "2 réponses", "une tente"):
        assert words in page
    assert lucas.get(f"/chat/{Channel.objects.get(form='closed').pk}/").status_code == 404
    alain = signed_in(User.objects.get(username="alain"))
    assert "subvention" in text(alain.get(f"/chat/{Channel.objects.get(form='closed').pk}/"))
    assert Message.objects.exclude(root=None).count() == 2
