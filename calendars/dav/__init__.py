"""CalDAV (RFC 4791, 6578, 3744): a person's calendars as devices see them."""
