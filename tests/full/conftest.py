"""Campaigns have servers of their own, to hurt them."""

from tests.clients.conftest import device, no_parts_of_before, server  # noqa: F401 - fixtures
