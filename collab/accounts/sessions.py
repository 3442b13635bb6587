"""Sessions in the database, as long as the house says."""

from django.contrib.sessions.backends.db import SessionStore as Stored

from collab.registry import house


class SessionStore(Stored):
    """A session ends so many days after it was last written; a shorter rule reaches older ones at their next page."""

    def get_session_cookie_age(self) -> int:
        days: int = house.get("accounts.session_days")
        return days * 24 * 3600
