"""Pages of the calendar: each finds, acts and answers."""
