"""Small makers of people for the tests of accounts and OCS."""

import base64
import secrets

from collab.accounts.actions import people

PASSWORD = "four paper kites rise"
OTHER = "seven quiet lamps hum"


def make_person(username="bob", password=PASSWORD, **fields):
    return people.create_user(None, username, password=password, **fields)


def wrong():
    """A wrong password never tried before: the same one again would not count."""
    return f"wrong {secrets.token_hex(8)}"


def basic(username, password):
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


def sign_in(client, username="bob", password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": username, "password": password}, **extra)
