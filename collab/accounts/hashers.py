"""Argon2id with the cost of our house: about 50 ms and 32 MiB a check, whatever the number of threads."""

from django.contrib.auth.hashers import Argon2PasswordHasher

LONGEST = 1024
"""Bytes; more is refused before hashing, never cut: a megabyte of password would be a cheap attack."""


class Argon2id(Argon2PasswordHasher):
    """OWASP asks for at least 19 MiB, t=2, p=1; Django's own 100 MiB times many threads would fill a small machine."""

    time_cost = 2
    memory_cost = 32 * 1024
    parallelism = 1

    def verify(self, password, encoded):
        return not is_too_long(password) and super().verify(password, encoded)


def is_too_long(password: str) -> bool:
    """Whether the password has more bytes than are ever hashed."""
    return len(password) > LONGEST or len(password.encode(errors="replace")) > LONGEST
