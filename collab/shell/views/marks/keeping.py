"""The labels of a space, for who manages it: names, colours, merging, deleting, each with its way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.hues import HUES
from collab.lib.partials import Toast, done
from collab.marks import labels
from collab.marks.actions import keeping
from collab.marks.actions.labelling import LONGEST
from collab.marks.models import Label
from collab.rights.right import Right
from collab.shell.answers import numbers
from collab.shell.templatetags.shell import hue_name
from collab.shell.views.spaces.frame import frame
from collab.spaces.models import Space


class LabelForm(forms.Form):
    """A label's name and colour."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST,
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )
    hue = forms.ChoiceField(
        label=gettext_lazy("Colour"), choices=[(hue, hue) for hue in HUES], widget=forms.RadioSelect, required=False
    )


def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """All labels of the space, with how many things bear each; a POST makes one."""
    space = _find(request, pk)
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.make(request.actor, space, form.cleaned_data["name"], form.cleaned_data["hue"])
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            form.add_error("name", str(refusal.message))
        else:
            undo = Toast(_("“%(name)s” made.") % {"name": made.name}, _address(space, made), {"do": "delete"})
            return done(request, _address(space), undo)
    context = _frame(request, space) | {"form": form, "rows": labels.counted(_all(space), request.actor)}
    return render(request, "shell/marks/keeping.html", context, status=400 if form.errors else 200)


def edit(request: HttpRequest, pk: int, label: int) -> HttpResponse:
    """A label's name and colour, merging it into another, deleting it. `do` says which; each can be undone."""
    space = _find(request, pk)
    do = request.POST.get("do", "")
    if do == "restore":
        back = keeping.restore(request.actor, space, label)
        return done(request, _address(space), Toast(_("“%(name)s” is back.") % {"name": back.name}))
    found = Label.objects.living().select_related("space__acl").filter(pk=label, space=space).first()
    if found is None:
        raise NotFound
    if do in _DO:
        return done(request, _address(space), _DO[do](request, space, found))
    form = LabelForm(request.POST or None, initial={"name": found.name, "hue": found.hue})
    if request.method == "POST" and form.is_valid():
        before = {"name": found.name, "hue": found.hue}
        try:
            now = keeping.edit(
                request.actor, found, name=form.cleaned_data["name"], hue=form.cleaned_data["hue"] or found.hue
            )
        except Refusal as refusal:
            if refusal.status not in {400, 409}:
                raise
            form.add_error("name", str(refusal.message))
        else:
            toast = Toast(_("“%(name)s” saved.") % {"name": now.name}, _address(space, found), before)
            return done(request, _address(space), toast)
    context = _frame(request, space) | {"form": form, "label": found, "others": _all(space).exclude(pk=found.pk)}
    return render(request, "shell/marks/keep.html", context, status=400 if form.errors else 200)


def _delete(request: HttpRequest, space: Space, label: Label) -> Toast:
    keeping.delete(request.actor, label)
    return Toast(_("“%(name)s” deleted.") % {"name": label.name}, _address(space, label), {"do": "restore"})


def _merge(request: HttpRequest, space: Space, label: Label) -> Toast:
    into = _all(space).filter(pk__in=numbers([request.POST.get("into", "")], needed=False)).first()
    if into is None:
        raise BadInput(_("Choose another label of this space."))
    keeping.merge(request.actor, label, into)
    text = _("“%(name)s” is now “%(other)s”.") % {"name": label.name, "other": into.name}
    return Toast(text, _address(space, label), {"do": "restore"})


_DO = {"delete": _delete, "merge": _merge}


def _find(request: HttpRequest, pk: int) -> Space:
    """Return the space, a team's or one's own, if I manage it."""
    space = Space.objects.visible_to(request.actor).select_related("acl", "created_by").filter(pk=pk).first()
    if space is None:
        raise NotFound
    request.actor.require(space, Right.MANAGE)
    if not space.is_personal:
        request.space = space
    return space


def _all(space: Space) -> Any:
    return Label.objects.living().filter(space=space).select_related("space__acl")


def _frame(request: HttpRequest, space: Space) -> dict[str, Any]:
    base = "shell/marks/own_base.html" if space.is_personal else "shell/space/base.html"
    return frame(request, space) | {"base": base, "hue_names": {hue: hue_name(hue) for hue in HUES}}


def _address(space: Space, label: Label | None = None) -> str:
    if label is None:
        return reverse("shell:space-labels", args=[space.pk])
    return reverse("shell:space-label", args=[space.pk, label.pk])
