"""Addresses of polls. What begins with “@” is a place."""

from django.urls import path

from polls.views import listing, making, poll

app_name = "polls"
urlpatterns = [
    path("", listing.listing, name="home"),
    path("new/", making.new, name="new"),
    path("<int:pk>/", poll.poll, name="poll"),
    path("<int:pk>/edit/", making.edit, name="edit"),
    path("<int:pk>/duplicate/", making.duplicate, name="duplicate"),
    path("<int:pk>/propose/", poll.propose, name="propose"),
    path("<int:pk>/withdraw/", poll.withdraw, name="withdraw"),
    path("<int:pk>/remove/", poll.remove, name="remove"),
    path("<int:pk>/<slug:verb>/", poll.state, name="state"),
    path("@<str:space>/", listing.listing, name="space"),
]
