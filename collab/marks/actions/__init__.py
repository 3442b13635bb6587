"""What can be done with marks, a noun a module."""
