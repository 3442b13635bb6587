"""iCalendar without a database: reading, expanding, matching and writing (RFC 5545, RFC 4791)."""
