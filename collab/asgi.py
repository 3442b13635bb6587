"""Websockets alone (Daphne); pages and DAV are served by WSGI, which costs a quarter."""

import os
from importlib import import_module

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()
import_module(settings.ROOT_URLCONF)  # what is drawn for pages names addresses: no page waits until they are loaded

from collab.live.push import Push  # noqa: E402 - the apps must be loaded first
from collab.live.socket import Socket  # noqa: E402 - the same
from collab.registry import registry  # noqa: E402

of_apps = [
    path(one.path or f"ws/{one.name}/<int:pk>/", import_string(one.consumer).as_asgi()) for one in registry.channels()
]
sockets = URLRouter([path("ws/", Socket.as_asgi()), path("push/ws", Push.as_asgi()), *of_apps])
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
