"""Letting people in, from when on they read, and turning a channel from open to private and back."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions import botting, bringing, channels, inviting, turning, visiting
from chat.models import Channel, Message
from chat.views import showing
from collab.lib.errors import BadInput, Forbidden
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights import lineage, link_changes, links
from collab.rights.models import Acl
from collab.rights.right import CONTRIBUTOR, MANAGER, READER, Right
from files.models import Node
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def board(town):
    return chatting.channel(town.alice, town.space, "Board", closed=True)


def test_who_is_let_in_reads_from_when_the_inviter_says(town, board, client):
    old, recent = chatting.say(town.alice, board, "Long ago"), chatting.say(town.alice, board, "Yesterday")
    Message.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=60))
    Message.objects.filter(pk=recent.pk).update(at=timezone.now() - timedelta(days=1))
    client.force_login(town.alice)
    page = client.get(f"/chat/{board.pk}/invite/?q=e", headers=EN).content.decode()
    assert "Only what is said from now on" in page
    client.post(f"/chat/{board.pk}/invite/", {"person": [town.bob.pk], "history": "week"})
    client.post(f"/chat/{board.pk}/invite/", {"person": [town.eve.pk], "history": "none", "role": "reader"})
    chatting.say(town.alice, board, "Welcome")
    assert chatting.words(town.bob, board) == ["Yesterday", "Welcome"]
    assert chatting.words(town.eve, board) == ["Welcome"]
    assert chatting.mine(town.eve, board).unread == 1
    client.force_login(town.eve)
    for door in (f"/chat/message/{old.pk}/", f"/chat/message/{recent.pk}/source/"):
        assert client.get(door).status_code == 404
    # whoever was here already is shown no less by a second invitation
    client.force_login(town.alice)
    client.post(f"/chat/{board.pk}/invite/", {"person": [town.bob.pk], "history": "none"})
    assert chatting.words(town.bob, board) == ["Yesterday", "Welcome"]


def test_groups_read_everything_and_only_who_may_share_lets_in(town, board, client):
    make.share(town.alice, board, town.bob, CONTRIBUTOR.mask)
    group = make.make_group("Treasurers", town.eve)
    client.force_login(town.bob)
    assert client.post(f"/chat/{board.pk}/invite/", {"person": [town.eve.pk]}).status_code == 404
    client.force_login(town.alice)
    assert client.post(f"/chat/{board.pk}/invite/", {"group": [group.pk], "history": "none"}).status_code == 400
    assert client.post(f"/chat/{board.pk}/invite/", {}).status_code == 400
    assert client.post(f"/chat/{board.pk}/invite/", {"group": [group.pk]}).status_code == 302
    assert make.act(town.eve).can(chatting.fresh(board), Right.ADD)


def test_anybody_in_a_conversation_of_several_lets_one_more_in_but_not_in_one_of_two(town):
    dora = make.make_user("dora")
    several = channels.group(make.act(town.alice), [town.bob, town.eve])
    chatting.say(town.alice, several, "Before")
    inviting.invite(make.act(town.bob), several, [dora], history="none")
    chatting.say(dora, several, "Hello all")
    assert chatting.words(dora, several) == ["Hello all"]
    assert chatting.words(town.eve, several) == ["Before", "Hello all"]
    two = chatting.direct(town.alice, town.bob)
    with pytest.raises(Forbidden):
        inviting.invite(make.act(town.alice), two, [dora])
    with pytest.raises(BadInput):
        inviting.invite(make.act(town.alice), several, [dora], history="whenever")


def test_turning_private_keeps_who_has_it_and_tells_before_who_loses_it(town, client):
    trips = chatting.channel(town.alice, town.space)
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, CONTRIBUTOR.mask)
    chatting.say(carl, trips, "I am in")
    client.force_login(town.alice)
    client.post(f"/chat/{trips.pk}/say/", {"text": "", "files": [SimpleUploadedFile("plan.txt", b"hello")]})
    node = Node.objects.get(name="plan.txt")
    assert make.act(town.bob).can(node, Right.SEE)
    page = client.get(f"/chat/{trips.pk}/turn/", headers=EN).content.decode()
    assert "1 person loses access" in page
    assert str(town.bob) in page
    client.post(f"/chat/{trips.pk}/turn/", {"to": "private"})
    assert chatting.fresh(trips).form == Channel.Form.CLOSED
    assert make.act(carl).rights_on(chatting.fresh(trips)) == CONTRIBUTOR.mask
    for what in (chatting.fresh(trips), make.fresh(node)):
        assert make.act(carl).can(what, Right.SEE)
        assert not make.act(town.bob).can(what, Right.SEE)
    page = client.get(f"/chat/{trips.pk}/turn/", headers=EN).content.decode()
    assert "1 person gains access" in page
    assert str(town.bob) in page
    client.post(f"/chat/{trips.pk}/turn/", {"to": "open"})
    for what in (chatting.fresh(trips), make.fresh(node)):
        assert make.act(town.bob).can(what, Right.SEE)
    assert chatting.fresh(trips).form == Channel.Form.OPEN
    assert lineage.verify() == []


def test_restricting_it_in_the_dialog_of_rights_is_the_same_turn(town):
    trips = chatting.channel(town.alice, town.space)
    make.restrict(town.alice, trips)
    assert chatting.fresh(trips).form == Channel.Form.CLOSED
    assert Acl.objects.get(pk=chatting.fresh(trips).acl_id).parent_id is None


def test_only_who_manages_it_turns_it_and_never_what_is_between_people(town, client):
    trips, two = chatting.channel(town.alice, town.space), chatting.direct(town.alice, town.bob)
    client.force_login(town.bob)
    assert client.post(f"/chat/{trips.pk}/turn/", {"to": "private"}).status_code == 403
    client.force_login(town.alice)
    assert client.get(f"/chat/{two.pk}/turn/").status_code in {403, 404}
    make.share(town.alice, trips, town.eve, READER.mask)
    client.force_login(town.eve)
    assert client.get(f"/chat/{trips.pk}/turn/").status_code == 403


def test_nobody_shows_more_than_they_read_themselves(town):
    """Whoever reads from now on lets a friend, or a bot, in: these read no more than they do."""
    carl, dora = make.make_user("carl"), make.make_user("dora")
    several = channels.group(make.act(town.alice), [town.bob, town.eve])
    chatting.say(town.alice, several, "Among us")
    inviting.invite(make.act(town.bob), several, [dora], history="none")
    chatting.say(dora, several, "Hello")
    inviting.invite(make.act(dora), several, [carl], history="all")
    assert chatting.words(carl, several) == ["Hello"]
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    chatting.say(town.alice, board, "Long ago")
    inviting.invite(make.act(town.alice), board, [town.bob], history="none")
    make.share(town.alice, board, town.bob, MANAGER.mask)
    with pytest.raises(BadInput):
        inviting.invite(make.act(town.bob), board, [], [make.make_group("Friends", carl)])
    bot = botting.make(make.act(town.bob), "Reader")
    botting.let_in(make.act(town.bob), bot, chatting.fresh(board))
    assert chatting.words(bot.user, board) == []


def test_who_comes_back_reads_what_the_inviter_says(town, board):
    chatting.say(town.alice, board, "All together")
    inviting.invite(make.act(town.alice), board, [town.bob])
    assert chatting.words(town.bob, board) == ["All together"]
    make.unshare(town.alice, chatting.fresh(board), town.bob)
    chatting.say(town.alice, board, "About Bob")
    inviting.invite(make.act(town.alice), chatting.fresh(board), [town.bob], history="none")
    chatting.say(town.alice, board, "Welcome back")
    assert chatting.words(town.bob, board) == ["Welcome back"]


def test_files_that_arrive_while_it_turns_private_are_private(town):
    trips = chatting.channel(town.alice, town.space)
    before = chatting.fresh(trips)  # as it was when the first bytes came
    turning.make_private(make.act(town.alice), chatting.fresh(trips))
    with registry.files().arrive("plan.txt", [b"by bike"]) as file:
        bringing.send(make.act(town.alice), before, "", [file])
    node = Node.objects.get(name="plan.txt")
    assert make.act(town.alice).can(node, Right.SEE)
    assert not make.act(town.bob).can(node, Right.SEE)


def test_how_far_people_read_tells_nothing_of_who_was_put_out(town, board):
    inviting.invite(make.act(town.alice), board, [town.bob])
    channels.change(make.act(town.alice), chatting.fresh(board), receipts=True)
    chatting.say(town.bob, board, "Hello")
    assert "Bob" in showing.readers(chatting.mine(town.alice, board), town.alice.pk)
    make.unshare(town.alice, chatting.fresh(board), town.bob)
    assert "Bob" not in showing.readers(chatting.mine(town.alice, board), town.alice.pk)


def test_several_people_have_one_conversation(town):
    first = channels.group(make.act(town.alice), [town.bob, town.eve])
    assert channels.group(make.act(town.bob), [town.eve, town.alice]) == first
    inviting.invite(make.act(town.bob), chatting.fresh(first), [make.make_user("dora")])
    second = channels.group(make.act(town.bob), [town.eve, town.alice])
    assert second != first
    channels.change(make.act(town.bob), chatting.fresh(second), title="Surprise")
    assert channels.group(make.act(town.bob), [town.eve, town.alice]) != second


def test_nobody_opens_more_than_they_read_by_the_dialog_of_rights(town, board, client):
    chatting.say(town.alice, board, "Before bob")
    inviting.invite(make.act(town.alice), board, [town.bob], history="none")
    make.share(town.alice, chatting.fresh(board), town.bob, MANAGER.mask)
    chatting.say(town.bob, board, "Hello")
    make.share(town.bob, chatting.fresh(board), town.eve, READER.mask)
    assert chatting.words(town.eve, board) == ["Hello"]
    make.share(town.bob, chatting.fresh(board), town.alice, MANAGER.mask)  # who is here is shown no less
    assert chatting.words(town.alice, board) == ["Before bob", "Hello"]
    group = make.make_group("Treasurers", make.make_user("dora"))
    with pytest.raises(Forbidden):
        make.share(town.bob, chatting.fresh(board), group, READER.mask)
    make.share(town.alice, chatting.fresh(board), group, READER.mask)
    make.share(town.bob, chatting.fresh(board), group, CONTRIBUTOR.mask)  # it reads everything already


def limited(town, board):
    """Bob manages the channel, and reads from “Welcome” on."""
    chatting.say(town.alice, board, "Before bob")
    inviting.invite(make.act(town.alice), board, [town.bob], history="none")
    make.share(town.alice, chatting.fresh(board), town.bob, MANAGER.mask)
    chatting.say(town.alice, board, "Welcome")


def test_nobody_opens_a_private_channel_of_which_they_do_not_read_all(town, board, client):
    make.share(town.alice, town.space, town.eve, READER.mask)
    make.share(town.alice, town.space, town.bob, MANAGER.mask)
    limited(town, board)
    client.force_login(town.bob)
    page = client.get(f"/chat/{board.pk}/turn/", headers=EN).content.decode()
    assert f"reads all of it: {town.alice}." in page
    assert 'name="to"' not in page
    assert client.post(f"/chat/{board.pk}/turn/", {"to": "open"}).status_code == 403
    with pytest.raises(Forbidden):  # by the dialog of rights, as who manages the space too
        rights.inherit(make.act(town.bob), chatting.fresh(board))
    assert chatting.fresh(board).form == Channel.Form.CLOSED
    client.force_login(town.alice)
    assert client.post(f"/chat/{board.pk}/turn/", {"to": "open"}).status_code == 302
    for who in (town.eve, town.bob):  # what everyone reads, bob reads too
        assert chatting.words(who, board) == ["Before bob", "Welcome"]


def test_whoever_manages_the_space_alone_opens_no_private_channel(town, board):
    make.share(town.alice, town.space, town.bob, MANAGER.mask)
    with pytest.raises(Forbidden):
        rights.inherit(make.act(town.bob), chatting.fresh(board))
    assert chatting.fresh(board).form == Channel.Form.CLOSED


def test_a_changed_link_shows_no_more_than_who_changes_it_reads(town, board):
    limited(town, board)
    hers = links.make_link(make.act(town.alice), chatting.fresh(board), READER.mask, choices=[])
    with pytest.raises(Forbidden):
        link_changes.change_link(
            make.act(town.bob), chatting.fresh(board), hers, READER.mask, choices=[visiting.HISTORY]
        )
    his = links.make_link(make.act(town.bob), chatting.fresh(board), READER.mask, choices=[visiting.HISTORY])
    with pytest.raises(Forbidden):  # it would show what she reads
        links.hand_over_link(make.act(town.bob), chatting.fresh(board), his, town.alice)
    link_changes.change_link(make.act(town.alice), chatting.fresh(board), hers, READER.mask, choices=[visiting.HISTORY])
    link_changes.change_link(make.act(town.bob), chatting.fresh(board), hers, READER.mask, choices=[visiting.HISTORY])
