"""What is done to calendars and their entries; every door calls these."""
