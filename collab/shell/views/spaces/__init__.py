"""A space's own pages: front, members, activity, settings; making one, and its end."""
