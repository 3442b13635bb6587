"""Bots: whose they are, what they see, their tokens, and that nobody takes them for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Func
from django.test import Client
from django.utils import timezone

from chat.actions import botting, inviting, leaving
from chat.models import Bot, Channel
from collab.accounts import ranks
from collab.accounts.actions import devices, passwords
from collab.accounts.models import AppPassword, Rank, User
from collab.events.models import AuditEntry
from collab.groups import actions as groups
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights import sweep
from collab.rights.actor import Actor
from collab.rights.models import Grant
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


@pytest.fixture
def bot(town):
    return botting.make(make.act(town.alice), "Release robot", space=town.space)


def token(town, bot, **how):
    return botting.give_token(make.act(town.alice), bot, "ci", **({"scopes": ["chat"], "days": 0} | how))


def found(secret):
    return Actor.of_bearer(secret, "203.0.113.7")


def test_a_bot_sees_only_where_it_was_let_in(town, trips, bot):
    make.share(town.alice, town.space, make.everyone(), 1)
    _row, secret = token(town, bot)
    assert not Channel.objects.visible_to(found(secret)).exists()
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    said = chatting.say(bot.user, trips, "Built @bob")
    assert said.people == [town.bob.pk]
    page = Client(headers=EN)
    page.force_login(town.bob)
    assert '<span class="chip">bot</span>' in page.get(f"/chat/{trips.pk}/").content.decode()
    botting.put_out(make.act(town.alice), bot, chatting.fresh(trips))
    assert not Channel.objects.visible_to(found(secret)).exists()


def test_nobody_makes_or_moves_a_bot_who_does_not_manage_its_space(town, trips, bot):
    with pytest.raises(Forbidden):
        botting.make(make.act(town.bob), "Mine", space=town.space)
    guest = make.make_user("guest", Rank.GUEST)
    with pytest.raises(Forbidden):
        botting.make(make.act(guest), "Mine")
    for who in (town.bob, town.eve):
        page = Client()
        page.force_login(who)
        assert page.get(f"/chat/bots/{bot.pk}/").status_code == 404
        assert page.post(f"/chat/bots/{bot.pk}/stop/").status_code == 404
        with pytest.raises(NotFound):
            botting.give_token(make.act(who), bot, "x", scopes=["chat"], days=0)
    mine = botting.make(make.act(town.eve), "Eve's")
    with pytest.raises(Forbidden):
        botting.let_in(make.act(town.eve), mine, chatting.fresh(trips))


def test_tokens_have_scopes_and_an_end_and_are_taken_back(town, bot):
    row, secret = token(town, bot, scopes=["chat", "read-only"], days=30)
    actor = found(secret)
    assert actor.user == bot.user
    assert actor.allows_scope("chat")
    assert not actor.allows_scope("chat", write=True)
    assert not actor.allows_scope("files")
    for wrong in ([], ["read-only"], ["everything"]):
        with pytest.raises(BadInput):
            token(town, bot, scopes=wrong)
    _row, undo = botting.take_token(make.act(town.alice), bot, row.pk)
    with pytest.raises(Forbidden):
        found(secret)
    back = botting.give_token_back(make.act(town.alice), bot, undo)
    assert back.expires_at == row.expires_at
    # by the clock of the database, and not as it was when this transaction began
    AppPassword.objects.filter(pk=back.pk).update(expires_at=Func(function="clock_timestamp"))
    with pytest.raises(Forbidden):
        found(secret)
    with pytest.raises(Forbidden):
        Actor.of_basic(bot.user.username, secret, "203.0.113.7")
    AppPassword.objects.filter(pk=back.pk).update(expires_at=timezone.now() - timedelta(days=31))
    assert devices.sweep() == 1
    kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert {"bot-made", "device-made", "device-revoked", "device-restored"} <= kinds


def test_a_stopped_bot_comes_in_no_more(town, bot):
    _row, secret = token(town, bot)
    botting.stop(make.act(town.alice), bot)
    with pytest.raises(Forbidden):
        found(secret)
    botting.stop(make.act(town.alice), bot, on=False)
    assert found(secret).user == bot.user


def test_a_bot_is_no_person(town, bot):
    owner = make.make_user("owner", Rank.OWNER)
    assert not ranks.may_change_rank(owner, bot.user, Rank.MEMBER)
    assert not ranks.may_reset(owner, bot.user)
    with pytest.raises(BadInput):
        passwords.set_password(None, bot.user, "correct horse battery staple")
    assert not bot.user.has_usable_password()
    assert bot.user.pk not in make.everyone().memberships.values_list("user", flat=True)
    assert not hasattr(bot.user, "personal_space")


def test_bots_end_with_what_they_belong_to(town, bot):
    mine = botting.make(make.act(town.bob), "Bob's")
    _row, secret = botting.give_token(make.act(town.bob), mine, "x", scopes=["chat"], days=0)
    leaving.leave(town.bob)
    with pytest.raises(Forbidden):
        found(secret)
    assert not User.objects.get(pk=mine.user_id).is_active
    assert Bot.objects.filter(pk=bot.pk).exists()


def test_the_pages(town, trips, monkeypatch):
    monkeypatch.setattr("collab.accounts.recent.signed_in_recently", lambda request: True)
    page = Client(headers=EN)
    page.force_login(town.alice)
    answer = page.post("/chat/bots/", {"name": "Forge", "purpose": "Tells of builds", "space": town.space.pk})
    bot = Bot.objects.get()
    here = f"/chat/bots/{bot.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert bot.user.username == "forge"
    assert page.post(here + "let-in/", {"channel": trips.pk}).status_code == 302
    assert page.post(here + "let-in/", {"channel": "9" * 30}).status_code == 404
    shown = page.post(here + "token/", {"title": "ci", "scopes": ["chat"], "days": 365}).content.decode()
    row = AppPassword.objects.get()
    assert row.expires_at is not None
    secret = shown.split("data-text>")[1].split("<")[0]
    assert found(secret).device == f"a{row.pk}"
    shown = page.get(here).content.decode()
    assert secret not in shown
    assert "Trips" in shown
    assert page.post(here + "token/", {"title": "ci", "days": 365}).status_code == 400
    assert page.post(here, {"name": "Smithy", "purpose": ""}).status_code == 302
    assert page.post(here + "stop/").status_code == 302
    assert "Smithy" in page.get("/chat/bots/").content.decode()
    assert "stopped" in page.get(here).content.decode()
    assert page.post("/chat/bots/", {"name": "", "space": 10**30}).status_code == 400


def test_only_who_is_in_its_private_channels_gives_a_bot_tokens(town, bot):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    row, _secret = token(town, bot)
    _row, undo = botting.take_token(make.act(town.bob), bot, row.pk)
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(board))
    for stopped in (False, True):  # nor while it is stopped, for later
        botting.stop(make.act(town.bob), bot, on=stopped)
        with pytest.raises(Forbidden):
            botting.give_token(make.act(town.bob), bot, "mine", scopes=["chat"], days=0)
        with pytest.raises(Forbidden):
            botting.give_token_back(make.act(town.bob), bot, undo)
    assert token(town, bot)
    make.share(town.alice, chatting.fresh(board), town.bob, 1)
    assert botting.give_token(make.act(town.bob), bot, "mine", scopes=["chat"], days=0)


def test_no_token_of_an_outsider_comes_along_into_a_private_channel(town, bot, client):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    his, secret = botting.give_token(make.act(town.bob), bot, "nightly", scopes=["chat"], days=0)
    hers, kept = token(town, bot)
    trips = chatting.channel(town.alice, town.space)
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    assert found(secret).user == bot.user  # an open channel bob reads anyhow
    client.force_login(town.alice)
    page = client.get(f"/chat/{board.pk}/invite/?q=robot", headers=EN).content.decode()
    assert f"“nightly” of Release robot, given by {town.bob}." in page
    assert "“ci”" not in page
    answer = client.post(f"/chat/{board.pk}/invite/", {"person": [bot.pk]}, headers=EN, follow=True)
    assert "“nightly” of Release robot" in answer.content.decode()
    with pytest.raises(Forbidden):
        found(secret)
    assert Channel.objects.visible_to(found(kept)).filter(pk=board.pk).exists()
    assert AuditEntry.objects.filter(kind="device-revoked", subject_id=his.pk, actor_id=town.alice.pk).exists()
    # who is put out reads no longer by a token either, nor does who leaves the house
    make.share(town.alice, chatting.fresh(board), town.bob, 1)
    botting.give_token(make.act(town.bob), bot, "again", scopes=["chat"], days=0)
    make.unshare(town.alice, chatting.fresh(board), town.bob)
    assert list(bot.user.app_passwords.all()) == [hers]
    leaving.leave(town.alice)
    assert not bot.user.app_passwords.exists()


def test_a_token_ends_as_its_giver_leaves_the_group_by_which_they_read(town, bot):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    circle = make.make_group("Board", town.bob, town.eve, managers=(town.alice,))
    make.share(town.alice, chatting.fresh(board), circle, 1)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(board))
    kept, hers = token(town, bot)
    _row, secret = botting.give_token(make.act(town.bob), bot, "nightly", scopes=["chat"], days=0)
    groups.remove(town.alice, circle, town.eve)
    assert Channel.objects.visible_to(found(secret)).filter(pk=board.pk).exists()
    groups.remove(town.bob, circle, town.bob)
    with pytest.raises(Forbidden):
        found(secret)
    assert list(bot.user.app_passwords.all()) == [kept]
    # with the group go those of everybody who read only through it
    groups.add(town.alice, circle, town.bob)
    botting.give_token(make.act(town.bob), bot, "again", scopes=["chat"], days=0)
    make.make_user("olga", rank=Rank.OWNER)
    groups.delete(User.objects.get(username="olga"), circle)
    assert list(bot.user.app_passwords.all()) == [kept]
    assert Channel.objects.visible_to(found(hers)).filter(pk=board.pk).exists()


def test_a_token_ends_as_its_giver_leaves_the_space(town, bot, trips):
    make.share(town.alice, town.space, town.eve, make.Right.ALL)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    kept, kept_secret = token(town, bot)
    for leave in (lambda: make.unshare(town.alice, town.space, town.eve), lambda: ends(town.space, town.eve)):
        make.share(town.alice, town.space, town.eve, make.Right.ALL)
        _row, secret = botting.give_token(make.act(town.eve), bot, "nightly", scopes=["chat"], days=0)
        make.share(town.alice, town.space, town.eve, 1)  # who reads on keeps it
        assert Channel.objects.visible_to(found(secret)).filter(pk=trips.pk).exists()
        leave()
        with pytest.raises(Forbidden):
            found(secret)
        assert list(bot.user.app_passwords.all()) == [kept]
    assert Channel.objects.visible_to(found(kept_secret)).filter(pk=trips.pk).exists()


def ends(space, user):
    Grant.objects.filter(acl=space.acl, principal=user.principal).update(expires_at=timezone.now() - timedelta(days=1))
    assert sweep.sweep() == 1


def test_a_token_ends_as_everyone_reads_a_private_channel_no_more(town, bot):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    make.share(town.alice, chatting.fresh(board), make.everyone(), 1)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(board))
    kept, _hers = token(town, bot)
    botting.give_token(make.act(town.bob), bot, "nightly", scopes=["chat"], days=0)
    make.unshare(town.alice, chatting.fresh(board), make.everyone())
    assert list(bot.user.app_passwords.all()) == [kept]


def test_a_bot_brings_no_token_of_an_outsider_into_an_open_channel(town, trips, client):
    mine = botting.make(make.act(town.eve), "Eve's")
    _row, secret = botting.give_token(make.act(town.eve), mine, "x", scopes=["chat"], days=0)
    client.force_login(town.alice)
    answer = client.post(f"/chat/{trips.pk}/invite/", {"person": [mine.pk]}, headers=EN)
    assert (answer.status_code, "“x” of Eve" in answer.content.decode()) == (403, True)
    assert not Channel.objects.visible_to(found(secret)).exists()
    make.share(town.alice, town.space, town.eve, 1)
    assert client.post(f"/chat/{trips.pk}/invite/", {"person": [mine.pk]}).status_code == 302
    make.unshare(town.alice, town.space, town.eve)
    with pytest.raises(Forbidden):
        found(secret)
    with pytest.raises(Forbidden):
        botting.give_token(make.act(town.eve), mine, "again", scopes=["chat"], days=0)


def test_a_space_is_not_shared_with_a_bot_that_outsiders_hold(town, trips):
    mine = botting.make(make.act(town.eve), "Eve's")
    _row, secret = botting.give_token(make.act(town.eve), mine, "x", scopes=["chat"], days=0)
    robots = make.make_group("Robots", mine.user)
    for whom in (mine.user, robots):
        with pytest.raises(Forbidden) as refused:
            make.share(town.alice, town.space, whom, 1)
        assert "« x » de Eve's, donné par Eve" in str(refused.value)
    assert not Channel.objects.visible_to(found(secret)).exists()
    make.share(town.alice, town.space, town.eve, 1)
    make.share(town.alice, town.space, robots, 1)
    assert Channel.objects.visible_to(found(secret)).filter(pk=trips.pk).exists()


def test_a_group_takes_no_bot_that_outsiders_hold(town, trips):
    crew = make.make_group("Crew", managers=(town.alice,))
    make.share(town.alice, town.space, crew, 1)
    mine = botting.make(make.act(town.eve), "Eve's")
    _row, secret = botting.give_token(make.act(town.eve), mine, "x", scopes=["chat"], days=0)
    with pytest.raises(Forbidden) as refused:
        groups.add(town.alice, crew, mine.user, outside=True)
    assert "« x » de Eve's, donné par Eve" in str(refused.value)
    assert not Channel.objects.visible_to(found(secret)).exists()
    groups.add(town.alice, crew, town.eve, outside=True)
    groups.add(town.alice, crew, mine.user, outside=True)
    assert Channel.objects.visible_to(found(secret)).filter(pk=trips.pk).exists()


def test_nobody_ends_the_tokens_of_a_bot_that_is_not_theirs(town, bot, client):
    _row, secret = token(town, bot)
    board = chatting.channel(town.bob, town.space, "Board", closed=True)
    client.force_login(town.bob)
    answer = client.post(f"/chat/{board.pk}/invite/", {"person": [bot.pk]}, headers=EN)
    assert answer.status_code == 403
    assert "Who manages the space" in answer.content.decode()
    with pytest.raises(Forbidden):
        make.share(town.bob, chatting.fresh(board), bot.user, 1)
    assert not Channel.objects.visible_to(found(secret)).exists()
    make.share(town.bob, chatting.fresh(board), town.alice, 1)  # who gave it reads there
    assert client.post(f"/chat/{board.pk}/invite/", {"person": [bot.pk]}).status_code == 302


def test_a_bot_whose_tokens_others_hold_is_out_of_a_channel_that_turns_private(town, bot, client):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    _row, secret = botting.give_token(make.act(town.bob), bot, "nightly", scopes=["chat"], days=0)
    trips = chatting.channel(town.alice, town.space)
    make.share(town.alice, town.space, town.bob, CONTRIBUTOR.mask)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    client.force_login(town.alice)
    answer = client.post(f"/chat/{trips.pk}/turn/", {"to": "private"}, headers=EN, follow=True)
    assert "out of it: Release robot." in answer.content.decode()
    assert not Channel.objects.visible_to(found(secret)).filter(pk=trips.pk).exists()


def test_who_reads_less_than_a_bot_gives_it_no_token(town, bot):
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    board = chatting.channel(town.alice, town.space, "Board", closed=True)
    chatting.say(town.alice, board, "Before bob")
    botting.let_in(make.act(town.alice), bot, chatting.fresh(board))
    inviting.invite(make.act(town.alice), chatting.fresh(board), [town.bob], history="none")
    with pytest.raises(Forbidden):
        botting.give_token(make.act(town.bob), bot, "mine", scopes=["chat"], days=0)
