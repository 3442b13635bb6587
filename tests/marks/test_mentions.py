"""“@lucas”, “@Team”: who can be named, who hears of it, and what is said of who cannot see."""

import pytest

from collab.events.models import Change
from collab.lib import markdown
from collab.marks.models import Comment, Mention
from collab.rights.right import COMMENTER
from tests import town as make
from tests.files.web import JSON, signed_in, text
from tests.marks.talk import act, address, changes, said, say, told

pytestmark = pytest.mark.django_db


def asked(who, thing, typed):
    return signed_in(who).get(f"{address(thing)}people/", {"q": typed}, **JSON)


def offers(who, thing, typed):
    return [one["value"] for one in asked(who, thing, typed).json()["found"]]


def test_it_works(town, plan):
    comment = said(town.alice, plan, "@bob, look at this")
    assert changes(plan, "mention") == [{"comment": comment.pk, "people": [town.bob.pk]}]
    assert '<span class="named">@Bob</span>, look' in text(signed_in(town.bob).get(address(plan)))


def test_a_group_is_named_and_those_of_it_hear_who_see_the_thing(town, plan, carl):
    make.make_group("Conseil d’été", carl, town.eve, town.alice)
    comment = said(town.alice, plan, '@"conseil d’ete" please, and @Team too')
    assert changes(plan, "mention") == [{"comment": comment.pk, "people": [carl.pk, town.bob.pk]}]
    assert "@Conseil d’été</span>" in text(signed_in(town.bob).get(address(plan)))


def test_who_cannot_see_is_named_in_the_refusal_and_nothing_is_written(town, plan):
    refused = say(town.alice, plan, "Hello @eve and @bob")
    assert refused.status_code == 400
    assert told(refused).startswith("Eve cannot see “plan.pdf”.")
    make.make_group("Strangers", town.eve)
    assert "Strangers cannot see" in told(say(town.alice, plan, "Hello @Strangers"))
    assert not Comment.objects.exists()
    assert not Change.objects.filter(kind__in=("comment", "mention")).exists()


@pytest.mark.parametrize("words", ["@nobody", "bob@example.org", "a@bob", "`@bob`", "@", "@@bob", "\\@ bob"])
def test_other_words_stay_words(town, plan, words):
    said(town.alice, plan, words)
    assert changes(plan, "mention") == []
    assert not Mention.objects.exists()


def test_everyone_at_once_cannot_be_named(town, plan):
    make.share(town.alice, town.space, make.everyone(), COMMENTER.mask)
    said(town.alice, plan, "@Everyone @everyone wake up")
    assert changes(plan, "mention") == []


def test_naming_oneself_wakes_nobody(town, plan):
    said(town.alice, plan, "@alice note to self")
    assert changes(plan, "mention") == []
    assert Mention.objects.count() == 1


def test_only_who_was_not_named_before_hears_of_a_change(town, plan, carl):
    comment = said(town.alice, plan, "@bob")
    act(town.alice, "edit", comment, body="@bob and @carl")
    act(town.alice, "edit", comment, body="@carl and @bob, again")
    assert [one["people"] for one in changes(plan, "mention")] == [[town.bob.pk], [carl.pk]]


def test_a_person_is_called_as_they_are_called_now(town, plan):
    said(town.alice, plan, "@bob")
    make.change(town.bob, display_name="Robert")
    assert "@Robert</span>" in text(signed_in(town.alice).get(address(plan)))


def test_twenty_at_most(town, plan):
    for number in range(21):
        make.share(town.alice, town.space, make.make_user(f"many{number}"), COMMENTER.mask)
    assert say(town.alice, plan, " ".join(f"@many{number}" for number in range(21))).status_code == 400
    assert say(town.alice, plan, " ".join(f"@word{number}" for number in range(101))).status_code == 400


def test_the_picker_offers_those_who_see_it(town, plan, carl):
    assert offers(town.alice, plan, "b") == ["bob"]
    assert set(offers(town.alice, plan, "")) == {"alice", "bob", "carl", "Team"}
    assert offers(town.alice, plan, "tea") == ["Team"]
    assert offers(town.alice, plan, "ev") == []
    assert asked(town.alice, plan, "ev").json()["note"] == "Eve cannot see “plan.pdf”."
    assert asked(town.eve, plan, "b").status_code == 404


def test_a_reader_is_not_offered_anybody(town, plan, rita):
    assert asked(rita, plan, "b").status_code == 403


def test_a_guest_is_offered_those_of_their_groups(town, plan):
    guest = make.make_user("gus", rank="guest")
    make.share(town.alice, plan, guest, COMMENTER.mask)
    assert offers(guest, plan, "") == []
    assert asked(guest, plan, "ali").json()["note"] == ""
    make.make_group("Trip", guest, town.alice)
    assert offers(guest, plan, "ali") == ["alice"]


@pytest.mark.parametrize("typed", ["\0", "%", "_", "x" * 500, "'; --", "\u202e"])
def test_whatever_is_typed(town, plan, typed):
    assert asked(town.alice, plan, typed).status_code == 200


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("@bob", ["bob"]),
        ("(@Bob)", ["bob"]),
        ("@bob.", ["bob"]),
        ("@zoe.martin, @zoé", ["zoe.martin", "zoé"]),
        ('@"A b" @"A b"', ["a b"]),
        ("```\n@bob\n```", []),
        ("**@bob**", ["bob"]),
        ("[@bob](/x/)", ["bob"]),
        ("https://example.org/@bob", []),
    ],
)
def test_words_after_an_at(words, names):
    assert markdown.named(words) == names


def test_a_name_is_never_markup():
    html = markdown.render_remark("@bob", {"bob": "<img src=x>"})
    assert html == '<p><span class="named">@&lt;img src=x&gt;</span></p>\n'
