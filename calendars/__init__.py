"""Calendars and tasks: events, to-dos and what recurs, kept as the programs of people sent them."""
