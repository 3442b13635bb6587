"""Pages of polls: find, act, answer."""
