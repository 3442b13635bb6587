"""Addresses of the chat that programs expect at the root of a house."""

from django.urls import include, path

from chat.views import hooked

app_name = "hooks"
urlpatterns = [
    path("hooks/<str:token>", hooked.hook, name="hook"),
    path("hooks/commands/<str:token>", hooked.reply, name="reply"),
    path("api/v4/", include("chat.v4.urls")),
]
