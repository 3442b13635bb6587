"""People: accounts, ranks, credentials."""
