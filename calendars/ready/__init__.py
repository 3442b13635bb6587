"""Calendars that the house brings along: public holidays, and the school holidays of France."""
