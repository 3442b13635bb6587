"""Small makers of people for the tests of accounts and OCS."""

import base64
import secrets
import time

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


def typed_password(browser):
    """Let the signed-in browser be one in which the password was typed just now."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser
