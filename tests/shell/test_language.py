"""Two complete languages; each person reads theirs, at their own hour."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from collab.shell.templatetags.shell import filesize, when, when_exactly
from scripts.compile_messages import parse

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def visitor(language):
    return Client(headers={"accept-language": language})


@pytest.mark.django_db
def test_a_visitor_reads_the_language_of_the_browser():
    assert 'lang="fr"' in visitor("fr").get("/accounts/login/").content.decode()
    assert "Se connecter" in visitor("fr").get("/accounts/login/").content.decode()
    assert "Sign in" in visitor("en").get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_browser_of_another_tongue_gets_the_language_of_the_house():
    assert 'lang="fr"' in visitor("ja").get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_visitor_switches_the_language():
    browser = visitor("fr")
    page = browser.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert page["Location"] == "/accounts/login/"
    assert 'lang="en"' in browser.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_switching_never_leads_to_another_site():
    page = visitor("fr").post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert page["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing():
    page = visitor("fr").post("/language/", {"language": "xx"})
    assert settings.LANGUAGE_COOKIE_NAME not in page.cookies


def test_the_choice_of_a_person_wins_over_the_browser(as_, bob):
    browser = as_(bob, "fr")
    browser.post("/language/", {"language": "en"})
    bob.refresh_from_db()
    assert bob.language == "en"
    assert "Hello Bob" in browser.get("/", headers={"accept-language": "fr"}).content.decode()


def test_hours_are_those_of_the_person(as_, bob):
    bob.time_zone = "Pacific/Auckland"
    bob.save()
    with timezone.override("Pacific/Auckland"):
        before = timezone.localtime()
        page = as_(bob).get("/settings/language/").content.decode()
        moments = (before, timezone.localtime())  # a minute may end in between
    assert f"{before:%Y}" in page
    shapes = ("%-I:%M", "%-H:%M", "%H:%M")
    assert any(moment.strftime(shape) in page for moment in moments for shape in shapes)


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 bytes", "0 octets"),
        (1, "1 byte", "1 octet"),
        (999, "999 bytes", "999 octets"),
        (1000, "1 KB", "1 Ko"),
        (1234, "1.2 KB", "1,2 Ko"),
        (9_960, "10 KB", "10 Ko"),
        (86_000, "86 KB", "86 Ko"),
        (999_960, "1 MB", "1 Mo"),
        (1_200_000_000, "1.2 GB", "1,2 Go"),
        (41_000_000_000, "41 GB", "41 Go"),
    ],
)
def test_sizes_are_short_and_read_as_people_write_them(count, english, french):
    with translation.override("en"):
        assert filesize(count).replace("\xa0", " ") == english
    with translation.override("fr"):
        assert filesize(count).replace("\xa0", " ") == french


def test_moments_are_short_with_the_whole_date_beside():
    today = timezone.localtime()
    with translation.override("fr"):
        assert "à " in when(today)
        assert "hier" in when(today - timedelta(days=1))
        assert "12 nov. 2019" in when(datetime(2019, 11, 12, 9, 12, tzinfo=UTC)).replace("\xa0", " ")
        assert 'datetime="2019' in when(datetime(2019, 11, 12, 9, 12, tzinfo=UTC))
        assert when(None) == ""


def test_a_moment_to_come_has_its_day_and_its_hour():
    soon = timezone.localtime().replace(hour=8, minute=5)
    with translation.override("fr"):
        assert ">à 8:05<" in when_exactly(soon)
        assert ">demain à 8:05<" in when_exactly(soon + timedelta(days=1))
        assert ">30 nov. 2099 à 8:05<" in when_exactly(soon.replace(2099, 11, 30)).replace("\xa0", " ")


def test_french_signs_stay_on_the_line_of_their_word():
    """What stands before ; ? ! and inside « » is a no-break space; few new texts may wait for the next look at all."""
    told = re.findall(r'^(?:msgstr.*|".*")$', CATALOGUE.read_text(encoding="utf-8"), re.M)
    assert len([line for line in told if re.search(r"« |[\wé%)] [?!;](?=[ \"])", line)]) < 60


def test_every_message_has_its_french():
    text = CATALOGUE.read_text(encoding="utf-8")
    assert "fuzzy" not in text
    assert re.findall(r'^msgid "(.+)"\n(?:msgid_plural .*\n)?msgstr(?:\[\d\])? ""\n(?!")', text, re.M) == []


def test_every_text_of_the_templates_is_in_the_catalogue():
    known = {key.split("\x04")[-1].split("\0")[0] for key in parse(CATALOGUE.read_text(encoding="utf-8"))}
    used = set()
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        used |= set(re.findall(r'{% trans(?:late)? "([^"]+)"', template.read_text(encoding="utf-8")))
    assert sorted(used - known) == []
