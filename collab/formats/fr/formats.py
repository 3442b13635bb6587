"""French: no zero before the hour, as everywhere else in the house."""

TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j F Y à G:i"
