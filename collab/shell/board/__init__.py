"""The rights board: rows of groups and people, columns of spaces and what they hold, a role in each cell."""
