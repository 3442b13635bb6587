"""What becomes of mail that a backup brought back: it leaves, or does not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput
from collab.lib.partials import Toast
from collab.shell import held_mail
from collab.shell.answers import changed
from collab.shell.views.administration.gate import administrators


@administrators
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Send all of it, or drop all of it (`do`)."""
    what = request.POST.get("do", "")
    if what not in {"send", "drop"}:
        raise BadInput
    count = held_mail.decide(request.user, send=what == "send")
    if what == "send":
        text = ngettext("%(count)d mail leaves now.", "%(count)d mails leave now.", count)
    else:
        text = ngettext("%(count)d mail is dropped.", "%(count)d mails are dropped.", count)
    return changed(request, reverse("shell:administration-health"), Toast(text % {"count": count}))
