"""Channels in spaces, what is said in them, and who has read how far."""
