"""Pages about notifications: the bell, what one follows, how one is reached."""
