"""Passwords: how strong, why not, and the judge asked while typing."""

import pytest

from collab.accounts import strength
from collab.accounts.actions import people
from collab.lib.errors import BadInput
from tests.accounts.people import make_person
from tests.effort import at_most

pytestmark = pytest.mark.django_db  # the house says how long and how hard to guess


@pytest.mark.parametrize(
    "weak", ["", "short", "motdepasse", "azertyuiop", "12011985", "aaaaaaaa", "password1", "x" * 1025]
)
def test_what_is_guessed_at_once_is_refused(weak):
    assert not strength.estimate(weak).is_enough


@pytest.mark.parametrize(
    "good", ["cheval agrafe pile", "Collab-demo-2026", "tr0ub4dor", "é" * 3 + "quinze lampes", "x9$é" + "kW2" * 40]
)
def test_what_is_not_is_accepted(good):
    assert strength.estimate(good).is_enough


def test_up_to_128_characters_and_beyond_are_welcome():
    assert strength.estimate("seven quiet lamps hum " * 6).is_enough


def test_ones_own_name_is_no_password():
    assert strength.estimate("jacqueline-durand").is_enough
    found = strength.estimate("jacqueline-durand", ["Jacqueline", "Durand"])
    assert not found.is_enough
    assert found.reasons
    assert strength.estimate("jacqueline has four paper kites", ["Jacqueline"]).is_enough


def test_a_thousand_characters_are_judged_quickly():
    with at_most(200_000):
        strength.estimate("ab1" * 340)


@pytest.mark.django_db
def test_every_way_of_setting_a_password_judges_it():
    with pytest.raises(BadInput, match=r"."):
        make_person(password="motdepasse")
    assert people.create_user(None, "carol").has_usable_password() is False


@pytest.mark.django_db
def test_the_judge_answers_while_one_types(client):
    client.cookies["django_language"] = "en"
    weak = client.post("/accounts/strength/", {"password": "alice-2026", "username": "alice"}).json()
    assert weak["score"] < 2
    assert not weak["enough"]
    assert "It contains your name or address." in weak["reasons"]
    good = client.post("/accounts/strength/", {"password": "cheval agrafe pile"}).json()
    assert good["enough"]
    assert good["reasons"] == []


@pytest.mark.django_db
def test_the_judge_speaks_french(client):
    client.cookies["django_language"] = "fr"
    found = client.post("/accounts/strength/", {"password": "motdepasse"}).json()
    assert "mot de passe" in found["sentence"]


@pytest.mark.django_db
def test_the_judge_is_slowed_down_too(client):
    codes = {client.post("/accounts/strength/", {"password": "x"}).status_code for _try in range(330)}
    assert codes == {200, 429}
