"""Groups: named sets of people, flat; Everyone is built in."""
