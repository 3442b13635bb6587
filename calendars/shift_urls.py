"""Addresses below /calendars/events/<number>/shifts/: they are named like those of calendars."""

from django.urls import path

from calendars.views import shifts

urlpatterns = [
    path("", shifts.page, name="shifts"),
    path("take/", shifts.take, name="shift-take"),
    path("leave/", shifts.leave, name="shift-leave"),
    path("plan/", shifts.plan, name="shift-plan"),
    path("shifts.csv", shifts.file, name="shift-file"),
]
