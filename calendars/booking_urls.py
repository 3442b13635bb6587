"""Addresses below /calendars/booking/: they are named like those of calendars."""

from django.urls import path

from calendars.views import booking

urlpatterns = [
    path("", booking.book, name="book"),
    path("mine/", booking.mine, name="bookings"),
    path("<int:pk>/", booking.resource, name="resource"),
    path("<int:pk>/rules/", booking.rules, name="rules"),
    path("<int:pk>/answer/", booking.answer, name="answer"),
]
