"""What happened, in sentences: one stream per person, space and thing, read from the change log itself."""
