"""Browsers in which people are signed in."""

from tests.shell.conftest import as_

__all__ = ["as_"]
