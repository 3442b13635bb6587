"""Beginning channels and conversations, and changing what a channel says of itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from chat import queries
from chat.actions import channels, reserving
from chat.forms import ChannelForm
from chat.views import showing
from chat.views.channel import head
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights import whom
from collab.rights.right import Right
from collab.shell.answers import changed


def new(request: HttpRequest) -> HttpResponse:
    """A new channel in one of the spaces in which one may make some."""
    spaces = reserving.spaces(request.actor).order_by("name")
    here = spaces.filter(slug=request.GET.get("space", "")).first()
    some = list(spaces[:2])
    first = here or (some[0] if len(some) == 1 else None)
    form = ChannelForm(request.POST or None, spaces=spaces, initial={"space": first})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = channels.make(
                request.actor, said["space"], said["title"], purpose=said["purpose"], closed=said["closed"],
                announcements=said["announcements"],
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            form.add_error("title", str(refusal.message))
        else:
            return redirect("chat:channel", pk=made.pk)
    request.space = here
    context = showing.column(request) | {"form": form, "here": here}
    return render(request, "chat/new.html", context, status=400 if form.errors else 200)


def write(request: HttpRequest) -> HttpResponse:
    """Write to somebody, or to several: leads to their conversation, which is made where there is none."""
    refused = ""
    if request.method == "POST" or request.GET.get("to"):
        ids = request.POST.getlist("person") or [request.GET.get("to", "")]
        wanted = [number for one in ids if (number := numerals.whole(one)) is not None]
        people = list(
            whom.people(request.actor).filter(pk__in=wanted[: channels.MOST_PEOPLE]).select_related("principal")
        )
        if not people:
            if request.method != "POST":
                raise NotFound
            refused = _("Choose somebody to write to.")
        elif request.method == "POST" or queries.direct_with(request.actor, people[0]) is not None:
            try:
                made = (
                    channels.direct(request.actor, people[0])
                    if len(people) == 1
                    else channels.group(request.actor, people)
                )
            except BadInput as refusal:
                refused = str(refusal.message)
            else:
                return redirect("chat:channel", pk=made.pk)
    found = whom.people(request.actor).order_by("display_name", "pk")
    typed = " ".join(request.GET.get("q", "").split())[:60]
    if typed:
        found = found.filter(display_name__unaccent__icontains=typed)
    context = showing.column(request) | {"people": list(found[:100]), "typed": typed, "refused": refused}
    return render(request, "chat/write.html", context, status=400 if refused else 200)


def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """What a channel says of itself."""
    one = queries.mine(request.actor, pk)
    request.actor.require(one.channel, Right.ADD if one.channel.is_between else Right.EDIT)
    first = {name: getattr(one.channel, name) for name in ("title", "purpose", "header", "announcements", "receipts")}
    form = ChannelForm(request.POST or None, initial=first)
    if one.channel.is_between:
        form.fields["title"].required = False
        del form.fields["announcements"]
    if request.method == "POST" and form.is_valid():
        try:
            channels.change(request.actor, one.channel, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            form.add_error("title", str(refusal.message))
        else:
            return changed(request, reverse("chat:channel", args=[pk]), Toast(_("Saved.")))
    context = head(request, one) | showing.column(request, pk) | {"form": form}
    return render(request, "chat/settings.html", context, status=400 if form.errors else 200)
