"""The kinds of resources under which live properties and reports are registered, and what this tree can do."""

HOME = "calendar-home"
CALENDAR = "calendar"
OBJECT = "calendar-object"
INBOX = "schedule-inbox"
OUTBOX = "schedule-outbox"
MESSAGE = "schedule-message"
FEATURES = "1, 3, access-control, extended-mkcol, calendar-access, calendar-auto-schedule, calendar-availability"
LARGEST = 10 << 20
"""So large an entry may be, in bytes: five megabytes with a picture inside are seen (`max-resource-size`)."""
REPORT_BOUNDS = (8 << 20, 25_000)
"""Bytes and elements of a report: a device names each of some thousand entries that it wants (RFC 4791, 7.9)."""
