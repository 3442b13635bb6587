"""The verbs of files; every door calls them, nothing else writes the tree."""
