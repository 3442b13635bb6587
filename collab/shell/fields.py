"""How a form field is drawn: label, control, hint or error, tied together for screen readers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def context(bound: BoundField, *, label: str = "", hint: str | None = "", **attributes: Any) -> dict[str, Any]:
    """Return what `shell/_field.html` draws; extra keywords become attributes of the control (`_` reads `-`).

    `hint` replaces the form's own help; None leaves it out.
    """
    widget = bound.field.widget
    attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    hint = "" if hint is None else hint or str(bound.help_text or "")
    described = [f"{bound.auto_id}-error"] if bound.errors else [f"{bound.auto_id}-hint"] if hint else []
    if described:
        attributes["aria-describedby"] = described[0]
    if bound.errors:
        attributes["aria-invalid"] = "true"
    kind = _kind(widget)
    if kind == "text":
        # A library's form brings its own class and placeholder; here the label says it.
        attributes |= {"class": "input", "placeholder": attributes.get("placeholder", "")}
    elif kind == "switch":
        attributes |= {"class": "switch", "role": "switch"}
    # Django itself would describe the control by ids that this partial does not draw.
    attributes.setdefault("aria-describedby", "")
    # Of a filter nothing is asked: its fields say so (`asks_nothing`).
    is_optional = not bound.field.required and not getattr(bound.field, "asks_nothing", False)
    return {
        "bound": bound,
        "kind": kind,
        "secret": isinstance(widget, forms.PasswordInput),
        "label": label or bound.label,
        "hint": hint,
        # A list of choices always holds an answer: there “optional” would only puzzle.
        "optional": is_optional and kind == "text" and not isinstance(widget, forms.Select),
        "control": bound.as_widget(attrs={name: value for name, value in attributes.items() if value != ""}),
    }


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, _CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "switch" if widget.attrs.get("role") == "switch" else "choice"
    return "text"
