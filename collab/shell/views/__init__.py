"""Pages of the frame: home, spaces, settings, administration."""
