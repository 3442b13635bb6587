"""Polls: a date or a choice found together, a decision taken; the smallest app, the model for the others."""
