"""The pages on which public links are made, changed, copied, revoked and adopted; and those that list them all."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collab.accounts.models import User
from collab.rights.links import token_of
from collab.rights.models import Grant, Link
from collab.rights.right import DROP_BOX, EDITOR, READER, Right
from tests import town as make


@pytest.fixture
def folder(alice, root):
    return make.make_folder(alice, root, "Flyers")


@pytest.fixture
def web(as_, alice):
    return as_(alice)


def url(thing, name="links", *more):
    return reverse(f"shell:{name}", args=["node", thing.pk, *more])


def text(answer):
    return answer.content.decode()


def opens(user, link, thing):
    path = reverse("shell:link", args=[token_of(make.act(user), link, make.fresh(thing))])
    return Client().get(path).status_code == 200


def undo(web, answer):
    """Press Undo in the toast of the page that follows."""
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    assert toast.undo
    return web.post(toast.undo, toast.fields)


def test_a_link_is_made_listed_and_opens(web, alice, folder):
    assert "No public link yet" in text(web.get(url(folder)))
    tomorrow = timezone.localdate() + timedelta(days=1)
    sent = {"role": "reader", "label": "For the press", "password": "trois lapins", "end": tomorrow, "uses_left": "7"}
    answer = web.post(url(folder), sent)
    link = Link.objects.get()
    grant = Grant.objects.get(principal=link.principal)
    assert (answer.status_code, grant.rights, link.uses_left, link.label) == (302, READER.mask, 7, "For the press")
    assert timezone.localtime(grant.expires_at).strftime("%d %H:%M") == tomorrow.strftime("%d 23:59")
    shown = text(web.get(url(folder)))
    for said in ("For the press", "Can view", "with a password", "7 openings left", "0 visits", "made by Alice"):
        assert said in shown
    public = re.search(r"data-text[^>]*>(http[^<]+)</code>", shown)[1]
    assert "asks for its password" in text(Client(HTTP_ACCEPT_LANGUAGE="en").get(urlsplit(public).path))
    code = web.get(url(folder, "link-qr", link.pk))
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content


def test_a_link_may_have_a_readable_address_that_no_other_has(web, alice, bob, as_, folder, root):
    assert web.post(url(folder), {"role": "reader", "address": "summer-fair"}).status_code == 302
    assert Client().get("/s/summer-fair/").status_code == 200
    assert "/s/summer-fair/" in text(web.get(url(folder)))
    other = make.make_folder(alice, root, "Other")
    for wrong in ("summer-fair", "short", "Summer-Fair", "summer fair", "summer--fair", "a/b/c/d", "x" * 61):
        assert web.post(url(other), {"role": "reader", "address": wrong}).status_code == 400, wrong
    assert Link.objects.count() == 1
    link = Link.objects.get()
    gone = web.post(url(folder, "link-revoke", link.pk))
    assert Client().get("/s/summer-fair/").status_code == 404
    undo(web, gone)
    assert Client().get("/s/summer-fair/").status_code == 200
    edit = web.get(url(folder, "link-edit", Link.objects.get().pk))
    assert 'name="address"' not in text(edit)


def test_making_is_undone(web, folder):
    answer = web.post(url(folder), {"role": "reader"})
    undo(web, answer)
    assert not Link.objects.exists()


def test_roles_fit_the_thing_and_the_person(web, as_, alice, eve, root, folder):
    file = make.make_file(alice, root, "a.txt")

    def offered(browser, thing):
        return [role.slug for role in browser.get(url(thing)).context["roles"]]

    assert offered(web, folder) == ["reader", "editor", "drop-box"]
    assert offered(web, file) == ["reader"]
    assert offered(web, root) == ["reader", "editor", "drop-box"]
    assert offered(web, make.home(alice)) == []
    assert "Your own files as a whole have no public link" in text(web.get(url(make.home(alice))))
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    assert offered(as_(eve), folder) == ["reader"]
    assert as_(eve).post(url(folder), {"role": "editor"}).status_code == 400
    assert web.post(url(make.home(alice)), {"role": "reader"}).status_code == 400
    assert not Link.objects.exists()


def test_a_drop_box_has_its_words(web, folder):
    web.post(url(folder), {"role": "drop-box", "title": "Certificates", "text": "One each", "ask_name": "on"})
    link = Link.objects.get()
    assert (link.title, link.text, link.ask_name) == ("Certificates", "One each", True)
    assert Grant.objects.get(principal=link.principal).rights == DROP_BOX.mask


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "manager"}, {"role": ""}, {"role": "reader", "end": "2020-01-01"}, {"role": "reader", "end": "x"},
        {"role": "reader", "uses_left": "0"}, {"role": "reader", "uses_left": "9" * 30},
        {"role": "reader", "password": "short"}, {"role": "reader", "label": "x" * 201},
        {"role": "reader", "label": "a\0b"}, {"role": "reader", "end": "9999-12-31", "uses_left": "-1"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(web, folder, wrong):
    assert web.post(url(folder), wrong).status_code == 400
    assert not Link.objects.exists()


def test_a_very_late_end_is_no_accident(web, folder):
    assert web.post(url(folder), {"role": "reader", "end": "9999-12-31"}).status_code in {302, 400}
    assert web.get(url(folder)).status_code == 200


def test_strangers_find_nothing_and_readers_whom_to_ask(as_, alice, bob, eve, folder):
    link = make.make_link(alice, folder)
    for name, more in (("links", ()), ("link-edit", (link.pk,)), ("link-qr", (link.pk,))):
        assert as_(eve).get(url(folder, name, *more)).status_code == 404
        assert Client().get(url(folder, name, *more)).status_code == 302
    for name in ("link-revoke", "link-adopt"):
        assert as_(eve).post(url(folder, name, link.pk)).status_code == 404
        assert as_(bob).post(url(folder, name, link.pk)).status_code == 403
    page = as_(bob).get(url(folder))
    assert "You may not make public links here. Only Alice may do this here" in text(page)
    assert page.context["page"].rows == []
    assert as_(bob).post(url(folder), {"role": "reader"}).status_code == 403
    for name in ("link-edit", "link-qr"):
        assert as_(bob).get(url(folder, name, link.pk)).status_code == 403
    assert opens(alice, link, folder)


def test_things_that_have_no_links_have_no_page(web, space, folder):
    for address in (f"/share/space/{space.pk}/links/", "/share/nothing/1/links/", f"/share/node/{2**70}/links/"):
        assert web.get(address).status_code == 404
    assert web.get(url(folder, "link-edit", 2**40)).status_code == 404


def test_another_things_link_is_not_reached(web, alice, root, folder):
    link = make.make_link(alice, make.make_folder(alice, root, "Other"))
    assert web.get(url(folder, "link-edit", link.pk)).status_code == 404
    assert web.post(url(folder, "link-revoke", link.pk)).status_code == 404
    assert Link.objects.exists()


def test_a_link_changes_under_the_same_address(web, alice, folder):
    link = make.make_link(alice, folder, password="trois lapins", label="Old")
    before = (bytes(link.digest), link.password)
    form = web.get(url(folder, "link-edit", link.pk))
    assert 'value="Old"' in text(form)
    web.post(url(folder, "link-edit", link.pk), {"role": "editor", "label": "New", "uses_left": "3"})
    link.refresh_from_db()
    assert (bytes(link.digest), link.password) == before
    assert (link.label, link.uses_left, make.mask_on(make.visitor(link), folder)) == ("New", 3, EDITOR.mask)
    web.post(url(folder, "link-edit", link.pk), {"role": "reader", "no_password": "on"})
    link.refresh_from_db()
    assert (link.password, link.uses_left) == ("", None)
    web.post(url(folder, "link-edit", link.pk), {"role": "reader", "password": "quatre lapins"})
    link.refresh_from_db()
    assert link.password
    assert web.post(url(folder, "link-edit", link.pk), {"role": "manager"}).status_code == 400


def test_revoking_is_undone_under_the_same_address(web, as_, alice, folder, owner):
    link = make.make_link(alice, folder, EDITOR.mask, label="Press", uses_left=4, expires_at=make.in_hours(5))
    token = token_of(make.act(alice), link, make.fresh(folder))
    answer = web.post(url(folder, "link-revoke", link.pk))
    assert Client().get(f"/s/{token}/").status_code == 404
    [toast] = web.get(answer.headers["Location"]).context["kept"]
    make.share(alice, folder, owner, Right.ALL)
    assert as_(owner).post(toast.undo, toast.fields).status_code == 400, "another person's undo"
    web.post(toast.undo, toast.fields)
    back = Link.objects.get()
    assert Client().get(f"/s/{token}/").status_code == 200
    assert (back.label, back.uses_left, make.mask_on(make.visitor(back), folder)) == ("Press", 4, EDITOR.mask)
    assert web.post(toast.undo, toast.fields).status_code == 409, "twice"
    other = make.make_folder(alice, folder, "Other")
    assert web.post(url(other, "link-restore"), toast.fields).status_code == 400
    for forged in ({}, {"link": "x"}, {"link": "é" * 9}):
        assert web.post(url(folder, "link-restore"), forged).status_code == 409


def test_a_suspended_link_is_adopted(web, as_, alice, eve, folder):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    link = make.make_link(eve, folder)
    make.share(alice, folder, eve, Right.SEE)
    shown = as_(eve).get(url(folder))
    assert "suspended" in text(shown)
    assert not opens(alice, link, folder)
    assert "Answer for it" in text(web.get(url(folder)))
    web.post(url(folder, "link-adopt", link.pk))
    assert opens(alice, link, folder)
    link.refresh_from_db()
    assert link.created_by == alice


def test_the_maker_who_may_no_longer_share_still_stops_it(as_, alice, eve, folder):
    make.share(alice, folder, eve, Right.SEE | Right.SHARE)
    link = make.make_link(eve, folder)
    make.share(alice, folder, eve, Right.SEE)
    answer = as_(eve).post(url(folder, "link-revoke", link.pk))
    assert answer.status_code == 302
    assert not Link.objects.exists()


def test_links_are_paged(web, alice, folder, monkeypatch):
    monkeypatch.setattr("collab.shell.links.PAGE", 2)
    made = [make.make_link(alice, folder).pk for _turn in range(5)]
    found, query = [], ""
    for _turn in range(3):
        page = web.get(url(folder) + query).context["page"]
        found += [row.link.pk for row in page.rows]
        query = page.more
    assert (found, query) == (made[::-1], "")
    assert web.get(url(folder) + "?after=x").status_code == 400


def test_my_links_lists_what_i_made_and_stops_it(web, as_, alice, bob, folder, root):
    mine = make.make_link(alice, folder, label="Press")
    thrown = make.make_folder(alice, root, "Thrown")
    orphan = make.make_link(alice, thrown)
    make.throw_away(alice, thrown)
    Link.objects.filter(pk=make.make_link(alice, folder).pk).update(uses_left=0)
    page = web.get("/settings/links/")
    assert [row.link.pk for row in page.context["page"].rows] == [orphan.pk, mine.pk]
    assert "Flyers" in text(page)
    assert "Thrown" not in text(page)
    assert as_(bob).get("/settings/links/").context["page"].rows == []
    for wrong in ("", "x", "9" * 40, str(mine.pk)):
        assert as_(bob).post("/settings/links/stop/", {"link": wrong}).status_code == 404
    web.post("/settings/links/stop/", {"link": orphan.pk})
    answer = web.post("/settings/links/stop/", {"link": mine.pk})
    assert not Link.objects.filter(pk__in=(mine.pk, orphan.pk)).exists()
    undo(web, answer)
    assert Link.objects.filter(label="Press").exists()


def test_administrators_see_all_and_stop_any(as_, alice, bob, admin, folder):
    link = make.make_link(alice, folder, label="Press")
    page = as_(admin).get("/administration/links/")
    assert [row.link.pk for row in page.context["page"].rows] == [link.pk]
    assert "Flyers" not in text(page), "what one does not see is not named"
    assert "made by Alice" in text(page)
    for who in (alice, bob):
        assert as_(who).get("/administration/links/").status_code == 403
        assert as_(who).post("/administration/links/stop/", {"link": link.pk}).status_code == 403
    assert as_(admin).get(url(folder)).status_code == 404
    as_(admin).post("/administration/links/stop/", {"link": link.pk})
    assert not Link.objects.exists()


def test_a_disabled_administrator_stops_nothing(as_, alice, admin, folder):
    link = make.make_link(alice, folder)
    browser = as_(admin)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert browser.post("/administration/links/stop/", {"link": link.pk}).status_code == 302
    assert Link.objects.filter(pk=link.pk).exists()


def test_the_panel_leads_to_the_links(web, as_, bob, folder, root):
    assert url(root) in text(web.get(f"/files/@plans/?open={root.pk}"))
    address = f"/files/@plans/?open={folder.pk}"
    assert url(folder) in text(web.get(address))
    assert url(folder) not in text(as_(bob).get(address))
