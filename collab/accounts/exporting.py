"""What accounts know of a person, for the archive they take with them: never a secret, never another's data."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from collab.accounts.models import AppPassword, Invitation, User

PROFILE = (
    "username", "display_name", "email", "rank", "language", "time_zone", "theme", "density", "single_keys", "lists",
    "hue", "portrait", "is_active", "created_at", "last_login",
)  # fmt: skip


def export(person: User, into: Any) -> None:
    """Put in the profile with its settings, devices, open sessions, the second step, and invitations."""
    into.json("profile.json", {name: getattr(person, name) for name in PROFILE}, about=_("Profile and settings"))
    devices = AppPassword.objects.filter(user=person).order_by("created_at")
    known = list(devices.values("name", "scopes", "created_at", "last_used_at", "last_address", "expires_at"))
    into.json("devices.json", known, about=_("Devices that connect to the account"))
    sessions = UserSession.objects.filter(user=person).order_by("created_at")
    into.json(
        "sessions.json",
        list(sessions.values("created_at", "last_seen_at", "ip", "user_agent")),
        about=_("Browsers that are signed in"),
    )
    steps = Authenticator.objects.filter(user=person).order_by("created_at")
    into.json("second-step.json", list(steps.values("type", "created_at", "last_used_at")), about=_("Two-step sign-in"))
    made = Invitation.objects.filter(created_by=person).order_by("created_at")
    facts = ("kind", "email", "name", "rank", "role", "language", "message", "created_at", "expires_at", "uses_count")
    into.json("invitations.json", list(made.values(*facts, "revoked_at")), about=_("Invitations that you made"))
    used = Invitation.objects.filter(accepted_by=person).order_by("created_at")
    into.json("invited.json", list(used.values("kind", "created_at")), about=_("How you came in"))
