"""English as in Europe: hours count to 24, weeks begin on Monday (ISO 8601), as everywhere else in the house."""

TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j F Y, G:i"
DATE_FORMAT = "j F Y"
FIRST_DAY_OF_WEEK = 1
