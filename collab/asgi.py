"""Websockets alone (Daphne); pages and DAV are served by WSGI, which costs a quarter."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()

from collab.live.socket import Socket  # noqa: E402 - the apps must be loaded first

application = ProtocolTypeRouter({"http": pages, "websocket": URLRouter([path("ws/", Socket.as_asgi())])})
