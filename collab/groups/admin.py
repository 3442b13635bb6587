"""Groups in Django's own admin, for the owner in an emergency: to look at; the house's own pages change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from collab.groups.models import Group, Membership


class MembershipInline(admin.TabularInline):
    """Who is in the group."""

    model = Membership
    fields = ("user", "is_manager", "created_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    """Groups with how many people they hold."""

    list_display = ("name", "people", "everyone", "created_at")
    search_fields = ("name",)
    readonly_fields = ("name", "everyone", "created_at")
    fields = readonly_fields
    inlines = (MembershipInline,)

    @admin.display(ordering="size")
    def people(self, group: Any) -> int:
        return int(group.size)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        found: QuerySet[Group] = super().get_queryset(request)
        return found.annotate(size=Count("members"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
