"""Addresses of the chat that programs expect at the root of a house."""

from django.urls import path

from chat.views import hooked

app_name = "hooks"
urlpatterns = [path("hooks/<str:token>", hooked.hook, name="hook")]
