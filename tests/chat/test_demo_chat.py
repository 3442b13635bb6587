"""The demo association talks."""

import pytest
from django.core.management import call_command

from chat.models import Channel, Emoji, Message, Saved, Scheduled
from collab.accounts.models import User
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def test_it_has_channels_with_a_history(store):
    call_command("demo", verbosity=0)
    assert Channel.objects.filter(form="open").count() >= 7
    assert Channel.objects.filter(form="closed").get().title == "Bureau"
    lucas = signed_in(User.objects.get(username="lucas"))
    talk = Channel.objects.get(title="Tournoi d’été")
    page = text(lucas.get(f"/chat/{talk.pk}/"))
    for words in ("complexe Coubertin", "2 réponses", "une tente", "Quel repas pour les bénévoles", "<code class="):
        assert words in page
    assert "Nouvelle équipe" in text(lucas.get(f"/chat/{Channel.objects.get(title='Inscriptions').pk}/"))
    poster = Message.objects.get(channel__title="Affiches", facts__has_key="files")
    assert "Affiche bleue.png" in text(lucas.get(f"/chat/message/{poster.pk}/files/"))
    closed = Channel.objects.get(form="closed")
    assert lucas.get(f"/chat/{closed.pk}/").status_code == 404
    letter = Message.objects.get(channel=closed, facts__has_key="files")
    assert lucas.get(f"/chat/message/{letter.pk}/files/").status_code == 404
    alain = signed_in(User.objects.get(username="alain"))
    assert "subvention" in text(alain.get(f"/chat/{closed.pk}/"))
    assert "Courrier région.md" in text(alain.get(f"/chat/message/{letter.pk}/files/"))
    assert Message.objects.exclude(root=None).count() == 2
    assert (Saved.objects.count(), Scheduled.objects.count(), Emoji.objects.count()) == (2, 1, 1)
    assert Channel.objects.filter(announcements=True, receipts=True).exists()
    for one in Channel.objects.all():  # as they were said, so they stand
        moments = list(Message.objects.filter(channel=one, root=None).order_by("number").values_list("at", flat=True))
        assert moments == sorted(moments)
