"""What has ended is removed at night, and devices learn of it."""

from collab.rights.models import Grant, Link, Principal
from collab.rights.sweep import sweep
from tests import town as make


def test_ended_grants_go_and_living_ones_stay(alice, bob, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    make.share(alice, folder, bob, expires_at=make.in_hours(1))
    make.expire(folder, eve.principal)
    before = make.fresh(root).etag
    assert sweep() == 1
    assert not Grant.objects.filter(principal=eve.principal, acl__kind="node").exists()
    assert Grant.objects.filter(principal=bob.principal, acl__kind="node").exists()
    assert make.fresh(root).etag != before
    assert sweep() == 0
    assert make.is_clean()


def test_an_ended_link_goes_whole(alice, root):
    folder = make.make_folder(alice, root, "Photos")
    link = make.make_link(alice, folder)
    make.expire(folder, link.principal)
    assert sweep() == 1
    assert not Link.objects.exists()
    assert not Principal.objects.filter(pk=link.principal_id).exists()


def test_the_log_of_a_space_says_that_a_membership_ended(alice, eve, space):
    make.share(alice, space, eve)
    make.expire(space, eve.principal)
    sweep()
    assert make.log_of(space)[-1] == "expire"


def test_an_ended_grant_of_a_thing_in_the_trash_goes_too(alice, eve, root):
    folder = make.make_folder(alice, root, "Photos")
    make.share(alice, folder, eve)
    make.expire(folder, eve.principal)
    make.throw_away(alice, folder)
    assert sweep() == 1
    assert make.is_clean()


def test_one_night_takes_a_bounded_number(alice, eve, bob, root):
    folder = make.make_folder(alice, root, "Photos")
    for person in (eve, bob):
        make.share(alice, folder, person)
        make.expire(folder, person.principal)
    assert sweep(limit=1) == 1
    assert sweep(limit=1) == 1
