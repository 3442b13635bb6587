"""English: the hours of the day count to 24, as everywhere else in the house."""

TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j F Y, G:i"
DATE_FORMAT = "j F Y"
