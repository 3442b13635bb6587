"""Addresses of what messages can do: signs, cards, commands, what is kept and said later, saying it again."""

from django.urls import path

from chat.views import choosing, commands, emoji, ephemeral, later, linked, passing

urlpatterns = [
    path("emoji/", emoji.listing, name="emoji"),
    path("emoji/tone/", emoji.tone, name="emoji-tone"),
    path("emoji/<int:pk>/<slug:verb>/", emoji.act, name="emoji-act"),
    path("emoji/<str:name>/<slug:mark>", emoji.picture, name="emoji-picture"),
    path("pages/<int:pk>-<slug:mark>.webp", linked.picture, name="preview"),
    path("commands/", commands.listing, name="commands"),
    path("ephemeral/<int:pk>/dismiss/", ephemeral.dismiss, name="dismiss"),
    path("cards/", linked.cards, name="cards"),
    path("channels/", linked.channels, name="channels"),
    path("saved/", later.saved, name="saved"),
    path("scheduled/", later.scheduled, name="scheduled"),
    path("scheduled/<int:pk>/", later.change, name="scheduled-change"),
    path("scheduled/<int:pk>/<slug:verb>/", later.act, name="scheduled-act"),
    path("<int:pk>/chosen/", choosing.chosen, name="chosen"),
    path("<int:pk>/later/", later.schedule, name="schedule"),
    path("message/<int:pk>/begin/<slug:slug>/", commands.begin, name="begin"),
    path("message/<int:pk>/save/", later.save, name="save"),
    path("message/<int:pk>/quotation/", passing.quotation, name="quotation"),
    path("message/<int:pk>/forward/", passing.forward, name="forward"),
]
