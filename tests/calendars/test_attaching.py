"""Files of the house attached to an event: chosen by walking or by name, shown by the rights of the file itself."""

from datetime import datetime

import pytest

from calendars import attaching
from calendars.models import CalendarObject
from collab.rights.right import READER
from tests import town as make
from tests.calendars import calendaring as fill

pytestmark = pytest.mark.django_db
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def meeting(town):
    sport = fill.calendar(town.alice, town.space)
    return fill.put(town.alice, sport, "Board", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 19))


def words(client, url):
    return client.get(url, **EN).content.decode()


def test_a_file_is_chosen_by_walking_and_stands_in_the_bytes_with_its_address(town, meeting, client):
    folder = make.make_folder(town.alice, town.root, "Minutes")
    file = make.make_file(town.alice, folder, 'plan "B".txt')
    client.force_login(town.alice)
    url = f"/calendars/events/{meeting.pk}/attach/"
    assert f"?space={town.space.pk}&" in words(client, url)
    assert f"?in={folder.pk}&" in words(client, f"{url}?space={town.space.pk}")
    assert f'value="{file.pk}"' in words(client, f"{url}?in={folder.pk}")
    assert f'value="{file.pk}"' in words(client, f"{url}?q=PLAN")
    answer = client.post(url, {"file": file.pk, "etag": meeting.etag}, follow=True, **EN)
    assert "is attached" in answer.content.decode()
    row = CalendarObject.objects.get(pk=meeting.pk)
    line = bytes(row.data).replace(b"\r\n ", b"")
    assert f"ATTACH;FILENAME=plan ^'B^'.txt:http://testserver/rights/thing/node/{file.pk}/".encode() in line
    # it is told by the name it has now, and taken off; a press on Undo puts it back
    page = words(client, f"/calendars/events/{meeting.pk}/")
    assert f'href="/rights/thing/node/{file.pk}/"' in page
    again = client.post(url, {"file": file.pk, "etag": meeting.etag}, **EN)
    assert again.status_code == 412, "somebody changed it meanwhile"
    gone = {"etag": row.etag, "attachment": f"http://testserver/rights/thing/node/{file.pk}/"}
    client.post(f"/calendars/events/{meeting.pk}/detach/", gone)
    row.refresh_from_db()
    assert b"ATTACH" not in bytes(row.data)
    client.post(f"/calendars/events/{meeting.pk}/undo/", {"etag": row.etag})
    row.refresh_from_db()
    assert b"ATTACH" in bytes(row.data)


def test_who_may_not_see_the_file_sees_its_name_and_cannot_open_or_attach_it(town, meeting, client):
    secret = make.make_file(town.alice, make.home(town.alice), "salaries.txt")
    client.force_login(town.alice)
    client.post(f"/calendars/events/{meeting.pk}/attach/", {"file": secret.pk, "etag": meeting.etag})
    make.share(town.alice, meeting.calendar, town.eve, READER.mask)
    client.force_login(town.eve)
    page = words(client, f"/calendars/events/{meeting.pk}/")
    assert "salaries.txt" in page
    assert "You may not see this file" in page
    assert f"/rights/thing/node/{secret.pk}/" not in page
    assert client.get(f"/calendars/events/{meeting.pk}/attach/").status_code == 403
    own = fill.put(town.eve, fill.personal(town.eve), "Mine", datetime(2026, 12, 1, 8), datetime(2026, 12, 1, 9))
    url = f"/calendars/events/{own.pk}/attach/"
    assert client.post(url, {"file": secret.pk, "etag": own.etag}).status_code == 404
    assert client.get(f"{url}?in={make.home(town.alice).pk}").status_code == 404
    assert f'value="{secret.pk}"' not in words(client, f"{url}?q=salaries")
    assert client.get(f"{url}?space={make.home(town.alice).space_id}").status_code == 404


def test_addresses_of_elsewhere_are_never_taken_for_ours(rf):
    request = rf.get("/")
    assert attaching.file_at(request, "http://testserver/rights/thing/node/7/") == 7
    for other in (
        "http://elsewhere/rights/thing/node/7/", "/rights/thing/node/7/", "http://testserver/rights/thing/calendar/7/",
        "http://testserver/files/7/", "http://[", "javascript:alert(1)", "http://testserver:81/rights/thing/node/7/",
    ):  # fmt: skip
        assert attaching.file_at(request, other) == 0, other
