"""What happened: the change log, the outbox, background jobs."""
