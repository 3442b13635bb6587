"""Websockets alone (Daphne); pages and DAV are served by WSGI, which costs a quarter."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")

application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter([])})
