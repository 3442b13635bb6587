"""The sharing panel: giving rights to several at once, what it says before, changing, taking, restricting, undoing."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collab.accounts.models import Rank
from collab.rights.right import COMMENTER, EDITOR, READER, Right
from tests import town as make
from tests.shell.sharing import PANEL, PART, at, folder, mask, sharer, undo, words

__all__ = ["at", "folder", "sharer"]


def test_several_are_given_a_right_in_one_go(as_, alice, eve, folder, at):
    group = make.make_group("Sportifs")
    page = as_(alice).post(at, {"who": "Eve (eve), sportifs", "role": "commenter", "note": "for June"}, follow=True)
    assert page.status_code == 200
    assert mask(folder, eve) == mask(folder, group) == COMMENTER.mask
    assert "Shared with Eve, Sportifs." in words(page)
    assert "for June" in words(page)


def test_chips_and_a_name_still_being_typed_count_alike(as_, alice, eve, folder, at):
    group = make.make_group("Chant, danse")
    as_(alice).post(at, {"whom": ["Chant, danse"], "who": "eve", "role": "reader"})
    assert mask(folder, group) == mask(folder, eve) == READER.mask


def test_a_group_whose_name_holds_a_comma_is_found_without_script(as_, alice, folder, at):
    group = make.make_group("Chant, danse")
    as_(alice).post(at, {"who": "Chant, danse", "role": "reader"})
    assert mask(folder, group) == READER.mask


def test_sharing_is_undone_to_what_was_before(as_, alice, bob, eve, folder, at):
    make.share(alice, folder, bob, COMMENTER.mask, note="kept", expires_at=make.in_hours(90))
    before = make.fresh(folder).acl.grants.get(principal=bob.principal)
    browser = as_(alice)
    page = browser.post(at, {"who": "bob, eve", "role": "editor"}, follow=True)
    assert mask(folder, bob) == EDITOR.mask
    undo(browser, page)
    assert mask(folder, eve) is None
    now = make.fresh(folder).acl.grants.get(principal=bob.principal)
    assert (now.rights, now.note, now.expires_at) == (before.rights, "kept", before.expires_at)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"who": ""}, "Write the name of a person"),
        ({"who": " , ,"}, "Write the name of a person"),
        ({"who": "eve, Nobody Known"}, "Nobody here is called “Nobody Known”"),
        ({"who": "eve, Eve (eve)"}, "“Eve” is named twice."),
        ({"who": "eve, a\0b"}, "One of these is not a name."),
        ({"who": "eve", "whom": ["x" * 300]}, "One of these is not a name."),
        ({"whom": [f"name{number}" for number in range(60)]}, "At most 50 names"),
        ({"who": "eve" + ", x" * 60}, "At most 50 names"),
        ({"who": "eve", "role": "emperor"}, "Choose what this person"),
        ({"who": "eve", "role": ""}, "Choose what this person"),
        ({"who": "eve", "until": "2020-01-01"}, "This day is past"),
        ({"who": "eve", "until": "tomorrow"}, "Write the end as a date"),
        ({"who": "eve", "until": "9999-12-31"}, "Choose a nearer day"),
        ({"who": "eve", "note": "x" * 501}, "At most 500 letters"),
        ({"who": "eve", "note": "a\0b"}, "At most 500 letters"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_done(as_, alice, eve, folder, at, fields, said):
    page = as_(alice).post(at, {"role": "reader"} | fields)
    assert page.status_code == 400
    assert said in words(page)
    assert 'class="field__error"' in page.content.decode()
    assert mask(folder, eve) is None


def test_what_was_typed_is_kept_beside_the_mistake(as_, alice, at):
    page = as_(alice).post(at, {"who": "eve, Nobody Known", "role": "editor", "until": "2020-01-01", "note": "why"})
    html = page.content.decode()
    assert 'value="eve, Nobody Known"' in html
    assert re.search(r'value="editor" selected', html)
    assert 'value="why"' in html
    assert '<details class="fold" open>' in html


def test_two_people_of_one_name_ask_for_a_choice(as_, alice, at):
    for username in ("marie1", "marie2"):
        make.make_user(username)
        make.User.objects.filter(username=username).update(display_name="Marie Dupont")
    page = as_(alice).post(at, {"who": "Marie Dupont", "role": "reader"})
    assert page.status_code == 400
    assert "Several people are called" in words(page)


def test_a_role_above_ones_own_is_not_offered_and_is_refused(as_, sharer, eve, folder, at):
    browser = as_(sharer)
    html = browser.get(at).content.decode()
    form = html[html.index('id="share-form"') : html.index("</form>", html.index('id="share-form"'))]
    assert re.findall(r'<option value="([\w-]+)"', form) == ["reader"]
    page = browser.post(at, {"who": "eve", "role": "editor"})
    assert page.status_code == 400
    assert "You can pass on only what you may do yourself." in words(page)
    assert mask(folder, eve) is None


def test_none_is_given_anything_when_one_of_them_may_not_be_changed(as_, alice, bob, eve, sharer, folder, at):
    make.share(alice, folder, bob, EDITOR.mask)
    page = as_(sharer).post(at, {"who": "eve, bob", "role": "reader"})
    assert page.status_code == 403
    assert "ask a manager" in words(page)
    assert mask(folder, eve) is None
    assert mask(folder, bob) == EDITOR.mask


def test_who_may_share_for_a_time_shares_for_that_time_at_most(as_, alice, eve, folder, at):
    user = make.make_user("tim")
    make.share(alice, folder, user, Right.SEE | Right.SHARE, expires_at=make.in_hours(24 * 5))
    browser = as_(user)
    page = browser.post(at, {"who": "eve", "role": "reader"})
    assert page.status_code == 403
    assert 'id="share-until-error"' in page.content.decode()
    soon = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    browser.post(at, {"who": "eve", "role": "reader", "until": soon})
    assert mask(folder, eve) == READER.mask


def test_the_end_is_the_end_of_that_day(as_, alice, eve, folder, at):
    today = timezone.localdate()
    as_(alice).post(at, {"who": "eve", "role": "reader", "until": today.isoformat()})
    grant = make.fresh(folder).acl.grants.get(principal=eve.principal)
    assert timezone.localtime(grant.expires_at).date() == today
    assert grant.expires_at > timezone.now()


def test_the_result_is_said_before_it_is_done(as_, alice, eve, folder, at):
    make.make_group("Sportifs", eve, make.make_user("fred"), make.make_user("gus", Rank.GUEST))
    browser = as_(alice)
    told = words(browser.post(f"{at}preview/", {"who": "sportifs", "role": "contributor"}, **PART))
    assert "3 more people will be able to view and add. 1 person from outside: Gus." in told
    assert "See the list Eve, Fred, Gus" in told
    told = words(browser.post(f"{at}preview/", {"who": "eve", "role": "reader"}, **PART))
    assert "1 more person will be able to view. Nobody outside the association." in told
    assert mask(folder, eve) is None


def test_the_result_says_who_loses_and_who_gains_nothing(as_, alice, bob, folder, at):
    browser = as_(alice)
    told = words(browser.post(f"{at}preview/", {"who": "bob", "role": "reader"}, **PART))
    assert "Nobody gains anything by this" in told
    told = words(browser.post(f"{at}preview/", {"who": "bob", "role": "manager"}, **PART))
    assert "1 person who sees it will be able to do everything" in told
    user = make.make_user("una")
    make.share(alice, folder, user, EDITOR.mask)
    told = words(browser.post(f"{at}preview/", {"who": "una", "role": "reader"}, **PART))
    assert "Una will lose rights here." in told


def test_a_name_half_typed_is_no_error_page(as_, alice, at):
    page = as_(alice).post(f"{at}preview/", {"who": "ev", "role": "reader"}, **PART)
    assert page.status_code == 200
    assert "Nobody here is called “ev”" in words(page)
    assert "2 people can see." in words(page)


def test_checking_without_script_shows_the_page_with_the_result(as_, alice, eve, folder, at):
    page = as_(alice).post(f"{at}preview/", {"who": "eve", "role": "reader"})
    assert page.status_code == 200
    assert "1 more person will be able to view." in words(page)
    assert 'value="eve"' in page.content.decode()
    assert as_(alice).post(f"{at}preview/", {"who": "nobody", "role": "reader"}).status_code == 400


def test_who_may_not_share_reads_who_may(as_, bob, eve, folder, at):
    browser = as_(bob)
    page = browser.get(at)
    assert page.status_code == 200
    assert "<select" not in page.content.decode()
    assert "share-form" not in page.content.decode()
    assert "Ask Alice." in words(page) or "Only Alice may do this here" in words(page)
    for verb, fields in (
        ("", {"who": "eve", "role": "reader"}),
        ("preview/", {"who": "eve", "role": "reader"}),
        ("restrict/", {}),
        ("change/", {"before": json.dumps([[eve.principal.pk, 1, None, ""]])}),
    ):
        assert browser.post(at + verb, fields).status_code == 403, verb
    assert browser.get(f"{at}people/?q=eve").status_code == 403
    assert mask(folder, eve) is None


def test_what_may_not_be_seen_is_not_there(as_, eve, space, at):
    browser = as_(eve)
    for address in (at, f"/share/space/{space.pk}/", "/share/node/999999/", f"/share/node/{10**30}/", "/share/x/1/"):
        assert browser.get(address).status_code == 404, address
    for verb in ("", "preview/", "change/", "remove/", "restrict/", "unrestrict/"):
        assert browser.post(at + verb, {"who": "eve", "role": "reader"}).status_code == 404, verb
    assert browser.get(f"{at}people/?q=a").status_code == 404


def test_a_personal_space_is_no_thing_to_share(as_, alice):
    assert as_(alice).get(f"/share/space/{make.home(alice).space_id}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client, at):
    assert client.get(at).status_code == 302
    assert client.post(f"{at}preview/").status_code == 302


def test_who_has_access_is_shown_with_what_gives_it(as_, alice, bob, eve, team, root, folder):
    below = make.make_folder(alice, folder, "June")
    make.share(alice, folder, eve, READER.mask)
    make.share(alice, below, bob, READER.mask)
    told = words(as_(alice).get(f"/share/node/{below.pk}/"))
    assert "Have access here" in told
    assert "by Alice" in told
    assert "Through “Photos”" in told
    assert "Through “Plans”" in told
    assert "2 people" in told, "how many are in the group"
    make.restrict(alice, folder)
    make.share(alice, below, make.make_user("zoe"), READER.mask)
    hidden = words(as_(make.User.objects.get(username="zoe")).get(f"/share/node/{below.pk}/"))
    assert "Photos" not in hidden, "a folder that is not seen is not named"
    assert "Through a place above" in hidden


def test_names_are_offered_while_one_types(as_, alice, bob, at):
    make.make_group("Éducation", bob)
    gone = make.make_user("edgar", is_active=False)
    make.make_user("edith")
    found = as_(alice).get(f"{at}people/?q=ed").json()["found"]
    assert [(one["value"], one["note"]) for one in found] == [("Éducation", "1 person"), ("Edith (edith)", "Member")]
    assert gone.username not in str(found)
    assert [one["name"] for one in as_(alice).get(f"{at}people/?q=every").json()["found"]] == ["Everyone"]
    for typed in ("", " ", "a\0b", "%", "x" * 5000):
        assert as_(alice).get(f"{at}people/", {"q": typed}).json() == {"found": []}, typed


def test_htmx_gets_the_part_that_it_asks_for(as_, alice, eve, at):
    browser = as_(alice)
    panel = browser.get(at, **PANEL).content.decode()
    assert panel.startswith('<aside class="panel" id="panel"')
    answer = browser.post(at, {"who": "eve", "role": "reader"}, **PART)
    assert answer.content.decode().startswith('<div class="share" id="share"')
    assert answer["HX-Trigger"] == "collab:shared"
    assert "Shared with Eve." in words(answer)
    wrong = browser.post(at, {"who": "", "role": "reader"}, **PART)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (400, "#share")


def test_the_page_costs_the_same_for_few_and_for_many(as_, alice, folder, at):
    browser = as_(alice)
    browser.get(at)
    make.share(alice, folder, make.make_group("G0", make.make_user("u0")), READER.mask)
    with CaptureQueriesContext(connection) as few:
        browser.get(at)
    for number in range(1, 15):
        make.share(alice, folder, make.make_group(f"G{number}", make.make_user(f"u{number}")), READER.mask)
    with CaptureQueriesContext(connection) as many:
        browser.get(at)
    assert len(many) == len(few) <= 24, [query["sql"][:100] for query in many]


def test_the_panel_speaks_french(as_, alice, eve, at):
    browser = as_(alice, "fr")
    page = words(browser.get(at))
    assert "Partager «\N{NO-BREAK SPACE}Photos\N{NO-BREAK SPACE}»".replace("\N{NO-BREAK SPACE}", " ") in page
    assert "Réservé aux personnes nommées ici" in page
    assert "Bob perdrait des droits ici." in page
    told = words(browser.post(f"{at}preview/", {"who": "eve", "role": "contributor"}, **PART))
    assert "1 personne de plus pourra voir et ajouter. Personne hors de l’association." in told
    assert "est nommé deux fois" in words(browser.post(at, {"who": "eve, eve", "role": "reader"}))


def test_files_lead_to_it(as_, alice, bob, space, root, folder, at):
    for user in (alice, bob):
        browser = as_(user)
        assert f'href="{at}" data-share="{folder.pk}"' in browser.get("/files/@plans/Photos").content.decode()
        assert f'href="{at}"' in browser.get(f"/files/@plans/?open={folder.pk}").content.decode()
        top = browser.get("/files/@plans/").content.decode()
        assert f'href="/share/space/{space.pk}/" data-share="{root.pk}"' in top
        assert 'data-do="share"' in top
    mine = as_(alice).get("/files/").content.decode()
    assert 'data-key="s"' not in mine, "all of one's own files at once are no thing to share"


def test_a_large_circle_is_shown_page_by_page(as_, alice, folder, at, monkeypatch):
    monkeypatch.setattr("collab.shell.sharing.circles.SHOWN", 2)
    for number in range(5):
        make.share(alice, folder, make.make_user(f"guest{number}"), READER.mask)
    web, found, query = as_(alice), [], ""
    for _turn in range(3):
        here = next(circle for circle in web.get(at + query).context["circles"] if circle.here)
        found += [str(row.who) for row in here.rows]
        query = here.next
    assert (found, here.more) == ([f"Guest{number}" for number in range(5)], 0)
    for wrong in ("?circle=x&from=1", f"?circle={'9' * 40}&from=-1", "?from=²"):
        assert web.get(at + wrong).status_code == 200
