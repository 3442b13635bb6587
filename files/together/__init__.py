"""Texts that several people write at once: Yjs updates over a websocket, kept in PostgreSQL, saved as the file."""
