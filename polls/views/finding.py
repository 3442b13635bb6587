"""“Find my polls”: whoever forgot their personal links has them sent again, to the address that they gave then."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from collab.accounts.actions.people import checked_email
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput
from collab.registry import house
from collab.rights import letters
from polls import house_settings
from polls.actions.finding import send_links


@login_not_required
def find(request: HttpRequest) -> HttpResponse:
    """Ask for an address; the answer is the same whether polls know it or not."""
    context = {"sent": False, "refused": "", "mails": letters.can_post() and house.get(house_settings.VISITORS)}
    if request.method == "POST" and context["mails"]:
        try:
            email = checked_email(request.POST.get("email", ""))
            if not email:
                raise BadInput(_("Write the address that you gave when you answered."))
        except BadInput as refusal:
            return render(request, "polls/find.html", context | {"refused": refusal.message}, status=400)
        throttle, address = Throttle(), client_address(request.META)
        throttle.check("find-by-mail", email, address)
        throttle.fail("find-by-mail", email, address)
        send_links(email)
        context["sent"] = True
    return render(request, "polls/find.html", context)
