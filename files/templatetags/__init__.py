"""Tags of the pages of files."""
