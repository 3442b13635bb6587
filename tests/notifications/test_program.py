"""The house as a program on a device: manifest, service worker, offline page, what it receives."""

import gzip
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from collab.notifications.models import Follow
from collab.registry import house
from tests import town as make

pytestmark = pytest.mark.django_db


def shell_of(script):
    return json.loads(re.match(r"const SHELL = (.+);\n", script)[1])


def test_the_manifest_has_the_name_the_colour_and_the_language_of_the_house(client, town):
    house.put("house.name", "Les Amis du Sport")
    house.put("house.hue", "brique")
    client.force_login(town.bob)
    answer = client.get("/manifest.webmanifest", headers={"accept-language": "fr"})
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["short_name"], told["lang"]) == ("Les Amis du Sport", "Les Amis du", "fr")
    assert told["theme_color"] != "#146075"
    assert {one["name"]: one["url"] for one in told["shortcuts"]}["Fichiers"] == "/files/"
    target = told["share_target"]
    assert (target["action"], target["method"], target["enctype"]) == ("/receive/", "POST", "multipart/form-data")
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_strangers_get_a_manifest_without_apps(client, db):
    assert [one["url"] for one in client.get("/manifest.webmanifest").json()["shortcuts"]] == ["/notifications/"]


def test_pages_name_the_manifest_and_ask_for_it_with_their_session(client, town):
    client.force_login(town.bob)
    assert (
        '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">'
        in client.get("/").content.decode()
    )


def test_the_worker_stands_at_the_top_and_is_looked_for_anew(client, db):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    shell = shell_of(answer.content.decode())
    for address in shell["files"]:
        assert finders.find(address.removeprefix("/static/")), address
    assert len(gzip.compress(answer.content)) < 4000


def test_its_version_moves_with_what_it_keeps(client, db, monkeypatch):
    from collab.shell.views import program

    before = shell_of(client.get("/sw.js").content.decode())["version"]
    assert shell_of(client.get("/sw.js").content.decode())["version"] == before
    monkeypatch.setattr(program, "static", lambda name: f"/static/{name}?2")
    assert shell_of(client.get("/sw.js").content.decode())["version"] != before


@pytest.mark.parametrize(("language", "words"), [("fr", "Pas de connexion"), ("en", "No connection")])
def test_the_page_for_no_connection_speaks_the_persons_language_and_names_nobody(client, town, language, words):
    town.bob.language = language
    town.bob.save()
    client.force_login(town.bob)
    answer = client.get("/offline/")
    page = answer.content.decode()
    assert words in page
    assert answer["Content-Language"] == language
    assert "Bob" not in page
    assert "csrf" not in page
    assert town.bob.username not in page


def test_what_is_shared_before_the_worker_is_there_is_not_read_and_said_so(town):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(town.bob)
    answer = browser.post("/receive/", {"text": "hello"})
    assert answer.status_code == 400
    assert "Nothing was stored" in answer.content.decode()


def test_files_receive_what_is_shared(client, town):
    client.force_login(town.bob)
    assert client.get("/receive/").url == "/files/receive/"
    page = client.get("/files/receive/", headers={"accept-language": "en"}).content.decode()
    assert f"?into={town.root.pk}" in page
    page = client.get(f"/files/receive/?into={town.root.pk}", headers={"accept-language": "en"}).content.decode()
    assert f'href="/files/@{town.space.slug}/?received=1"' in page


def test_who_may_only_look_at_a_folder_puts_nothing_there(client, town):
    make.share(town.alice, town.space, town.eve)
    client.force_login(town.eve)
    page = client.get(f"/files/receive/?into={town.root.pk}").content.decode()
    assert "received=1" not in page
    stranger = make.make_user("stan")
    client.force_login(stranger)
    assert client.get(f"/files/receive/?into={town.root.pk}").status_code == 404


def test_an_app_that_is_off_receives_nothing(client, town):
    house.put("files.who", [])
    client.force_login(town.bob)
    page = client.get("/receive/", headers={"accept-language": "en"}).content.decode()
    assert "Nothing here can receive it" in page
    assert not Follow.objects.exists()
