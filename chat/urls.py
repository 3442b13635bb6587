"""Addresses of the chat. What begins with “@” is a place."""

from django.urls import path

from chat.views import bots, channel, exports, finding, hooked, hooks, inviting, making, messages, searching, threads

app_name = "chat"
urlpatterns = [
    path("", finding.home, name="home"),
    path("column/", finding.column, name="column"),
    path("new/", making.new, name="new"),
    path("write/", making.write, name="write"),
    path("search/", searching.search, name="search"),
    path("threads/", threads.followed, name="threads"),
    path("export/", exports.export, name="export-all"),
    path("export/download/", exports.download, name="export-download-all"),
    path("export/discard/", exports.discard, name="export-discard-all"),
    path("<int:pk>/export/", exports.export, name="export"),
    path("<int:pk>/export/download/", exports.download, name="export-download"),
    path("<int:pk>/export/discard/", exports.discard, name="export-discard"),
    path("bots/", bots.listing, name="bots"),
    path("bots/<int:pk>/", bots.one, name="bot"),
    path("bots/<int:pk>/token/", bots.token, name="bot-token"),
    path("bots/<int:pk>/<slug:verb>/", bots.act, name="bot-act"),
    path("<int:pk>/", channel.channel, name="channel"),
    path("<int:pk>/settings/", making.settings, name="settings"),
    path("<int:pk>/say/", messages.say, name="say"),
    path("<int:pk>/read/", channel.read, name="read"),
    path("<int:pk>/people/", channel.people, name="people"),
    path("<int:pk>/pinned/", channel.pinned, name="pinned"),
    path("<int:pk>/invite/", inviting.invite, name="invite"),
    path("<int:pk>/turn/", inviting.turn, name="turn"),
    path("<int:pk>/programs/", hooks.listing, name="programs"),
    path("<int:pk>/programs/<int:hook>/<slug:verb>/", hooks.act, name="program"),
    path("hooks/<str:token>", hooked.hook, name="hook"),
    path("<int:pk>/<slug:verb>/", channel.state, name="state"),
    path("message/<int:pk>/", messages.message, name="message"),
    path("message/<int:pk>/source/", messages.source, name="source"),
    path("message/<int:pk>/files/", messages.files, name="files"),
    path("message/<int:pk>/<slug:verb>/", messages.act, name="act"),
    path("@<str:space>/", finding.space, name="space"),
]
