"""A shared folder, and what tests of the sharing panel ask of its pages."""

import html as markup
import re

import pytest

from collab.rights.models import Grant
from collab.rights.right import Right
from tests import town as make

PANEL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "panel"}
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "share"}


@pytest.fixture
def folder(alice, root):
    return make.make_folder(alice, root, "Photos")


@pytest.fixture
def at(folder):
    return f"/share/node/{folder.pk}/"


@pytest.fixture
def sharer(alice, folder, town):
    """Somebody who reads and may share, no more."""
    user = make.make_user("sam")
    make.share(alice, folder, user, Right.SEE | Right.SHARE)
    return user


def mask(thing, who):
    """What the person or group was given on this very thing."""
    thing = make.fresh(thing)
    if (thing.acl.kind, thing.acl.object_id) != (thing.REF_KIND, thing.pk):
        return None
    return Grant.objects.filter(acl_id=thing.acl_id, principal=who.principal).values_list("rights", flat=True).first()


def words(page):
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def undo(browser, page):
    form = re.search(r'<form method="post" action="([^"]+)" data-undo>(.*?)</form>', page.content.decode(), re.S)
    fields = {name: markup.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[2])}
    return browser.post(form[1], fields)
