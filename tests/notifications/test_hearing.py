"""Who hears of what: what is meant for one, and what happens where one follows; never more."""

import pytest

from collab.accounts.actions import people
from collab.accounts.models import Rank, User
from collab.groups import actions as groups
from collab.notifications.models import Follow, Notification
from collab.rights.right import COMMENTER, EDITOR, READER
from collab.spaces import actions as spaces
from tests import town as make
from tests.notifications.hearing import choose, follow, heard, kinds, lines_of, mute, unread

pytestmark = pytest.mark.django_db


def test_by_default_nobody_hears_of_what_others_do(quiet):
    make.make_file(quiet.alice, quiet.root)
    assert heard(quiet.bob) == heard(quiet.alice) == []


def test_who_is_given_something_hears_of_it_and_by_whom(quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Accounts")
    make.share(quiet.alice, folder, quiet.eve, COMMENTER.mask)
    assert heard(quiet.eve) == ["Alice shared this with you: can comment · Accounts"]
    assert lines_of(quiet.eve)[0].why == "because it was shared with you"
    assert heard(quiet.alice) == []


def test_members_of_a_group_hear_of_what_is_given_to_it_but_not_who_gave_it(quiet):
    folder = make.make_folder(quiet.alice, quiet.root, "Accounts")
    make.share(quiet.alice, folder, quiet.team, READER.mask)
    assert kinds(quiet.bob) == ["shared"]
    assert kinds(quiet.alice) == kinds(quiet.eve) == []


def test_what_is_given_to_everyone_is_nobodys_news(quiet):
    make.share(quiet.alice, make.make_folder(quiet.alice, quiet.root), make.everyone(), READER.mask)
    assert heard(quiet.eve) == heard(quiet.bob) == []


def test_another_right_in_a_space_is_told(quiet):
    spaces.set_member(make.act(quiet.alice), quiet.space, quiet.eve.principal, EDITOR.mask)
    assert heard(quiet.eve) == ["Alice gave you a right in this space: can edit · Plans"]


def test_who_follows_a_space_hears_of_all_that_happens_in_it(quiet):
    follow(quiet.bob, quiet.space)
    make.make_file(quiet.alice, make.make_folder(quiet.alice, quiet.root, "Summer"), "tents.txt")
    assert [line.title for line in lines_of(quiet.bob)] == ["tents.txt", "Summer"]
    assert {line.why for line in lines_of(quiet.bob)} == {"because you follow Plans"}


def test_never_of_ones_own_doings(quiet):
    follow(quiet.alice, quiet.space)
    make.make_file(quiet.alice, quiet.root)
    assert heard(quiet.alice) == []


def test_the_nearest_choice_counts(quiet):
    summer = make.make_folder(quiet.alice, quiet.root, "Summer")
    tents = make.make_folder(quiet.alice, summer, "Tents")
    follow(quiet.bob, quiet.space)
    mute(quiet.bob, summer)
    follow(quiet.bob, tents)
    all_of_them = [
        make.make_file(quiet.alice, place, f"{name}.txt")
        for place, name in ((quiet.root, "a"), (summer, "b"), (tents, "c"))
    ]
    assert len(all_of_them) == 3
    assert {line.title for line in lines_of(quiet.bob)} >= {"a.txt", "c.txt"}
    assert "b.txt" not in {line.title for line in lines_of(quiet.bob)}


def test_normal_below_what_one_follows_brings_only_what_is_meant_for_one(quiet):
    summer = make.make_folder(quiet.alice, quiet.root, "Summer")
    follow(quiet.bob, quiet.space)
    choose(quiet.bob, summer, "normal")
    make.share(quiet.alice, make.make_file(quiet.alice, summer, "list.txt"), quiet.bob, READER.mask)
    assert kinds(quiet.bob)[0] == "shared"
    assert {line.kind for line in lines_of(quiet.bob) if line.title == "list.txt"} == {"shared"}


def test_what_is_muted_is_silent_even_where_it_is_meant_for_one(quiet):
    summer = make.make_folder(quiet.alice, quiet.root, "Summer")
    mute(quiet.bob, summer)
    make.share(quiet.alice, make.make_file(quiet.alice, summer, "list.txt"), quiet.bob, READER.mask)
    assert heard(quiet.bob) == []


def test_a_choice_that_is_what_counts_anyway_is_not_kept(quiet):
    summer = make.make_folder(quiet.alice, quiet.root, "Summer")
    choose(quiet.bob, summer, "normal")
    assert not Follow.objects.exists()
    follow(quiet.bob, quiet.space)
    mute(quiet.bob, summer)
    follow(quiet.bob, summer)
    assert list(Follow.objects.values_list("kind", flat=True)) == ["space"]


def test_many_doings_of_one_person_in_one_place_are_one_line(quiet):
    summer = make.make_folder(quiet.alice, quiet.root, "Summer")
    assert heard(quiet.bob) == []
    follow(quiet.bob, summer)
    for number in range(14):
        make.make_file(quiet.alice, summer, f"{number}.jpg")
        if number == 6:
            assert unread(quiet.bob) == 1
    assert unread(quiet.bob) == 1
    assert Notification.objects.get(person=quiet.bob).count == 14
    assert "14" in heard(quiet.bob)[0] or "13 more" in heard(quiet.bob)[0]


def test_what_was_read_is_not_counted_again(quiet):
    follow(quiet.bob, quiet.space)
    make.make_file(quiet.alice, quiet.root, "a.txt")
    assert unread(quiet.bob) == 1
    Notification.objects.update(read_at=make.in_hours(0))
    make.make_file(quiet.alice, quiet.root, "b.txt")
    assert [line.title for line in lines_of(quiet.bob)] == ["b.txt", "a.txt"]
    assert unread(quiet.bob) == 1


def test_a_follower_hears_nothing_of_what_is_reserved_for_others(quiet):
    follow(quiet.bob, quiet.space)
    accounts = make.make_folder(quiet.alice, quiet.root, "Accounts")
    make.restrict(quiet.alice, accounts)
    make.make_file(quiet.alice, accounts, "salaries.ods")
    assert not Notification.objects.filter(person=quiet.bob, verb="add").exists()
    assert heard(quiet.bob) == []


def test_what_one_may_not_see_any_more_is_not_told_and_its_name_is_nowhere(quiet):
    follow(quiet.bob, quiet.space)
    accounts = make.make_folder(quiet.alice, quiet.root, "Accounts-8c2f")
    make.make_file(quiet.alice, accounts, "salaries-8c2f.ods")
    assert unread(quiet.bob) == 2
    make.restrict(quiet.alice, accounts)
    assert unread(quiet.bob) == 0
    assert heard(quiet.bob) == []
    kept = " ".join(str(row) for row in Notification.objects.values())
    assert "8c2f" not in kept


def test_followers_hear_that_something_went_to_the_trash(quiet):
    file = make.make_file(quiet.alice, quiet.root, "old.txt")
    follow(quiet.bob, quiet.space)
    make.throw_away(quiet.alice, file)
    assert next((line.title, line.text) for line in lines_of(quiet.bob)) == ("old.txt", "moved it to the trash")


def test_who_manages_a_space_hears_of_its_end(quiet):
    olivia = make.make_user("olivia", Rank.OWNER)
    spaces.archive(make.act(olivia), quiet.space)
    spaces.delete(make.act(olivia), make.fresh(quiet.space), "Plans")
    said = heard(quiet.alice)
    assert said[1] == "Olivia archived it · Plans"
    assert said[0].startswith("Olivia asked that it be erased on ")
    assert kinds(quiet.bob) == []  # he edits there, and manages nothing


def test_another_profile_is_told_to_its_person(quiet):
    olivia = make.make_user("olivia", Rank.OWNER)
    people.change_rank(olivia, quiet.bob, Rank.SPACE_MANAGER)
    assert heard(quiet.bob) == ["Olivia gave you another profile: Space manager"]
    assert heard(quiet.eve) == []


def test_who_is_put_into_a_group_is_told_while_they_are_in_it(quiet):
    olivia = make.make_user("olivia", Rank.OWNER)
    choir = make.make_group("Choir")
    assert groups.add_all(olivia, choir, [quiet.bob, olivia]) == [quiet.bob, olivia]
    assert heard(quiet.bob) == ["Olivia put you into the group “Choir”"]
    assert heard(olivia) == heard(quiet.eve) == []
    groups.add_all(olivia, make.make_group("Board"), [quiet.bob])
    assert heard(quiet.bob) == ["Olivia put you into 2 groups"]
    groups.remove(olivia, choir, quiet.bob)
    assert heard(quiet.bob) == ["Olivia put you into the group “Board”"]


def test_a_third_party_app_is_followed_by_its_declaration_alone(quiet):
    from collab.registry import registry
    from collab.rights import actions as rights
    from tests.sample_app.models import Whiteboard

    board = Whiteboard.objects.create(space=quiet.space, acl=quiet.space.acl, title="Ideas")
    follow(quiet.bob, quiet.space)
    rights.share(make.act(quiet.alice), registry.thing("whiteboard", board.pk), quiet.eve.principal, READER.mask)
    assert [(line.kind, line.title) for line in lines_of(quiet.bob)] == [("followed", "Ideas")]
    assert [(line.kind, line.title) for line in lines_of(quiet.eve)] == [("shared", "Ideas")]


def test_a_third_party_app_says_itself_what_is_meant_for_whom(quiet):
    from django.db import transaction

    from collab.events import log
    from tests.sample_app.models import Whiteboard

    board = Whiteboard.objects.create(space=quiet.space, acl=quiet.space.acl, title="Ideas")
    with transaction.atomic():
        everybody = [quiet.alice.pk, quiet.bob.pk, quiet.eve.pk]
        log.record(
            quiet.space.pk, "sample-mention", ("whiteboard", board.pk), quiet.alice.pk, after={"people": everybody}
        )
    assert [(line.kind, line.text, line.title, line.why) for line in lines_of(quiet.bob)] == [
        ("sample.mention", "mentioned you", "Ideas", "because you were mentioned")
    ]
    assert heard(quiet.alice) == []  # her own doing
    assert heard(quiet.eve) == []  # she may not see the board


def test_the_number_of_queries_does_not_grow_with_changes_or_followers(quiet, django_assert_max_num_queries):
    from collab.events import readers

    more = [make.make_user(f"member{number}") for number in range(8)]
    group = make.make_group("Many", *more)
    make.share(quiet.alice, quiet.space, group, READER.mask)
    readers.catch_up()
    for person in more:
        Follow.objects.create(person=person, kind="space", object_id=quiet.space.pk, level="follow")
    for number in range(30):
        make.make_file(quiet.alice, quiet.root, f"{number}.txt")
    with django_assert_max_num_queries(60):
        readers.catch_up()
    assert Notification.objects.filter(kind="followed", count=30).count() == 8


def test_people_who_are_switched_off_are_told_nothing(quiet):
    follow(quiet.bob, quiet.space)
    User.objects.filter(pk=quiet.bob.pk).update(is_active=False)
    make.make_file(quiet.alice, quiet.root)
    from collab.events import readers

    readers.catch_up()
    assert not Notification.objects.filter(person=quiet.bob).exists()


def test_who_is_named_in_a_comment_or_answered_hears_of_it_once(quiet):
    from collab.marks.actions import commenting

    file = make.make_file(quiet.alice, quiet.root, "tents.txt")
    carol = make.make_user("carol")
    make.share(quiet.alice, quiet.space, carol, COMMENTER.mask)
    assert kinds(carol) == ["shared"]
    first = commenting.write(make.act(carol), make.fresh(file), "Who has the tents?")
    commenting.write(make.act(quiet.bob), make.fresh(file), "I do.", parent=first.pk)
    commenting.write(make.act(quiet.alice), make.fresh(file), "Thanks, @bob.", parent=first.pk)
    assert [(line.kind, line.title) for line in lines_of(quiet.bob)] == [("mentioned", "tents.txt")]
    said = [f"{line.who} {line.text} {line.title}" for line in lines_of(carol)[:2]]
    assert said == ["Alice answered your comment on it tents.txt", "Bob answered your comment on it tents.txt"]
    assert heard(quiet.alice) == heard(quiet.eve) == []
    mute(carol, file)
    commenting.write(make.act(quiet.bob), make.fresh(file), "Here @carol", parent=first.pk)
    assert len(lines_of(carol)) == 3
