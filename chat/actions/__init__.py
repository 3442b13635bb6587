"""What people do in channels; every door calls these."""
