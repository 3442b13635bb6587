"""The bell and its page, the control of a place, and the settings, as people use them; with and without script."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from collab.accounts.actions import invitations
from collab.accounts.models import Rank
from collab.notifications.models import Device, Follow, Level, Notification, Reach
from collab.rights.right import READER
from tests import town as make
from tests.notifications.hearing import follow, heard, lines_of, unread

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bob(quiet):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(quiet.bob)
    browser.person = quiet.bob
    return browser


@pytest.fixture
def told(quiet):
    """Bob follows the space, and alice has put a file there."""
    follow(quiet.bob, quiet.space)
    file = make.make_file(quiet.alice, quiet.root, "tents.txt")
    heard(quiet.bob)
    return file


def html(browser, address, **options):
    answer = browser.get(address, **options)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def badge(page):
    bell = re.search(r"<a class=\"rail__item\"[^>]*data-bell.*?</a>", page, re.DOTALL)[0]
    found = re.search(r'<span class="badge">([^<]*)<', bell)
    return found[1] if found else ""


def test_the_bell_of_every_page_counts_what_is_new(bob, quiet, told):
    assert badge(html(bob, "/")) == "1"
    assert "Notifications: 1 new" in html(bob, "/files/")
    other = Client()
    other.force_login(quiet.eve)
    assert badge(html(other, "/")) == ""


def test_the_page_tells_who_what_where_and_why(bob, told):
    page = html(bob, "/notifications/")
    assert "<strong>Alice</strong> added it" in page
    assert "tents.txt" in page
    assert "because you follow Plans" in page
    assert '<h2 class="caption notice__day">today</h2>' in re.sub(r"<time[^>]*>|</time>", "", page)


def test_following_a_line_opens_the_thing_and_reads_it(bob, told):
    row = Notification.objects.get(person=bob.person)
    answer = bob.get(f"/notifications/{row.pk}/")
    assert answer.status_code == 302
    assert "tents.txt" in html(bob, answer.url, follow=True)
    assert badge(html(bob, "/")) == ""


def test_all_is_read_at_once_and_that_can_be_undone(bob, quiet, told):
    bob.post("/notifications/read/")
    page = html(bob, "/notifications/")
    assert unread(bob.person) == 0
    moment = re.search(r'name="at" value="([^"]+)"', page)[1]
    bob.post("/notifications/unread/", {"at": moment})
    assert unread(bob.person) == 1


def test_one_is_marked_as_read_and_as_new_again(bob, told):
    row = Notification.objects.get(person=bob.person)
    bob.post(f"/notifications/{row.pk}/read/")
    assert unread(bob.person) == 0
    bob.post(f"/notifications/{row.pk}/read/", {"unread": "1"})
    assert unread(bob.person) == 1


def test_a_place_is_muted_from_its_line_and_that_can_be_undone(bob, quiet, told):
    page = html(bob, "/notifications/")
    assert "Mute “Plans”" in page
    assert "Follow “Plans” no more" in page
    address = reverse("shell:notifications-level", args=["space", quiet.space.pk])
    answer = bob.post(address, {"level": "mute", "next": "/notifications/"}, follow=True)
    page = answer.content.decode()
    assert "“Plans” is muted" in page
    undo = re.search(r'<input type="hidden" name="level" value="(\w*)">', page)[1]
    assert undo == "follow"
    bob.post(address, {"level": undo})
    assert Follow.objects.get(person=bob.person).level == Level.FOLLOW


def test_filters_and_pages(bob, quiet, monkeypatch):
    follow(quiet.bob, quiet.space)
    for number in range(3):
        make.make_file(quiet.alice, make.make_folder(quiet.alice, quiet.root, f"f{number}"), f"file{number}.txt")
    make.share(quiet.alice, make.make_folder(quiet.alice, quiet.root, "Mine"), quiet.bob, READER.mask)
    heard(quiet.bob)
    from collab.notifications import finding

    mine = html(bob, "/notifications/?show=mine")
    assert "shared this with you" in mine
    assert "file0.txt" not in mine
    assert "file0.txt" in html(bob, "/notifications/?show=followed")
    monkeypatch.setattr(finding.page, "__defaults__", (2,))
    seen, address = [], "/notifications/?show=followed"
    while address:
        page = html(bob, address)
        seen += re.findall(r"file\d\.txt|f\d(?=</strong>)", page)
        more = re.search(r'href="(\?show=followed&amp;after=[^"]+)"', page)
        address = "/notifications/" + more[1].replace("&amp;", "&") if more else ""
    assert {"file0.txt", "file1.txt", "file2.txt"} <= set(seen)
    assert bob.get("/notifications/?after=nonsense").status_code == 400


def test_nothing_yet_teaches_how_one_hears_of_something(bob):
    page = html(bob, "/notifications/")
    assert "Nothing for you yet" in page
    assert "choose “Follow”" in page


def test_nobody_reads_or_moves_what_is_told_to_others(quiet, told):
    row = Notification.objects.get(person=quiet.bob)
    eve = Client()
    eve.force_login(quiet.eve)
    assert eve.get(f"/notifications/{row.pk}/").status_code == 404
    assert eve.post(f"/notifications/{row.pk}/read/").status_code == 404
    eve.post("/notifications/read/")
    assert unread(quiet.bob) == 1


def test_a_place_that_one_may_not_see_cannot_be_followed(quiet):
    eve = Client()
    eve.force_login(quiet.eve)
    for kind, pk in (("space", quiet.space.pk), ("node", quiet.root.pk), ("node", 10**9), ("nothing", 1)):
        assert eve.post(f"/notifications/level/{kind}/{pk}/", {"level": "follow"}).status_code == 404
        assert eve.get(f"/notifications/level/{kind}/{pk}/").status_code == 404
    assert not Follow.objects.exists()


def test_an_unknown_level_is_refused(bob, quiet):
    assert bob.post(f"/notifications/level/space/{quiet.space.pk}/", {"level": "scream"}).status_code == 400


def test_every_place_has_the_one_control(bob, quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Summer")
    file = make.make_file(quiet.alice, quiet.root, "tents.txt")
    of_space, of_folder = f"/notifications/level/space/{quiet.space.pk}/", f"/notifications/level/node/{folder.pk}/"
    for where in ("", "members/", "activity/"):
        page = html(bob, f"/spaces/{quiet.space.pk}/{where}")
        assert f'hx-post="{of_space}"' in page
        assert 'aria-pressed="true">Normal</button>' in page
    assert f'hx-post="/notifications/level/node/{file.pk}/"' in html(bob, f"/files/@{quiet.space.slug}/?open={file.pk}")
    # the menu of a folder fetches it when it is opened
    assert f'hx-get="{of_space}"' in html(bob, f"/files/@{quiet.space.slug}/")
    assert f'hx-get="{of_folder}"' in html(bob, f"/files/@{quiet.space.slug}/Summer")
    assert html(bob, of_folder, headers=HTMX).startswith("<form")
    assert "<h1>Summer</h1>" in html(bob, of_folder)  # without script


def test_the_control_says_from_where_its_level_comes(bob, quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Summer")
    follow(quiet.bob, quiet.space)
    page = html(bob, f"/notifications/level/node/{folder.pk}/")
    assert "You hear of everything that happens here." in page
    assert "As in “Plans”." in page


def test_with_script_the_control_alone_is_drawn_again_with_its_toast(bob, quiet):
    answer = bob.post(f"/notifications/level/space/{quiet.space.pk}/", {"level": "follow"}, headers=HTMX)
    page = answer.content.decode()
    assert page.startswith("<form")
    assert 'value="follow" aria-pressed="true"' in page
    assert "You follow “Plans”" in page
    assert "data-undo" in page


def test_an_undone_choice_goes_back_to_what_counts_above(bob, quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Summer")
    bob.post(f"/notifications/level/node/{folder.pk}/", {"level": "mute"})
    bob.post(f"/notifications/level/node/{folder.pk}/", {"level": ""})
    assert not Follow.objects.exists()


def test_one_never_leaves_for_another_site(bob, quiet):
    answer = bob.post(
        f"/notifications/level/space/{quiet.space.pk}/", {"level": "follow", "next": "https://evil.test/"}
    )
    assert answer.url == "/notifications/"


def test_the_settings_are_saved_field_by_field(bob, settings):
    settings.MAIL_URL = "smtp://mail.example.org"
    page = html(bob, "/settings/notifications/")
    assert "How shall we reach you?" in page
    for name, value in (("mail", "weekly"), ("hour", "18"), ("weekday", "4"), ("discreet", "on")):
        answer = bob.post(
            "/settings/notifications/", {"only": name, name: value}, headers={"accept": "application/json"}
        )
        assert answer.json() == {"saved": True}
    bob.post("/settings/notifications/", {"only": "mail_kinds", "mail_kinds": ["shared", "rank"]})
    reach = Reach.objects.get(person=bob.person)
    assert (reach.mail, reach.hour, reach.weekday, reach.discreet) == ("weekly", 18, 4, True)
    assert {kind for kind, chosen in reach.mail_kinds.items() if chosen} == {"shared", "rank"}
    assert reach.push_kinds == {}
    assert "Who asks for an account" not in page  # that is for who decides on it
    for name, value in (("mail", "hourly!"), ("hour", "24"), ("weekday", "-1"), ("mail_kinds", "nothing")):
        answer = bob.post("/settings/notifications/", {"only": name, name: value})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [name])


def test_without_script_the_settings_are_one_form(bob):
    everything = {"mail": "hourly", "hour": "7", "weekday": "1", "mail_kinds": ["shared"], "push_kinds": []}
    assert bob.post("/settings/notifications/", everything).status_code == 302
    reach = Reach.objects.get(person=bob.person)
    assert (reach.mail, reach.discreet) == ("hourly", False)
    assert [kind for kind, chosen in reach.mail_kinds.items() if chosen] == ["shared"]
    assert not any(reach.push_kinds.values())


def test_a_house_without_mail_says_so(bob):
    assert "This house sends no mail at present" in html(bob, "/settings/notifications/")


def test_a_browser_is_added_listed_and_removed_with_undo(bob):
    from collab.notifications.webpush import b64
    from tests.notifications.test_push import Browser

    browser = Browser()
    body = {"endpoint": "https://push.example.org/a", "keys": {"p256dh": b64(browser.point), "auth": b64(browser.auth)}}
    address = "/settings/notifications/devices/"
    answer = bob.post(address, json.dumps(body), content_type="application/json", headers={"user-agent": "Firefox/140"})
    assert answer.status_code == 201
    assert "Firefox" in html(bob, "/settings/notifications/")
    pk = answer.json()["id"]
    bob.post(f"{address}{pk}/remove/")
    assert Device.objects.get().revoked_at is not None
    assert f"{address}{pk}/restore/" in html(bob, "/settings/notifications/")
    bob.post(f"{address}{pk}/restore/")
    assert Device.objects.get().revoked_at is None
    for wrong in ("", "[]", "{}", "[" * 3000, json.dumps(body | {"endpoint": "http://10.0.0.1/"}), "x" * 5000):
        assert bob.post(address, wrong, content_type="application/json").status_code == 400
    eve = Client()
    eve.force_login(make.make_user("eva"))
    assert eve.post(f"{address}{pk}/remove/").status_code == 404


def test_who_was_invited_and_came_is_told_to_who_invited(quiet):
    olivia = make.make_user("olivia", Rank.OWNER)
    one = invitations.invite_by_link(olivia, invitations.Terms(rank=Rank.MEMBER))
    token = invitations.path_of(olivia, one).rstrip("/").rpartition("/")[2]
    invitations.accept(token, display_name="Marie", password="four ordinary words in a row")
    assert heard(olivia) == ["Marie accepted your invitation"]


def test_who_decides_on_accounts_hears_that_somebody_asks(quiet, client):
    from collab.accounts.actions import registrations
    from collab.registry import house

    olivia, adam = make.make_user("olivia", Rank.OWNER), make.make_user("adam", Rank.ADMIN)
    house.put("accounts.registration", "approval")
    registrations.ask("Marie", "marie@example.org", "four ordinary words in a row")
    registrations.ask("Luc", "luc@example.org", "four other words in a row")
    assert heard(olivia) == heard(adam) == ["2 people ask for an account"]
    registrations.refuse(adam, registrations.Registration.objects.get(display_name="Luc"))
    assert heard(olivia) == ["Marie asks for an account"]
    registrations.approve(adam, registrations.Registration.objects.get(display_name="Marie"))
    assert heard(olivia) == []
    assert heard(quiet.bob) == []


def test_files_that_came_by_ones_link_are_told_once(quiet):
    from collab.rights import drops
    from collab.rights.right import DROP_BOX

    box = make.make_folder(quiet.alice, quiet.root, "Box")
    link = make.make_link(quiet.alice, box, DROP_BOX.mask)
    drops.note_from_device(link, "Box", "a.pdf", 10)
    drops.note_from_device(link, "Box", "b.pdf", 10)
    make.age(drops.Drop.objects, "changed_at", 1)
    drops.tell()
    assert heard(quiet.alice) == ["2 files arrived by your link · Box"]
    assert lines_of(quiet.alice)[0].why == "because you made the link"


def test_an_account_that_goes_takes_what_it_was_told_along(quiet, told):
    from collab.accounts.actions import people

    olivia = make.make_user("olivia", Rank.OWNER)
    people.deactivate(olivia, quiet.bob)
    people.delete(olivia, quiet.bob, erase=True)
    assert not Notification.objects.filter(person_id=quiet.bob.pk).exists()
    assert not Follow.objects.exists()


def test_what_is_old_is_forgotten_at_night(quiet, told):
    from collab.notifications import sweeping

    gone = make.make_folder(quiet.alice, quiet.root, "Gone")
    follow(quiet.bob, gone)
    Follow.objects.filter(object_id=gone.pk, kind="node").update(object_id=10**9)
    sweeping.sweep()
    assert Notification.objects.filter(person=quiet.bob).exists()
    assert [one.kind for one in Follow.objects.all()] == ["space"]
    make.age(Notification.objects, "last_at", 91)
    sweeping.sweep()
    assert not Notification.objects.exists()


def test_a_space_that_is_erased_takes_what_was_told_of_it_along(quiet, told):
    from collab.spaces import actions as spaces

    olivia = make.make_user("olivia", Rank.OWNER)
    spaces.archive(make.act(olivia), quiet.space)
    spaces.delete(make.act(olivia), make.fresh(quiet.space), "Plans")
    heard(quiet.alice)
    make.change(quiet.space, delete_at=make.in_hours(-1))
    spaces.erase_due()
    assert not Notification.objects.filter(space_id=quiet.space.pk).exists()
    assert not Follow.objects.filter(kind="space").exists()
