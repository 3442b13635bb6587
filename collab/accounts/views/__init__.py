"""The pages of one's account."""
