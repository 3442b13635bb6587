"""Polls of people without an account: the form, and the address of the mail that makes them (`actions.asking`)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from collab.accounts.actions.people import checked_email
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.rights import links
from collab.rights.actor import Actor
from polls import forms
from polls.actions import asking, ending
from polls.models import Maker, Poll
from polls.views import making

TRASHED = "polls-trashed"
"""Under which a session remembers the poll that was thrown away in it: whoever did may undo it."""


@login_not_required
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The form of a new poll for visitors; a POST sends them the link that makes it."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("polls:new"))
    if asking.place() is None:
        raise NotFound(_("In this house nobody makes polls without an account."))
    context = making.beginning(request)
    if request.method != "POST":
        form = forms.AskForm(initial={"method": context["method"]})
        return making.draw(request, "polls/ask.html", form, making.empty_rows(), context)
    form, rows = forms.AskForm(request.POST), forms.typed_rows(request.POST)
    if (drawn := making.grown(request, rows)) is not None:
        return making.draw(request, "polls/ask.html", forms.AskForm(initial=request.POST.dict()), drawn, context)
    try:
        wanted = forms.wanted_of(context["kind"], rows, timezone.get_current_timezone())
        if not form.is_valid():
            return making.draw(request, "polls/ask.html", form, rows, context, status=400)
        name, email = form.cleaned_data["name"], str(checked_email(form.cleaned_data["email"]))
        throttle, address = Throttle(), client_address(request.META)
        throttle.check("ask", email, address)
        throttle.fail("ask", email, address)
        asking.ask(name, email, context["kind"], form.fields_of_poll, wanted)
    except Refusal as refusal:
        context["refused"] = refusal.message
        return making.draw(request, "polls/ask.html", form, rows, context, status=refusal.status)
    return render(request, "polls/asked.html", {"email": email})


@login_not_required
@never_cache
def key(request: HttpRequest, token: str) -> HttpResponse:
    """The address of the mail: asks once more, makes the poll, and from then on leads to its page.

    A GET makes nothing: programs that look into mail for dangers open what is in it.
    """
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("link-token", "", address)
    maker = Maker.objects.filter(digest=links.digest_of(token)).select_related("poll").first()
    if maker is None:
        throttle.fail("link-token", "", address, secret=token)
        raise links.Gone
    there = HttpResponseRedirect(reverse("shell:link", args=[token]))
    if maker.poll is not None and maker.poll.deleted_at is None:
        return there
    mine = maker.poll is None or request.session.get(TRASHED) == maker.poll.pk
    if request.method != "POST" or not mine:
        return _private(render(request, "polls/begun.html", {"maker": maker, "mine": mine, "kept": ending.KEPT.days}))
    if maker.poll is None:
        asking.confirm(token)
        return _private(there)
    _bring_back(token, maker.poll)
    return _private(done(request, there.url, Toast(_("“%(name)s” is back.") % {"name": maker.poll.title})))


def _bring_back(token: str, poll: Poll) -> None:
    link, _unlocked = links.open_link(token, kind=Poll.REF_KIND)
    ending.bring_back(Actor.nobody().with_links([link]), poll)


def _private(answer: HttpResponse) -> HttpResponse:
    """No other site learns the address."""
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
