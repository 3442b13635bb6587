"""The growing delay: at every door, with Redis away, and never a lock-out."""

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from collab.accounts.actions import devices, people
from collab.accounts.models import Attempt
from collab.accounts.throttle import ACCOUNT, CROWD, DOORS, Throttle, sweep
from collab.lib.addresses import client_address, neighbourhood
from collab.lib.errors import Forbidden, TooMany
from collab.rights.actor import Actor
from tests.accounts.people import PASSWORD, basic, make_person, sign_in, wrong

pytestmark = pytest.mark.django_db

HERE, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.9"


def age(seconds):
    """Let time pass for all counts."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_attempt SET last_at = last_at - make_interval(secs => %s)", [seconds])


def wait_of(door="web", account="bob", address=HERE):
    try:
        Throttle().check(door, account, address)
    except TooMany as slow:
        return slow.retry_after
    return 0


def fail(times, door="web", account="bob", address=HERE):
    for _try in range(times):
        Throttle().fail(door, account, address)


def test_the_first_tries_are_free_then_the_delay_doubles():
    waits = []
    for _try in range(16):
        fail(1)
        waits.append(wait_of())
    assert waits == [0] * 7 + [10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_at_most_ten_tries_fit_in_the_first_minute():
    tries, clock = 0, 0
    while clock < 60:
        wait = wait_of()
        if wait:
            clock += wait
            age(wait)
            continue
        fail(1)
        tries += 1
    assert tries == 10


def test_the_same_wrong_secret_again_is_not_a_guess():
    for _try in range(50):
        Throttle().fail("dav", "repeater", HERE, secret="last year's password")
    assert wait_of("dav", "repeater") == 0
    assert Attempt.objects.get(key__startswith="password:").failures == 1


def test_nobody_is_locked_out_from_another_network():
    fail(30)
    assert wait_of() > 0
    assert wait_of(address=ELSEWHERE) == 0


def test_a_neighbourhood_counts_as_one():
    fail(20)
    assert wait_of(address=NEXT_DOOR) > 0
    fail(20, account="carol", address="2001:db8:1:2::1")
    assert wait_of(account="carol", address="2001:db8:1:2:ffff::9") > 0
    assert wait_of(account="carol", address="2001:db8:1:3::1") == 0


def test_trying_many_accounts_slows_the_neighbourhood_a_minute_at_most():
    for number in range(90):
        Throttle().fail("web", f"user{number}", HERE)
    assert 0 < wait_of(account="somebody else") <= CROWD.longest


def test_time_heals():
    fail(40)
    assert wait_of() == 900
    age(901)
    assert wait_of() == 0
    age(ACCOUNT.heals * 30)
    fail(1)
    assert wait_of() == 0


def test_success_forgets_the_account_but_not_the_neighbourhood():
    fail(5)
    visit = Throttle()
    visit.check("web", "bob", HERE)
    visit.succeed("web", "bob", HERE)
    assert [row.key.count(":") for row in Attempt.objects.exclude(key__startswith="audit:")] == [0]


def test_doors_that_take_the_same_secret_share_the_count():
    fail(10, door="dav")
    assert wait_of("web") > 0
    assert wait_of("two-factor") == 0


def test_the_nightly_sweep_forgets_what_healed():
    fail(3)
    age(25 * 3600)
    assert sweep() == 3, "the account, the neighbourhood, and what the audit log counts by"


@pytest.mark.parametrize("door", DOORS)
def test_every_door_slows_down_sooner_or_later(door):
    fail(320, door=door)
    assert wait_of(door) > 0


# through the doors


def test_the_sign_in_page_says_how_long_to_wait(client):
    make_person()
    client.cookies["django_language"] = "en"
    for _try in range(8):
        assert sign_in(client, "bob", wrong()).status_code == 200
    response = sign_in(client)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 10
    assert "then try again" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_right_password_from_a_clean_address_still_works(client):
    make_person()
    for _try in range(12):
        sign_in(client, "bob", wrong())
    assert sign_in(client, REMOTE_ADDR=ELSEWHERE).status_code == 302


@pytest.mark.parametrize(
    "path", ["/ocs/v1.php/cloud/user", "/ocs/v2.php/cloud/capabilities", "/ocs/v2.php/core/getapppassword"]
)
def test_basic_credentials_are_slowed_down_on_every_call(client, path):
    make_person()
    for _try in range(8):
        assert client.get(path, **basic("bob", wrong())).status_code == 401
    response = client.get(path, **basic("bob", PASSWORD))
    assert response.status_code == 429
    assert response["Retry-After"]


def test_an_address_and_a_user_name_are_one_account(client):
    make_person(email="bob@example.org")
    for _try in range(4):
        sign_in(client, "bob", wrong())
        sign_in(client, "bob@example.org", wrong())
    assert sign_in(client).status_code == 429


def test_it_holds_while_redis_is_away(client):
    make_person()
    away = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:18499"}
    }
    with override_settings(CACHES=away):
        codes = [sign_in(client, "bob", wrong()).status_code for _try in range(9)]
        assert codes == [200] * 8 + [429]
        assert sign_in(client, REMOTE_ADDR=ELSEWHERE).status_code == 302


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_FORWARDED",
        "HTTP_X_REAL_IP",
        "HTTP_CLIENT_IP",
        "HTTP_X_CLIENT_IP",
        "HTTP_TRUE_CLIENT_IP",
    ],
)
def test_a_visitor_cannot_choose_their_address(client, header):
    make_person()
    for number in range(10):
        spoofed = {"REMOTE_ADDR": HERE, header: f"198.18.{number}.1"}
        response = sign_in(client, "bob", wrong(), **spoofed)
    assert response.status_code == 429


def test_an_app_password_costs_one_query_and_is_never_slowed_down():
    bob = make_person()
    _row, secret = devices.create(bob, "laptop")
    Actor.of_basic("bob", secret, HERE)
    fail(30, door="dav")
    with CaptureQueriesContext(connection) as queries:
        assert Actor.of_basic("bob", secret, HERE).user == bob
    assert len(queries) == 1


def test_a_login_password_verified_a_moment_ago_costs_one_query_too():
    bob = make_person()
    Actor.of_basic("bob", PASSWORD, HERE)
    with CaptureQueriesContext(connection) as queries:
        assert Actor.of_basic("bob", PASSWORD, HERE).user == bob
    assert len(queries) == 1


def test_what_was_remembered_is_forgotten_when_the_account_changes():
    bob = make_person()
    Actor.of_basic("bob", PASSWORD, HERE)
    people.deactivate(None, bob)
    with pytest.raises(Forbidden):
        Actor.of_basic("bob", PASSWORD, HERE)


# whose address


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "6.6.6.6", "203.0.113.7"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("127.0.0.1", "rubbish, 203.0.113.7:5123", "203.0.113.7"),
        ("127.0.0.1", "rubbish", "127.0.0.1"),
        ("::1", "[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_only_our_own_proxies_are_believed(settings, peer, forwarded, found):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == found


def test_neighbourhoods():
    assert neighbourhood("203.0.113.7") == "203.0.113.0/24"
    assert neighbourhood("2001:db8:1:2:3::1") == "2001:db8:1:2::/64"
    assert neighbourhood("") == "-"
