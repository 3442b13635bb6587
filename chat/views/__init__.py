"""Pages of channels: find, act, answer."""
