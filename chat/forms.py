"""What is typed of a channel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.spaces.models import Space


class ChannelForm(forms.Form):
    """A channel, new or to be changed."""

    title = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=250, required=False,
        help_text=_("One sentence, so that others know what belongs here."),
    )  # fmt: skip
    space = forms.ModelChoiceField(Space.objects.none(), label=_("Space"))
    closed = forms.BooleanField(
        label=_("Private"), required=False, help_text=_("Only those whom you invite find it.")
    )  # fmt: skip
    announcements = forms.BooleanField(
        label=_("Announcements only"), required=False,
        help_text=_("Only who moderates begins something; everybody answers in threads."),
    )  # fmt: skip

    def __init__(self, *args: Any, spaces: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if spaces is None:
            del self.fields["space"], self.fields["closed"]
        else:
            field = self.fields["space"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = spaces
