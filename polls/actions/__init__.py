"""What one does with polls: each verb requires the right, locks, changes, records."""
