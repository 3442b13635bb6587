"""How much room a space has: typed in gigabytes, kept in bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

GB = 10**9


class RoomField(forms.DecimalField):
    """A room as people say it; its value is a number of bytes, None without limit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, min_value=Decimal("0.1"), max_value=1_000_000, decimal_places=9, **options)

    def clean(self, value: Any) -> int | None:
        """Return bytes."""
        typed = super().clean(str(value).replace(",", ".") if value is not None else value)
        return None if typed is None else int(typed * GB)

    def prepare_value(self, value: Any) -> Any:
        """Show bytes as gigabytes; what was typed stays as typed."""
        return shown_room(value) if value is None or isinstance(value, int) else value


def shown_room(room: int | None) -> str:
    """Return so many bytes as one types them."""
    return "" if room is None else f"{(Decimal(room) / GB).normalize():f}"


def of_spaces() -> RoomField:
    """The field of the house's setting for team spaces."""
    return RoomField(
        label=_("How much room does a space get, in GB?"),
        help_text=_(
            "For every space without a room of its own, at once. What is there stays. Left empty: as the disk."
        ),
    )


def of_people() -> RoomField:
    """The field of the house's setting for the own files of each person."""
    return RoomField(
        label=_("How much room does each person get, in GB?"),
        help_text=_(
            "For everybody without a room of their own, at once. What is there stays. Left empty: as the disk."
        ),
    )
