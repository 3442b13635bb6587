"""Django's PostgreSQL backend, with what a server that answers many small requests needs more."""
