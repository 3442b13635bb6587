"""Campaigns have servers of their own, to hurt them."""

from tests.clients.conftest import device, no_parts_of_before, server  # noqa: F401 - fixtures
from tests.live import _front, _sockets, _web, front_url, live_url  # noqa: F401 - fixtures
