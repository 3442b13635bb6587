"""A script sends what is dropped off file by file: one sending, one receipt, the limits counted over all of it."""

from __future__ import annotations

import pytest
from django.test import Client

from collab.rights import drops
from collab.rights.models import Drop, Letter
from collab.rights.right import DROP_BOX
from tests import town as make
from tests.files.test_public_pages import MULTIPART, address, form, inside
from tests.files.web import text

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def visitor():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def box(alice, root):
    return make.make_folder(alice, root, "Certificates")


def link_of(user, thing, **options):
    return address(user, make.make_link(user, thing, DROP_BOX.mask, **options), thing)


def part(visitor, url, *files, sending="one", email="", finish=False):
    fields = {"sending": sending, "email": email, **({"finish": "1"} if finish else {})}
    more = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    body = form(*files).replace(b"--b--\r\n", more + b"--b--\r\n")
    return visitor.generic("POST", url, body, content_type=MULTIPART, **JSON)


def test_parts_are_one_sending_with_one_receipt_by_mail(visitor, alice, box, post):
    url = link_of(alice, box, ask_mail=True, kinds=["pdf"])
    visitor.get(url)
    for number in range(3):
        answer = part(visitor, url, (f"{number}.pdf", b"%PDF-1.7 x"), email="m@example.org")
        assert answer.json()["refused"] == []
    refused = part(visitor, url, ("x.png", b"\x89PNG\r\n\x1a\n"), email="m@example.org").json()["refused"]
    assert refused[0][0] == "x.png"
    assert "not taken here" in refused[0][1]
    assert not Letter.objects.exists(), "more may come"
    over = part(visitor, url, email="m@example.org", finish=True)
    receipt = text(visitor.get(over.json()["location"]))
    assert "3 files received" in receipt
    assert "x.png" in receipt
    (drop,) = Drop.objects.all()
    assert (len(drop.stored), len(drop.refused), drop.mailed) == (3, 1, True)
    (letter,) = post()
    assert letter.to == ["m@example.org"]
    (sender,) = inside(box).values()
    assert len(inside(sender)) == 3


def test_limits_hold_over_the_parts(visitor, alice, box):
    url = link_of(alice, box, most_files=2, most_together=25)
    visitor.get(url)
    assert part(visitor, url, ("a.pdf", b"x" * 10)).json()["refused"] == []
    assert "in all" in part(visitor, url, ("b.pdf", b"x" * 20)).json()["refused"][0][1]
    assert part(visitor, url, ("c.pdf", b"x" * 10)).json()["refused"] == []
    assert "2 files a visit" in part(visitor, url, ("d.pdf", b"x")).json()["refused"][0][1]
    page = visitor.get(url).content.decode()
    assert 'data-files="0" data-most="2" data-together="5"' in page


def test_a_sending_that_breaks_off_is_told_to_who_answers_for_the_link(visitor, alice, box):
    url = link_of(alice, box)
    visitor.get(url)
    part(visitor, url, (".", b"refused first"))
    part(visitor, url, ("a.pdf", b"one"))
    (drop,) = Drop.objects.all()
    assert drop.told_at is None
    assert len(drop.stored) == 1


def test_a_new_sending_is_another_and_nobody_goes_on_with_anothers(visitor, alice, box):
    url = link_of(alice, box)
    visitor.get(url)
    part(visitor, url, ("a.pdf", b"one"))
    part(visitor, url, finish=True)
    part(visitor, url, ("b.pdf", b"two"), sending="two")
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    stranger.get(url)
    part(stranger, url, ("c.pdf", b"three"), sending="two")
    assert sorted(len(one.stored) for one in Drop.objects.all()) == [1, 1, 1]
    assert drops.sent(Drop.objects.first().link, Drop.objects.last().visit).files == 1


def test_what_is_wrong_with_the_form_is_said_of_the_form(visitor, alice, box):
    url = link_of(alice, box)
    visitor.get(url)
    body = form(("a.pdf", b"one"), name=" ")
    answer = visitor.generic("POST", url, body, content_type=MULTIPART, **JSON)
    assert answer.status_code == 400
    assert "Write your name" in answer.json()["detail"]
    assert part(visitor, url).status_code == 400, "no file, and nothing to finish"
