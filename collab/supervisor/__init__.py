"""Starts, watches and ends every process of an instance; knows nothing of Django's models."""
