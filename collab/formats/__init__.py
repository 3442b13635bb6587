"""How days and hours are written, where the framework says it otherwise than the rest of the house."""
