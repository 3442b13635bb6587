"""What everyone may ask of the house about themselves: all their data in one archive, and to be forgotten."""
