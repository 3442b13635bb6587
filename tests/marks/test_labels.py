"""Labels: putting and taking, several things at once, lists by label, and keeping those of a space."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from collab.lib import paging
from collab.marks import following, labels
from collab.marks.actions import keeping, labelling
from collab.marks.models import Label, Labelled
from collab.rights.right import EDITOR, READER, WRITER
from files.actions import moving
from files.models import Node
from tests import town as make
from tests.files.test_web_browsing import names
from tests.files.web import HTMX, JSON, signed_in, space_url, text
from tests.marks.talk import changes, label, told, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def urgent(town):
    return keeping.make(make.act(town.alice), town.space, "Urgent")


def borne(thing):
    return [one.name for one in labels.on("node", [thing.pk]).get(thing.pk, [])]


def keep(who, space, one, **fields):
    return signed_in(who).post(reverse("shell:space-label", args=[space.pk, one.pk]), fields)


def test_it_works(town, plan, urgent):
    answer = label(town.bob, [plan], put=(urgent,), new="À signer")
    assert answer.json()["toast"]["text"] == "Labels of “plan.pdf” saved."
    assert borne(plan) == ["À signer", "Urgent"]
    assert changes(plan, "label") == [{"labels": ["Urgent", "À signer"], "removed": []}]
    page = text(signed_in(town.alice).get(space_url()))
    assert '<span class="chip" data-hue="azur">Urgent</span>' in page
    panel = text(signed_in(town.alice).get(f"{space_url()}?open={plan.pk}", **HTMX, HTTP_HX_TARGET="panel"))
    assert reverse("shell:label", args=[urgent.pk]) in panel


def test_undo_puts_things_back_as_they_were(town, plan, urgent):
    other = make.make_file(town.alice, town.root, "other.txt")
    label(town.bob, [other], put=(urgent,))
    answer = label(town.bob, [plan, other], put=(urgent,), new="New")
    undo(town.bob, answer)
    assert (borne(plan), borne(other)) == ([], ["Urgent"])


def test_what_some_of_several_bear_stays_unless_it_is_ticked(town, plan, urgent):
    other = make.make_file(town.alice, town.root, "other.txt")
    label(town.bob, [other], put=(urgent,))
    form = text(signed_in(town.bob).get(reverse("shell:label-things", args=["node"]), {"id": [plan.pk, other.pk]}))
    assert "on some of them" in form
    assert 'name="had"' not in form
    label(town.bob, [plan, other], new="Both")
    assert (borne(plan), borne(other)) == (["Both"], ["Both", "Urgent"])
    label(town.bob, [plan, other], had=(Label.objects.get(name="Both"),))
    assert (borne(plan), borne(other)) == ([], ["Urgent"])


def test_a_name_that_is_known_is_that_label_whatever_its_case_and_accents(town, plan, urgent):
    label(town.bob, [plan], new="  ÙRGENT ")
    assert borne(plan) == ["Urgent"]
    assert Label.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(space=town.space, name="urgént")


def test_who_edits_a_thing_labels_it(town, plan, urgent, rita, carl):
    writer = make.make_user("will")
    make.share(town.alice, plan, writer, WRITER.mask)
    for who, status in ((writer, 200), (town.bob, 200), (carl, 403), (rita, 403), (town.eve, 404)):
        assert label(who, [plan], new=f"By {who.username}").status_code == status
    assert set(borne(plan)) == {"By will", "By bob"}
    form = signed_in(rita).get(reverse("shell:label-things", args=["node"]), {"id": plan.pk})
    assert form.status_code == 403


def test_all_or_none(town, plan, urgent, carl):
    own = make.make_folder(town.alice, town.root, "Carl's")
    make.share(town.alice, own, carl, EDITOR.mask)
    assert label(carl, [own, plan], put=(urgent,)).status_code == 403
    assert not Labelled.objects.exists()


def test_things_of_two_spaces_have_no_labels_in_common(town, plan):
    mine = make.make_file(town.bob, make.home(town.bob), "mine.txt")
    refused = label(town.bob, [plan, mine], new="X")
    assert refused.status_code == 400
    assert "several spaces" in told(refused)


def test_a_label_of_another_space_is_not_known_here(town, plan):
    other = make.make_space(town.bob, "Other")
    foreign = keeping.make(make.act(town.bob), other, "Foreign")
    assert label(town.bob, [plan], put=(foreign,)).status_code == 404


@pytest.mark.parametrize("name", ["x" * 61, "\0", "a\u200b" * 40])
def test_a_name_has_bounds(town, plan, name):
    assert label(town.bob, [plan], new=name).status_code == 400
    assert not Label.objects.exists()


def test_a_name_is_never_markup(town, plan):
    label(town.bob, [plan], new="<b>bold</b>")
    page = text(signed_in(town.alice).get(f"{space_url()}?open={plan.pk}"))
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page


def test_numbers_have_bounds(town, plan, monkeypatch):
    monkeypatch.setattr(labelling, "MOST_ON_ONE", 2)
    monkeypatch.setattr(labelling, "MOST_IN_SPACE", 3)
    for name in ("a", "b"):
        label(town.bob, [plan], new=name)
    assert label(town.bob, [plan], new="c").status_code == 409
    other = make.make_file(town.alice, town.root, "other.txt")
    assert label(town.bob, [other], new="c").status_code == 200
    assert label(town.bob, [other], new="d").status_code == 409


@pytest.mark.parametrize("told_back", ["", "[]", '{"add": 1}', '{"add": {"x": []}, "remove": {}}', "[" * 9999,
                                       '{"add": {"1": [99999999999999999999]}, "remove": {}}'])  # fmt: skip
def test_a_hostile_undo(town, plan, told_back):
    fields = {"id": plan.pk, "undo": told_back}
    answer = signed_in(town.bob).post(reverse("shell:label-things", args=["node"]), fields, **JSON)
    assert answer.status_code in {200, 400}
    assert not Labelled.objects.exists()


def test_a_folder_is_filtered_by_label(town, plan, urgent):
    make.make_file(town.alice, town.root, "other.txt")
    page = signed_in(town.bob).get(space_url())
    assert f"label={urgent.pk}" in text(page)
    label(town.bob, [plan], put=(urgent,))
    assert names(signed_in(town.bob).get(f"{space_url()}?label={urgent.pk}")) == ["plan.pdf"]
    assert names(signed_in(town.bob).get(f"{space_url()}?label={urgent.pk}&q=oth")) == []
    assert len(names(signed_in(town.bob).get(f"{space_url()}?label=nonsense"))) == 2


def test_the_page_of_a_label_lists_what_one_sees(town, plan, urgent, rita):
    hidden = make.make_file(town.alice, town.root, "hidden.txt")
    gone = make.make_file(town.alice, town.root, "gone.txt")
    label(town.alice, [plan, hidden, gone], put=(urgent,))
    make.restrict(town.alice, hidden)
    make.throw_away(town.alice, gone)
    address = reverse("shell:label", args=[urgent.pk])
    page = text(signed_in(rita).get(address))
    assert "plan.pdf" in page
    assert "hidden.txt" not in page
    assert "gone.txt" not in page
    assert signed_in(town.eve).get(address).status_code == 404
    make.share(town.alice, plan, town.eve, READER.mask)
    assert "plan.pdf" in text(signed_in(town.eve).get(address))
    other = keeping.make(make.act(town.alice), town.space, "Other")
    assert signed_in(town.eve).get(reverse("shell:label", args=[other.pk])).status_code == 404
    assert [one.name for one in labels.offered(make.act(town.eve), town.space)] == ["Urgent"]


def test_the_page_of_a_label_is_paged(town, urgent, monkeypatch, django_assert_max_num_queries):
    original = make.make_file(town.alice, town.root, "f")
    Node.objects.bulk_create(
        Node(space_id=original.space_id, parent=original.parent, name=f"n{number:03}", sort=f"n{number:03}", kind=2,
             acl_id=original.acl_id, blob_id=original.blob_id, size=5, mtime=1, etag="0" * 32)
        for number in range(150)
    )  # fmt: skip
    Labelled.objects.bulk_create(
        Labelled(label=urgent, kind="node", object_id=pk)
        for pk in Node.objects.filter(name__startswith="n").values_list("pk", flat=True)
    )
    address, client = reverse("shell:label", args=[urgent.pk]), signed_in(town.bob)
    page = text(client.get(address))
    assert page.count('class="item__title"') == paging.PAGE
    with django_assert_max_num_queries(18):
        rest = client.get(address + page.split('class="button" href="')[-1].split('"')[0].replace("&amp;", "&"))
    assert text(rest).count('class="item__title"') == 50
    assert client.get(f"{address}?after=WyJ4Il0").status_code == 400


def test_labelled_is_for_queries_of_others(town, plan, urgent):
    other = make.make_file(town.alice, town.root, "other.txt")
    label(town.bob, [plan, other], put=(urgent,))
    label(town.bob, [plan], new="Été")
    seen = Node.objects.visible_to(make.act(town.bob))
    assert set(seen.filter(pk__in=labels.labelled("node", ["URGENT"]))) == {plan, other}
    assert set(seen.filter(pk__in=labels.labelled("node", ["urgent", "ete"]))) == {plan}
    assert not seen.filter(pk__in=labels.labelled("node", ["nothing"])).exists()


def test_who_manages_the_space_keeps_its_labels(town, urgent):
    address = reverse("shell:space-labels", args=[town.space.pk])
    assert signed_in(town.bob).get(address).status_code == 403
    assert signed_in(town.eve).get(address).status_code == 404
    assert signed_in(town.bob).post(address, {"name": "Mine"}).status_code == 403
    assert keep(town.bob, town.space, urgent, do="delete").status_code == 403
    made = signed_in(town.alice).post(address, {"name": "Later", "hue": "prune"}, follow=True)
    assert "“Later” made." in text(made)
    assert Label.objects.get(name="Later").hue == "prune"
    twice = signed_in(town.alice).post(address, {"name": "LATER"})
    assert twice.status_code == 400
    assert "already" in text(twice)
    assert reverse("shell:space-labels", args=[town.space.pk]) in text(
        signed_in(town.alice).get(reverse("shell:space-edit", args=[town.space.pk]))
    )


def test_a_label_gets_another_name_and_colour(town, plan, urgent):
    label(town.bob, [plan], put=(urgent,))
    answer = keep(town.alice, town.space, urgent, name="Very urgent", hue="brique")
    assert answer.status_code == 302
    assert borne(plan) == ["Very urgent"]
    assert keep(town.alice, town.space, urgent, name="", hue="brique").status_code == 400
    keeping.make(make.act(town.alice), town.space, "Other")
    assert keep(town.alice, town.space, urgent, name="other", hue="brique").status_code == 400


def test_deleting_is_undone(town, plan, urgent):
    label(town.bob, [plan], put=(urgent,))
    keep(town.alice, town.space, urgent, do="delete")
    assert borne(plan) == []
    assert signed_in(town.alice).get(reverse("shell:label", args=[urgent.pk])).status_code == 404
    keep(town.alice, town.space, urgent, do="restore")
    assert borne(plan) == ["Urgent"]


def test_merging_is_undone(town, plan, urgent):
    other = make.make_file(town.alice, town.root, "other.txt")
    press = keeping.make(make.act(town.alice), town.space, "Pressing")
    label(town.bob, [plan], put=(urgent,))
    label(town.bob, [plan, other], put=(press,))
    keep(town.alice, town.space, press, do="merge", into=urgent.pk)
    assert (borne(plan), borne(other)) == (["Urgent"], ["Urgent"])
    keep(town.alice, town.space, press, do="restore")
    assert (borne(plan), borne(other)) == (["Pressing", "Urgent"], ["Pressing"])
    assert keep(town.alice, town.space, press, do="merge", into=press.pk).status_code == 400
    assert keep(town.alice, town.space, press, do="merge", into=0).status_code == 400


def test_after_a_day_it_is_gone(town, plan, urgent):
    label(town.bob, [plan], put=(urgent,))
    keep(town.alice, town.space, urgent, do="delete")
    Label.objects.update(deleted_at=make.in_hours(-25))
    following.sweep()
    assert not Labelled.objects.exists()
    assert keep(town.alice, town.space, urgent, do="restore").status_code == 404


def test_ones_own_files_have_labels_of_their_own(town):
    mine = make.make_file(town.bob, make.home(town.bob), "mine.txt")
    label(town.bob, [mine], new="Private")
    page = signed_in(town.bob).get(reverse("shell:space-labels", args=[mine.space_id]))
    assert "Private" in text(page)
    assert signed_in(town.alice).get(reverse("shell:space-labels", args=[mine.space_id])).status_code == 404


def test_labels_follow_to_a_space_that_has_their_names(town, plan, urgent):
    there = make.make_space(town.alice, "There")
    same = keeping.make(make.act(town.alice), there, "URGENT", "prune")
    label(town.alice, [plan], put=(urgent,), new="Local")
    moved = moving.move(make.act(town.alice), plan, make.root_of(there), "plan.pdf")
    assert moved.left == ("Local",)
    assert labels.on("node", [plan.pk])[plan.pk] == [same]
    assert make.is_clean()


def test_the_move_says_which_labels_came_off(town, plan):
    there = make.make_space(town.alice, "There")
    label(town.alice, [plan], new="Local")
    fields = {"id": plan.pk, "into": make.root_of(there).pk, "known": "1"}
    answer = signed_in(town.alice).post(reverse("files:move"), fields, **JSON)
    assert "Labels that are not known there came off: Local." in answer.json()["toast"]["text"]


def test_a_copied_space_has_the_same_labels_and_an_erased_one_none(town, plan, urgent):
    from collab.spaces import actions as spaces

    label(town.alice, [plan], put=(urgent,))
    mila = make.make_user("mila", "space_manager")
    make.share(town.alice, town.space, mila, 255)
    copy = spaces.copy(make.act(mila), town.space, "Next year")
    assert [one.name for one in Label.objects.filter(space=copy)] == ["Urgent"]
    spaces.archive(make.act(mila), copy)
    spaces.delete(make.act(mila), copy, "Next year")
    make.change(copy, delete_at=make.in_hours(-1))
    assert spaces.erase_due() == 1
    assert Label.objects.get() == urgent
    assert make.is_clean()


def test_an_archived_space_labels_nothing(town, plan, urgent):
    make.change(town.space, archived_at=timezone.now())
    assert label(town.bob, [plan], put=(urgent,)).status_code == 403
    assert keep(town.alice, town.space, urgent, do="delete").status_code == 403


def test_what_happened_to_labels_is_told(town, plan, urgent):
    label(town.bob, [plan], put=(urgent,))
    label(town.bob, [plan], had=(urgent,))
    keep(town.alice, town.space, urgent, do="delete")
    page = text(signed_in(town.alice).get(f"/spaces/{town.space.pk}/activity/"))
    assert "labelled it “Urgent”" in page
    assert "took the label “Urgent” off it" in page
    assert "deleted the label “Urgent”" in page
