"""Pages on the rules of a channel and of a space's channels: slow mode, and for how long what is said is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from chat import queries, wording
from chat.actions import moderating, reserving
from chat.models import Channel, Keeping, Reserved
from chat.views import showing
from chat.views.channel import head
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.lib.partials import Toast, done
from collab.rights.right import Right
from collab.spaces.models import Space

CHOSEN = (7, 30, 90, 180, 365, 730)
"""Days that are offered; a rule with others is shown too."""


class PaceForm(forms.Form):
    """How fast one may speak."""

    pace = forms.TypedChoiceField(
        label=gettext_lazy("Between two messages of one person"), coerce=int,
        help_text=gettext_lazy("Moderators are not slowed down."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["pace"].choices = [(one, wording.lasting(one)) for one in moderating.PACES]  # type: ignore[attr-defined]


class KeepForm(forms.Form):
    """For how long what is said is kept: "" as the space says, where that is offered."""

    days = forms.ChoiceField(label=gettext_lazy("Messages are kept"), required=False)

    def __init__(self, *args: Any, days: int | None, space_days: int | None, in_space: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = sorted({*CHOSEN, *([days] if days else [])})
        choices = [("0", _("for ever")), *((str(one), wording.keeping(one)) for one in offered)]
        if not in_space:
            choices.insert(0, ("", _("as the space says: %(rule)s") % {"rule": wording.keeping(space_days)}))
        self.fields["days"].choices = choices  # type: ignore[attr-defined]
        self.fields["days"].required = in_space


@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of one channel: slow mode by who moderates it, how long it keeps by who manages it."""
    one = queries.mine(request.actor, pk)
    if one.channel.is_between:
        raise NotFound
    request.actor.require(one.channel, Right.DELETE)
    before = {"pace": one.channel.pace, "days": "" if one.channel.keep_days is None else one.channel.keep_days}
    rule = Keeping.objects.filter(space=one.channel.space_id).first()
    pace = PaceForm(request.POST if "pace" in request.POST else None, initial=before)
    keep = KeepForm(
        request.POST if "days" in request.POST else None, initial=before, days=one.channel.keep_days,
        space_days=rule.days if rule else None,
    )  # fmt: skip
    here = reverse("chat:rules", args=[pk])
    if pace.is_valid():
        moderating.pace(request.actor, one.channel, pace.cleaned_data["pace"])
        return done(request, here, Toast(_("Saved."), here, {"pace": before["pace"]}))
    if keep.is_valid():
        moderating.keep(request.actor, one.channel, _days(keep.cleaned_data["days"]))
        return done(request, here, Toast(_told(one.channel), here, {"days": before["days"]}))
    context = head(request, one) | showing.column(request, pk) | {
        "pace": pace, "keep": keep, "kept": moderating.kept(one.channel),
    }  # fmt: skip
    return render(request, "chat/rules.html", context, status=400 if pace.errors or keep.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def space(request: HttpRequest, space: str) -> HttpResponse:
    """Who makes the channels of a space, and for how long they keep what is said, unless one has a rule of its own."""
    here = get_object_or_404(Space.objects.visible_to(request.actor).select_related("acl"), slug=space)
    request.actor.require(here, Right.MANAGE)
    request.space = here
    rule = Keeping.objects.filter(space=here).first()
    before = rule.days if rule is not None else 0
    keeps = request.POST if "days" in request.POST else None
    form = KeepForm(keeps, initial={"days": before}, days=before, space_days=None, in_space=True)
    address = reverse("chat:space-rules", args=[here.slug])
    reserved = Reserved.objects.filter(space=here).exists()
    if "makers" in request.POST:
        reserving.reserve(request.actor, here, on=request.POST["makers"] == "managers")
        return done(request, address, Toast(_("Saved."), address, {"makers": "managers" if reserved else "all"}))
    if form.is_valid():
        moderating.keep_in_space(request.actor, here, int(form.cleaned_data["days"]))
        return done(request, address, Toast(_("Saved."), address, {"days": before}))
    own = Channel.objects.living().rooms().visible_to(request.actor).filter(space=here).exclude(keep_days=None)
    rows = [(one, wording.keeping(one.keep_days)) for one in own.order_by("title", "pk")[:100]]
    context = showing.column(request) | {"here": here, "form": form, "rule": rule, "own": rows, "reserved": reserved}
    return render(request, "chat/space_rules.html", context, status=400 if form.errors else 200)


def _days(typed: str) -> int | None:
    days = numerals.whole(typed, 6)
    if typed and days is None:
        raise BadInput
    return days


def _told(one: Channel) -> str:
    rule = moderating.kept(one)
    if rule.days is None:
        return _("What is said here is kept for ever.")
    text = ngettext(
        "What is older than %(count)d day goes, from tomorrow on.",
        "What is older than %(count)d days goes, from tomorrow on.", rule.days,
    )  # fmt: skip
    return text % {"count": rule.days}
