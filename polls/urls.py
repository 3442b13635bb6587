"""Addresses of polls. What begins with “@” is a place."""

from django.urls import path

from polls.views import asking, deciding, finding, inviting, listing, making, poll

app_name = "polls"
urlpatterns = [
    path("", listing.listing, name="home"),
    path("new/", making.new, name="new"),
    path("bring/", deciding.bring, name="bring"),
    path("ask/", asking.ask, name="ask"),
    path("key/<str:token>/", asking.key, name="key"),
    path("find/", finding.find, name="find"),
    path("<int:pk>/", poll.poll, name="poll"),
    path("<int:pk>/edit/", making.edit, name="edit"),
    path("<int:pk>/duplicate/", making.duplicate, name="duplicate"),
    path("<int:pk>/propose/", poll.propose, name="propose"),
    path("<int:pk>/withdraw/", poll.withdraw, name="withdraw"),
    path("<int:pk>/remove/", poll.remove, name="remove"),
    path("<int:pk>/invite/", inviting.invite, name="invite"),
    path("<int:pk>/uninvite/", inviting.uninvite, name="uninvite"),
    path("<int:pk>/remind/", inviting.remind, name="remind"),
    path("<int:pk>/decide/", deciding.decide, name="decide"),
    path("<int:pk>/undecide/", deciding.undecide, name="undecide"),
    path("<int:pk>/minutes/", deciding.minutes, name="minutes"),
    path("<int:pk>/poll.<slug:form>", deciding.export, name="export"),
    path("<int:pk>/<slug:verb>/", poll.state, name="state"),
    path("@<str:space>/", listing.listing, name="space"),
]
