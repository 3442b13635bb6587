"""The pages of files: each view finds, acts, answers."""
