"""What parts of the house above this one may listen to."""

from django.dispatch import Signal

leaving = Signal()
"""Sent with `user` in the transaction that deletes an account, before its row goes."""
