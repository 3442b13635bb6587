"""People in Django's own admin, for the owner in an emergency: found and switched, never made or deleted there."""

from __future__ import annotations

from typing import Any

import django.contrib.auth.admin  # noqa: F401 - registers what is taken away below
from django.contrib import admin
from django.contrib.auth.models import Group as Unused
from django.http import HttpRequest

from collab.accounts.epochs import touch
from collab.accounts.models import User
from collab.events import audit

# ours are collab.groups; Django's would only puzzle
admin.site.unregister(Unused)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Accounts: name, address and whether they may sign in. Profiles and passwords have pages of their own."""

    list_display = ("display_name", "username", "email", "rank", "is_active", "last_login", "created_at")
    list_filter = ("rank", "is_active")
    search_fields = ("display_name", "username", "email")
    ordering = ("display_name", "pk")
    fields = ("display_name", "username", "email", "rank", "is_active", "last_login", "created_at")
    readonly_fields = ("username", "email", "rank", "last_login", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, let what is remembered about the person be stale, and record who did it."""
        super().save_model(request, obj, form, change)
        touch(obj)
        audit.record("account-emergency", request.user, ("user", obj.pk), str(obj), fields=form.changed_data)
