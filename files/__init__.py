"""Files: the tree, the bytes, and their doors (web and DAV)."""
