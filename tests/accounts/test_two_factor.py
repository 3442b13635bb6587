"""The second step: at sign-in, and what it closes for login passwords."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

from collab.accounts.actions import devices, passwords
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from tests.accounts.people import OTHER, PASSWORD, basic, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return make_person("bob")


def switch_on(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    user.refresh_from_db()
    return secret


def code(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_it_is_switched_on_through_the_pages(client, bob):
    sign_in(client)
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if page.redirect_chain and "reauthenticate" in page.redirect_chain[-1][0]:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    Actor.of_basic("bob", PASSWORD, "")  # remembered for a minute from here
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)
    with pytest.raises(Forbidden):
        Actor.of_basic("bob", PASSWORD, "")


def test_the_password_alone_opens_no_session(client, bob):
    secret = switch_on(bob)
    response = sign_in(client)
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.get("/ocs/v2.php/cloud/user", headers={"OCS-APIRequest": "true"}).status_code == 401
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.session["_auth_user_id"] == str(bob.pk)


def test_a_sign_in_that_waits_for_its_code_dies_with_the_password(client, bob):
    secret = switch_on(bob)
    sign_in(client)
    passwords.set_password(None, bob, OTHER)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert answer["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_codes_are_guessed_under_a_delay_of_their_own(client, bob):
    secret = switch_on(bob)
    sign_in(client)
    codes = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _try in range(6)]
    assert codes == [200] * 5 + [429]
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 429
    assert "_auth_user_id" not in client.session


def test_devices_then_need_app_passwords(client, bob):
    switch_on(bob)
    _row, secret = devices.create(bob, "laptop")
    assert client.get("/ocs/v1.php/cloud/user", **basic("bob", PASSWORD)).status_code == 401
    assert client.get("/ocs/v1.php/cloud/user", **basic("bob", secret)).status_code == 200
