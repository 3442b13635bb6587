"""All HTTP: DAV before Django's middleware, everything else through it."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_wsgi_application()

from collab.dav import discovery  # noqa: E402 - the apps must be loaded first
from collab.dav.app import application as dav  # noqa: E402
from collab.registry import house  # noqa: E402

# What was loaded stays for ever, and a listing makes ten thousand rows that no cycle holds: searching all this for
# garbage every 700 allocations doubles the time of a large folder.
gc.freeze()
gc.set_threshold(50_000, 20, 50)

# Whoever holds the lock of a space must not wait 5 ms for another thread of this process to pause.
sys.setswitchinterval(0.0005)

DAV = ("/remote.php/", "/public.php/", "/dav")


def application(environ, start_response):
    """Route by path: sync clients and mounts to the DAV engine, the rest to Django."""
    house.forget()
    if discovery.leads_on(environ):
        return discovery.lead_on(environ, start_response)
    path = environ.get("PATH_INFO", "")
    door = dav if path.startswith(DAV) and not path.startswith("/dav-") else pages
    return door(environ, start_response)
