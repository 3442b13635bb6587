"""A public link sent by mail, and handed to another person who answers for it from then on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast, done
from collab.rights import letters, link_mails
from collab.rights import links as rights
from collab.rights.models import Letter
from collab.shell import links
from collab.shell.link_forms import SendForm
from collab.shell.members import principal_named
from collab.shell.views.links import back, found, frame, one_of

SHOWN = 50
_KEPT = "link-mails"


@login_required
@never_cache
def send(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """Send the link to several addresses; below, what became of each mail."""
    declared, thing = found(request, kind, pk)
    one = one_of(thing, link)
    actor = request.actor  # type: ignore[attr-defined]
    address = links.address(request, one, thing)
    form = SendForm(request.POST or None, initial={"language": get_language()})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                results = link_mails.send_link(actor, thing, one, form.cleaned_data["addresses"],
                    word=form.cleaned_data["word"], language=form.cleaned_data["language"])  # fmt: skip
            except Refusal as refusal:
                form.add_error(None, str(refusal.message))
                status = refusal.status
            else:
                # for the next page, which can be reloaded without sending anything again
                request.session[_KEPT] = [[result.written[:120], result.outcome] for result in results]
                return HttpResponseRedirect(request.path)
    sent = Letter.objects.filter(link=one, kind=Letter.Kind.LINK).select_related("sender").order_by("-pk")
    context = frame(request, declared, thing) | {
        "link": one, "form": form, "results": request.session.pop(_KEPT, []), "url": address,
        "mails": letters.can_post(), "sent": list(sent[:SHOWN]),
    }  # fmt: skip
    return render(request, "shell/links/send.html", context, status=status)


@login_required
@require_POST
def hand_over(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """Let another person answer for the link; the toast gives it back."""
    _declared, thing = found(request, kind, pk)
    one = one_of(thing, link)
    actor = request.actor  # type: ignore[attr-defined]
    named = [*request.POST.getlist("whom"), request.POST.get("to", "")]
    user = principal_named(next(filter(None, map(str.strip, named)), "")[:200]).user
    if user is None:
        raise BadInput(_("Only a person can answer for a link: write somebody’s name."))
    before = one.created_by
    rights.hand_over_link(actor, thing, one, user)
    text = _("%(name)s answers for the link from now on.") % {"name": str(user)}
    undo = reverse("shell:link-hand-over", args=[kind, pk, link]) if before and actor.user == before else ""
    return done(request, back(kind, pk), Toast(text, undo, {"to": before.username} if before and undo else {}))
