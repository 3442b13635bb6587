"""Who may do what, and why: the only module that answers it."""
