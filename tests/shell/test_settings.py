"""One's settings are saved field by field by a script, whole without it."""

import pytest

from collab.accounts.models import User


def save(browser, address, **fields):
    return browser.post(address, fields, headers={"accept": "application/json"})


def test_one_field_is_saved_and_the_others_stay(as_, bob):
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    answer = save(as_(bob), "/settings/", only="display_name", display_name="Robert")
    assert answer.json() == {"saved": True, "reload": False}
    bob.refresh_from_db()
    assert (bob.display_name, bob.email) == ("Robert", "bob@example.org")


def test_what_cannot_be_saved_says_why_beside_its_field(as_, bob):
    answer = save(as_(bob), "/settings/", only="display_name", display_name="")
    assert answer.status_code == 400
    assert "e" in answer.json()["fields"]["display_name"]


def test_the_address_is_not_saved_with_the_rest(as_, bob):
    for fields in ({"only": "email"}, {"display_name": "Robert"}):
        save(as_(bob), "/settings/", email="bob@example.org", **fields)
    bob.refresh_from_db()
    assert bob.email is None


def test_a_new_address_needs_the_password_again(as_, bob):
    browser = as_(bob)
    for answer in (browser.get("/settings/address/"), browser.post("/settings/address/", {"email": "x@example.org"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/")
    bob.refresh_from_db()
    assert bob.email is None


def test_without_script_the_whole_form_is_saved(as_, bob):
    page = as_(bob).post("/settings/", {"display_name": "Robert"}, follow=True)
    assert page.redirect_chain == [("/settings/", 302)]
    assert "Saved." in page.content.decode()
    bob.refresh_from_db()
    assert bob.display_name == "Robert"


def test_an_unchecked_switch_is_saved(as_, bob):
    save(as_(bob), "/settings/appearance/", only="single_keys")
    bob.refresh_from_db()
    assert bob.single_keys is False
    assert 'data-keys="off"' in as_(bob).get("/").content.decode()


@pytest.mark.parametrize(
    ("theme", "scheme", "sheet"),
    [
        ("auto", "light dark", 'tokens-dark.css" media="(prefers-color-scheme: dark)"'),
        ("dark", "dark", 'tokens-dark.css" media="all"'),
        ("light", "light", None),
    ],
)
def test_the_server_writes_the_theme(as_, bob, theme, scheme, sheet):
    answer = save(as_(bob), "/settings/appearance/", only="theme", theme=theme)
    assert answer.json()["reload"] is True
    html = as_(bob).get("/").content.decode()
    assert f'<meta name="color-scheme" content="{scheme}">' in html
    if sheet:
        assert sheet in html
    else:
        assert "tokens-dark" not in html


def test_a_theme_that_does_not_exist_is_refused(as_, bob):
    assert save(as_(bob), "/settings/appearance/", only="theme", theme="pink").status_code == 400


def test_density_reaches_the_page(as_, bob):
    save(as_(bob), "/settings/appearance/", only="density", density="compact")
    assert 'data-density="compact"' in as_(bob).get("/").content.decode()


def test_a_preference_moves_no_epoch(as_, bob):
    before = User.objects.get(pk=bob.pk).epoch
    save(as_(bob), "/settings/language/", only="time_zone", time_zone="Europe/Lisbon")
    bob.refresh_from_db()
    assert (bob.time_zone, bob.epoch) == ("Europe/Lisbon", before)
