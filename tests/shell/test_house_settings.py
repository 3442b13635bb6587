"""Each setting of the house is seen through the door where it matters, changed by administrators alone, and told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from collab.accounts import mails
from collab.accounts.actions import people
from collab.accounts.models import User
from collab.events.models import AuditEntry
from collab.lib.errors import BadInput, Forbidden
from collab.lib.hues import HUES, TONES, linear
from collab.registry import house
from collab.rights import link_changes, links
from collab.rights.right import READER, Right
from collab.shell import house_pages
from collab.spaces.models import Space
from files import sweeping
from files.actions import thinning
from files.models import Version
from tests import town as make
from tests.accounts.people import PASSWORD, basic, make_person, sign_in
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
SETTINGS = "/administration/settings/"


def save(browser, section, key, *values):
    return browser.post(
        f"{SETTINGS}{section}/", {"only": key, key: list(values)}, headers={"accept": "application/json"}
    )


def test_every_declared_setting_has_a_page_and_a_field_that_takes_its_default():
    for key, setting in house.declared().items():
        assert house_pages.section_of(setting) in {*house_pages.SECTIONS, ""}, key
        assert setting.field().clean(setting.default) in (setting.default, setting.default or None, ""), key


@pytest.mark.parametrize("section", house_pages.SECTIONS)
def test_every_page_is_for_administrators_alone(as_, admin, bob, section):
    manager = make.make_user("paul", "space_manager")
    assert as_(admin).get(f"{SETTINGS}{section}/").status_code == 200
    for person in (bob, manager):
        assert as_(person).get(f"{SETTINGS}{section}/").status_code == 403
        assert as_(person).post(f"{SETTINGS}{section}/", {}).status_code == 403
    assert as_(admin).get(f"{SETTINGS}nothing/").status_code == 404


def test_one_field_is_saved_told_and_undone(as_, admin):
    browser = as_(admin)
    answer = save(browser, "files", "files.trash_days", "90").json()
    assert answer["saved"]
    assert answer["toast"]["undo"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.kind, entry.subject_name, entry.details) == (
        "setting",
        "files.trash_days",
        {"before": 30, "after": 90},
    )
    assert browser.post(answer["toast"]["undo"], answer["toast"]["fields"]).status_code == 302
    house.forget()
    assert house.get("files.trash_days") == 30
    assert browser.post(answer["toast"]["undo"], {"token": "x"}).status_code == 409


def test_a_wrong_value_says_why_beside_its_field(as_, admin):
    answer = save(as_(admin), "files", "files.trash_days", "0")
    assert answer.status_code == 400
    assert "files.trash_days" in answer.json()["fields"]
    assert save(as_(admin), "files", "house.name", "x").status_code == 404, "each on its own page"


def test_without_script_the_page_saves_all_its_fields(as_, admin):
    fields = {setting.key: house.get(setting.key) or "" for setting in house_pages.settings_of("files")}
    page = as_(admin).post(f"{SETTINGS}files/", fields | {"files.trash_days": "60"}, follow=True)
    assert "Saved." in page.content.decode()
    assert "Undo" in page.content.decode()
    assert house.get("files.trash_days") == 60
    wrong = as_(admin).post(f"{SETTINGS}files/", fields | {"files.trash_days": "x"})
    assert wrong.status_code == 400
    assert "field__error" in wrong.content.decode()


@pytest.mark.parametrize("name", ["", "x" * 61, "a\x00b", 'a"b', "<script>"])
def test_a_name_that_no_mail_could_bear_is_refused(as_, admin, name):
    assert save(as_(admin), "general", "house.name", name).status_code == 400


def test_the_name_of_the_house_is_everywhere(as_, admin, client, settings):
    save(as_(admin), "general", "house.name", "Amicale des Lilas")
    assert "<h1>Amicale des Lilas</h1>" in client.get("/accounts/login/").content.decode()
    assert "Amicale des Lilas" in as_(admin).get("/").content.decode()
    assert client.get("/status.php").json()["productname"] == "Amicale des Lilas"
    found = client.get("/ocs/v2.php/cloud/capabilities?format=json", headers={"OCS-APIRequest": "true"}).json()
    assert found["ocs"]["data"]["capabilities"]["theming"]["name"] == "Amicale des Lilas"
    mails.send_test("x@example.org")
    assert mail.outbox[0].from_email.startswith("Amicale des Lilas <")
    assert "Amicale des Lilas" in mail.outbox[0].subject


def test_mails_come_from_whom_the_house_says(as_, admin):
    save(as_(admin), "mail", "mail.sender", "Le bureau, été")
    mails.send_test("x@example.org")
    assert "Le bureau" in mail.outbox[0].message()["From"] or "utf-8" in mail.outbox[0].message()["From"]
    assert mails.sender().endswith(">")


@pytest.mark.parametrize("hue", HUES)
def test_the_colour_is_that_of_the_stylesheet_and_easy_to_read(as_, admin, client, hue):
    save(as_(admin), "general", "house.hue", hue)
    assert f'data-accent="{hue}"' in client.get("/accounts/login/").content.decode()
    css = (Path(__file__).parents[2] / "static/shell/css/tokens.css").read_text()
    angle, chroma = re.search(rf'\[data-accent="{hue}"\] {{ --hue: (\S+); --chroma: (\S+); }}', css).groups()
    assert (float(angle), float(chroma)) == TONES[hue]
    degrees, chroma = TONES[hue]
    light, dark = linear(0.455, chroma * 0.9, degrees), linear(0.8, chroma * 0.6, degrees)
    white, sheet, tint = (1, 1, 1), linear(0.222, 0.01, 245), linear(0.95, chroma * 0.16, degrees)
    pairs = [(light, white), (light, tint), (dark, sheet), (dark, linear(0.2, 0.03, degrees)),
             (dark, linear(0.305, chroma * 0.35, degrees)), (linear(0.36, chroma * 0.7, degrees), tint)]  # fmt: skip
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def contrast(one, other):
    shine = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (shine[1] + 0.05) / (shine[0] + 0.05)


def test_a_language_that_is_not_offered_is_not_spoken(as_, admin, client, bob):
    User.objects.filter(pk=bob.pk).update(language="en")
    save(as_(admin), "general", "house.languages", "fr")
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert page["Content-Language"] == "fr"
    assert "English" not in page.content.decode()
    assert as_(bob).get("/")["Content-Language"] == "fr"
    assert as_(bob).post("/settings/language/", {"language": "en", "time_zone": ""}).status_code == 400
    assert save(as_(admin), "general", "house.languages").status_code == 400, "one at least"


def test_the_language_of_the_house_is_for_those_who_said_nothing(as_, admin, client):
    save(as_(admin), "general", "house.language", "en")
    assert client.get("/accounts/login/", headers={"accept-language": "de"})["Content-Language"] == "en"


def test_passwords_are_as_long_and_as_hard_as_the_house_says(as_, admin, town):
    people.create_user(None, "before", password="cheval agrafe")
    save(as_(admin), "passwords", "accounts.password_length", "20")
    with pytest.raises(BadInput, match="20"):
        people.create_user(None, "after", password="cheval agrafe")
    save(as_(admin), "passwords", "accounts.password_length", "8")
    save(as_(admin), "passwords", "accounts.password_score", "4")
    with pytest.raises(BadInput):
        people.create_user(None, "after", password="tr0ub4dor")
    people.create_user(None, "after", password="seven quiet lamps hum")


@pytest.mark.parametrize("days", ["7", "65", "abc", ""])
def test_no_length_outside_of_its_bounds(as_, admin, days):
    assert save(as_(admin), "passwords", "accounts.password_length", days).status_code == 400


def test_one_stays_signed_in_as_long_as_the_house_says(as_, admin, client, town):
    save(as_(admin), "passwords", "accounts.session_days", "2")
    make_person("carol")
    answer = sign_in(client, "carol")
    assert answer.cookies["sessionid"]["max-age"] == "", "not without the tick"
    client = Client()
    answer = client.post("/accounts/login/", {"login": "carol", "password": PASSWORD, "remember": "on"})
    assert answer.cookies["sessionid"]["max-age"] == 2 * 24 * 3600
    assert client.session.get_expiry_age() == 2 * 24 * 3600


@pytest.fixture
def folder(town):
    return make.make_folder(town.alice, town.root, "Photos")


@pytest.mark.parametrize(
    ("makers", "may"),
    [("guest", True), ("member", True), ("space_manager", False), ("admin", False), ("nobody", False)],
)
def test_who_makes_links_is_as_the_house_says(as_, admin, alice, folder, makers, may):
    save(as_(admin), "links", "links.makers", makers)
    answer = as_(alice).post(f"/share/node/{folder.pk}/links/", {"role": "reader"})
    assert (answer.status_code == 302) is may
    if not may:
        assert "may not make public links" in as_(alice).get(f"/share/node/{folder.pk}/links/").content.decode()
        with pytest.raises(Forbidden):
            make.make_link(alice, folder)
    record = as_(alice).get("/ocs/v2.php/cloud/capabilities?format=json", headers={"OCS-APIRequest": "true"}).json()
    assert record["ocs"]["data"]["capabilities"]["files_sharing"]["public"]["enabled"] is may


def test_nobody_is_made_to_answer_for_a_link_that_they_may_not_make(as_, admin, alice, folder):
    link = make.make_link(alice, folder)
    gina = make.make_user("gina", "guest")
    make.share(alice, folder, gina, Right.SEE | Right.SHARE)
    save(as_(admin), "links", "links.makers", "member")
    with pytest.raises(Forbidden, match="Gina may not make public links"):
        links.hand_over_link(make.act(alice), make.fresh(folder), link, gina)
    save(as_(admin), "links", "links.makers", "nobody")
    assert link_changes.undo_of(make.act(alice), folder, link) == "", "no undo is offered that would be refused"


def test_a_link_needs_a_password_if_the_house_says_so(as_, admin, alice, folder):
    old = make.make_link(alice, folder)
    save(as_(admin), "links", "links.password", "on")
    browser = as_(alice)
    address = f"/share/node/{folder.pk}/links/"
    assert browser.post(address, {"role": "reader"}).status_code == 400
    assert browser.post(f"{address}{old.pk}/", {"role": "reader", "label": "x"}).status_code == 400
    assert browser.post(address, {"role": "reader", "password": "hunter2-hunter2"}).status_code == 302
    with pytest.raises(BadInput):
        make.make_link(alice, folder, Right.SEE)
    assert links.open_link(links.token_of(make.act(alice), old, folder)), "links that exist go on"


def test_a_link_ends_if_the_house_says_so(as_, admin, alice, folder):
    save(as_(admin), "links", "links.longest", "10")
    browser, address = as_(alice), f"/share/node/{folder.pk}/links/"
    today = timezone.localdate()
    assert browser.post(address, {"role": "reader"}).status_code == 400
    assert browser.post(address, {"role": "reader", "end": str(today + timedelta(days=11))}).status_code == 400
    assert browser.post(address, {"role": "reader", "end": str(today + timedelta(days=10))}).status_code == 302
    assert f'value="{today + timedelta(days=10)}"' in browser.get(address).content.decode()


def test_a_link_that_a_phone_makes_gets_the_end_of_the_house(as_, admin, town, folder):
    save(as_(admin), "links", "links.days", "5")
    make_person("carol")
    carol = User.objects.get(username="carol")
    make.share(town.alice, town.space, carol, Right.ALL)
    answer = (
        Client()
        .post(
            "/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json",
            {"path": "/Plans/Photos", "shareType": 3},
            headers={"OCS-APIRequest": "true"},
            **basic("carol", PASSWORD),
        )
        .json()
    )
    assert answer["ocs"]["data"]["expiration"].startswith(str(timezone.localdate() + timedelta(days=5)))


def test_new_spaces_get_the_room_that_the_house_gives(as_, admin, owner, town):
    save(as_(admin), "files", "spaces.personal_quota", "3")
    save(as_(admin), "files", "spaces.quota", "20")
    carol = people.create_user(None, "carol", password=PASSWORD)
    assert Space.objects.get(owner=carol).quota == 3 * 10**9
    as_(owner).post("/spaces/new/", {"name": "Garden"})
    assert Space.objects.get(name="Garden").quota == 20 * 10**9
    assert Space.objects.get(pk=town.space.pk).quota == 20 * 10**9, "it was given no room of its own"
    assert save(as_(admin), "files", "spaces.quota", "").status_code == 200
    assert house.get("spaces.quota") is None
    page = as_(owner).get("/administration/audit/?kind=house").content.decode()
    assert "How much room does a space get, in GB?” “20”, now “nothing”" in page


def test_the_trash_keeps_as_long_as_the_house_says(as_, admin, town):
    thrown = make.throw_away(town.alice, make.make_file(town.alice, town.root))
    make.age(type(thrown).objects.filter(pk=thrown.pk), "deleted_at", 40)
    save(as_(admin), "files", "files.trash_days", "60")
    assert sweeping.expire_trash() == 0
    assert "60" in as_(town.alice).get("/files/@plans/trash/").content.decode()
    save(as_(admin), "files", "files.trash_days", "30")
    assert sweeping.expire_trash() == 1


def test_versions_are_kept_as_long_as_the_house_says(as_, admin, town):
    for content in (b"1", b"22", b"333", b"4444"):  # the first of an hour stays, and the last of all
        node = make.make_file(town.alice, town.root, "a.txt", content)
    make.age(Version.objects.filter(node=node), "created_at", 3)
    save(as_(admin), "files", "files.versions_all_days", "5")
    assert thinning.thin() == 0
    save(as_(admin), "files", "files.versions_all_days", "1")
    assert thinning.thin() == 1
    assert sorted(Version.objects.filter(node=node).values_list("size", flat=True)) == [1, 3]


def test_administrators_stay_out_if_the_house_says_so(as_, admin, town):
    assert "Take charge" in as_(admin).get("/administration/spaces/").content.decode()
    save(as_(admin), "people", "spaces.admin_access", "metadata_only")
    page = as_(admin).get("/administration/spaces/").content.decode()
    assert "Plans" in page
    assert "Take charge" not in page
    assert as_(admin).post(f"/administration/spaces/{town.space.pk}/charge/").status_code == 403
    assert not make.mask_on(admin, town.space)


@pytest.mark.parametrize("who", ["nobody", "others"])
def test_an_app_that_is_off_is_not_there_and_keeps_what_is_in_it(as_, admin, town, folder, who):
    group = make.make_group("Board", town.alice)
    save(as_(admin), "apps", "files.who", *([str(group.principal.pk)] if who == "others" else []))
    for address in ("/files/", "/files/@plans/", f"/share/node/{folder.pk}/", f"/f/{folder.pk}"):
        answer = as_(town.bob).get(address)
        assert answer.status_code == 404, address
        assert "switched off" in answer.content.decode(), address
    for address in ("/", f"/spaces/{town.space.pk}/"):
        assert 'href="/files/' not in as_(town.bob).get(address).content.decode(), address
    assert as_(town.alice).get("/files/").status_code == (200 if who == "others" else 404)
    save(as_(admin), "apps", "files.who", "all")
    assert as_(town.bob).get(f"/f/{folder.pk}").status_code == 302, "all is there again"


def test_an_app_that_is_off_is_off_for_devices_too(as_, admin, town):
    phone = device(town.bob)
    assert phone.propfind().status == 207
    save(as_(admin), "apps", "files.who")
    for path in ("", "/dav/", "/remote.php/webdav/", "/remote.php/dav/trashbin/bob/trash/"):
        assert phone.propfind(path).status == 404, path
    shares = Client().get(
        "/ocs/v2.php/apps/files_sharing/api/v1/shares",
        headers={"OCS-APIRequest": "true"},
        **basic("bob", "bob-password"),
    )
    assert shares.status_code == 404


def test_a_link_into_an_app_that_is_off_for_all_opens_nothing(as_, admin, town, folder):
    link = make.make_link(town.alice, folder)
    token = links.token_of(make.act(town.alice), link, folder)
    save(as_(admin), "apps", "files.who")
    assert Client().get(f"/s/{token}/").status_code == 404
    save(as_(admin), "apps", "files.who", str(town.team.principal.pk))
    assert Client().get(f"/s/{token}/").status_code == 200


def test_what_is_not_an_app_cannot_be_switched_off():
    switches = {key for key, setting in house.declared().items() if setting.page == "apps"}
    assert switches == {f"{slug}.who" for slug in ("calendars", "chat", "files", "polls", "sample")}


def test_a_space_manager_sees_their_spaces_and_no_setting_of_the_house(as_, town):
    manager = make.make_user("paul", "space_manager")
    make.make_space(manager, "Choir")
    page = as_(manager).get("/administration/").content.decode()
    assert "Choir" in page
    assert "Plans" not in page
    assert "/administration/settings/" not in page
    assert as_(town.bob).get("/administration/").status_code == 403


def test_rights_do_not_bend_to_a_colour(as_, admin, town):
    make.share(town.alice, town.space, town.eve, READER.mask)
    assert save(as_(town.eve), "general", "house.hue", "prune").status_code == 403
    assert house.get("house.hue") == "petrole"
