"""Invitations: who may make which, what becomes of each address, and one way in for one person."""

from datetime import timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import addressees, mails, tasks, usernames
from collab.accounts.actions import invitations, people, posting
from collab.accounts.actions.invitations import Terms
from collab.accounts.models import Invitation, Rank, User
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from collab.rights.right import EDITOR, MANAGER
from tests import town as make
from tests.accounts.people import PASSWORD
from tests.accounts.test_ranks import RANKS, ROWS
from tests.meeting import at_once, lost, won

pytestmark = pytest.mark.django_db

SHORT = {"acc.invite_da": "admin", "acc.invite_ra": "space_manager", "acc.invite_pu": "member", "acc.invite_u": "guest"}


@pytest.fixture
def owner(town):
    return make.make_user("olivia", Rank.OWNER)


@pytest.fixture
def admin(town):
    return make.make_user("adam", Rank.ADMIN)


def token_of(invitation):
    return posting.path_of(invitation).strip("/").rpartition("/")[2]


def come(invitation, name="Zoé Martin", **more):
    return invitations.accept(token_of(invitation), display_name=name, password=PASSWORD, **more)


def outcomes(results):
    return [result.outcome for result in results]


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("row", [row for row in ROWS if row["key"] in SHORT], ids=lambda row: row["key"])
def test_the_matrix_decides_who_invites_whom(town, rank, row):
    maker, terms = make.make_user("maker", rank), Terms(rank=SHORT[row["key"]])
    for invite in (
        lambda: invitations.invite_by_link(maker, terms),
        lambda: invitations.invite_addresses(maker, "zoe@example.org", terms),
    ):
        if row[rank] == "Y":
            assert invite()
        else:
            with pytest.raises(Forbidden):
                invite()
    assert Invitation.objects.count() == (2 if row[rank] == "Y" else 0)


def test_nobody_invites_a_second_owner(owner):
    for maker in (owner, None):
        with pytest.raises(BadInput):
            invitations.invite_by_link(maker, Terms(rank="owner"))


def test_each_entry_of_a_list_has_its_result(admin, bob):
    User.objects.filter(pk=bob.pk).update(email="Bob@example.org")
    invitations.invite_addresses(admin, "old@example.org", Terms())
    text = 'bob@EXAMPLE.org, "Martin, Zoé" <Zoe@example.org>; old@example.org\nnonsense\nzoe@example.org\n\n,x@y'
    results = invitations.invite_addresses(admin, text, Terms(rank="guest"))
    assert [(result.written, result.outcome) for result in results] == [
        ("bob@EXAMPLE.org", "member"),
        ('"Martin, Zoé" <Zoe@example.org>', "invited"),
        ("old@example.org", "again"),
        ("nonsense", "malformed"),
        ("zoe@example.org", "duplicate"),
        ("x@y", "malformed"),
    ]
    zoe = Invitation.objects.get(email="zoe@example.org")
    assert (zoe.name, zoe.rank, zoe.uses_limit) == ("Martin, Zoé", "guest", 1)
    assert Invitation.objects.get(email="old@example.org").rank == "guest", "the latest choice holds"


def test_an_ended_invitation_is_renewed_and_a_cancelled_one_made_anew(admin):
    (first,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())
    Invitation.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert outcomes(invitations.invite_addresses(admin, "zoe@example.org", Terms())) == ["again"]
    assert come(first.invitation).email == "zoe@example.org"
    (second,) = invitations.invite_addresses(admin, "max@example.org", Terms())
    invitations.cancel(admin, second.invitation)
    assert outcomes(invitations.invite_addresses(admin, "max@example.org", Terms())) == ["invited"]
    with pytest.raises(Conflict):
        invitations.restore(admin, second.invitation)


def test_another_manager_neither_sees_nor_takes_over_an_invitation(admin, owner):
    manager, other = (make.make_user(name, Rank.SPACE_MANAGER) for name in ("mia", "noa"))
    (result,) = invitations.invite_addresses(manager, "zoe@example.org", Terms())
    assert outcomes(invitations.invite_addresses(other, "zoe@example.org", Terms(rank="guest"))) == ["taken"]
    assert (list(invitations.pending(manager)), list(invitations.pending(other))) == ([result.invitation], [])
    for act in (invitations.resend, invitations.cancel, invitations.restore, invitations.path_of):
        with pytest.raises(Forbidden):
            act(other, result.invitation)
        act(admin, result.invitation)
    high = invitations.invite_by_link(owner, Terms(rank="admin"))
    assert high in invitations.pending(admin)
    with pytest.raises(Forbidden):  # whoever reads the link could use it
        invitations.path_of(admin, high)


def test_the_token_is_long_and_kept_sealed(admin):
    link = invitations.invite_by_link(admin, Terms())
    token = token_of(link)
    assert len(token) >= 43
    assert token.encode() not in bytes(link.digest) + bytes(link.token_sealed)
    assert invitations.find(token) == link
    for wrong in ("", token[:-1], token + "x", "\0", "\udcff"):
        with pytest.raises(NotFound):
            invitations.find(wrong)


def test_who_comes_has_the_rank_the_groups_and_the_space(town, owner):
    make.share(town.alice, town.space, owner, MANAGER.mask)
    other = make.make_group("Choir")
    terms = Terms(rank="guest", groups=(town.team.pk, other.pk), space=town.space.pk, role="reader")
    link = invitations.invite_by_link(owner, terms, uses=2)
    other.delete()
    zoe = come(link, language="en")
    assert (zoe.rank, zoe.username, zoe.language, zoe.email) == ("guest", "zoe.martin", "en", None)
    assert list(zoe.collab_groups.named()) == [town.team]
    assert make.mask_on(zoe, town.space) == EDITOR.mask
    assert come(link).username == "zoe.martin2"
    assert set(link.accepted_by.all()) == set(User.objects.filter(username__startswith="zoe"))
    with pytest.raises(Conflict):
        come(link)


def test_nobody_gives_a_group_or_a_space_that_is_not_theirs(town):
    manager = make.make_user("mia", Rank.SPACE_MANAGER)
    for terms in (
        Terms(groups=(town.team.pk,)),
        Terms(space=town.space.pk, role="reader"),
    ):
        with pytest.raises(Forbidden):
            invitations.invite_by_link(manager, terms)
    for terms in (Terms(groups=(10**9,)), Terms(groups=(make.everyone().pk,)), Terms(space=town.space.pk, role="king")):
        with pytest.raises(BadInput):
            invitations.invite_by_link(manager, terms)
    assert not Invitation.objects.exists()


def test_what_the_maker_lost_meanwhile_is_not_given(town):
    manager = make.make_user("mia", Rank.SPACE_MANAGER)
    choir = make.make_group("Choir", managers=(manager,))
    link = invitations.invite_by_link(manager, Terms(groups=(choir.pk,)))
    choir.memberships.all().delete()
    assert not come(link).collab_groups.named().exists()
    people.change_rank(None, manager, Rank.MEMBER)
    assert invitations.state_of(invitations.find(token_of(link))) == "suspended"
    with pytest.raises(Conflict):
        come(link, "Max")


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expired"),
        ({"revoked_at": timezone.now()}, "cancelled"),
        ({"uses_count": 1, "uses_limit": 1}, "used"),
    ],
)
def test_what_has_ended_lets_nobody_in(admin, changed, state):
    link = invitations.invite_by_link(admin, Terms())
    make.change(link, **changed)
    assert invitations.state_of(make.fresh(link)) == state
    before = User.objects.count()
    with pytest.raises(Conflict):
        come(link)
    assert User.objects.count() == before


def test_a_refused_name_or_password_uses_nothing_up(admin, bob):
    (result,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())
    with pytest.raises(Conflict):
        come(result.invitation, username="bob")
    with pytest.raises(BadInput):
        invitations.accept(token_of(result.invitation), display_name="Zoé", password="12345678")
    assert come(result.invitation, email="else@example.org").email == "zoe@example.org"


def test_terms_are_bounded(admin):
    for terms in (
        Terms(days=0), Terms(days=91), Terms(message="x" * 1001), Terms(message="\0"), Terms(language="tlh"),
        Terms(rank="king"),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            invitations.invite_by_link(admin, terms)
    for uses in (0, -1, 1001):
        with pytest.raises(BadInput):
            invitations.invite_by_link(admin, Terms(), uses=uses)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_accept_at_once_and_one_gets_in(living_town):
    admin = make.make_user("adam", Rank.ADMIN)
    (result,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())
    results = at_once(*(lambda name=name: come(result.invitation, name) for name in ("Zoé", "Max", "Ada")))
    assert len(won(results)) == 1
    assert lost(results) == ["Conflict", "Conflict"]
    assert User.objects.filter(email="zoe@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_for_two_lets_in_two_of_four(living_town):
    link = invitations.invite_by_link(make.make_user("adam", Rank.ADMIN), Terms(), uses=2)
    results = at_once(*(lambda name=name: come(link, name) for name in ("Zoé", "Max", "Ada", "Léo")))
    assert (len(won(results)), lost(results)) == (2, ["Conflict", "Conflict"])
    assert make.fresh(link).uses_count == 2


@pytest.mark.django_db(transaction=True)
def test_two_invite_the_same_people_at_once(living_town):
    one, two = (make.make_user(name, Rank.ADMIN) for name in ("adam", "bea"))
    emails = [f"p{number}@example.org" for number in range(20)]
    results = at_once(
        lambda: outcomes(invitations.invite_addresses(one, "\n".join(emails), Terms())),
        lambda: outcomes(invitations.invite_addresses(two, "\n".join(reversed(emails)), Terms())),
    )
    assert sorted(results) == [["again"] * 20, ["invited"] * 20]
    assert Invitation.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_cancelling_meets_accepting(living_town):
    admin = make.make_user("adam", Rank.ADMIN)
    link = invitations.invite_by_link(admin, Terms(), uses=1)
    came, _cancelled = at_once(lambda: come(link), lambda: invitations.cancel(admin, link))
    assert make.fresh(link).uses_count == (0 if isinstance(came, Conflict) else 1)


def posted(django_capture_on_commit_callbacks, act):
    with django_capture_on_commit_callbacks() as callbacks:
        found = act()
    return found, callbacks


def test_without_mail_nothing_is_queued(admin, django_capture_on_commit_callbacks):
    (result,), callbacks = posted(
        django_capture_on_commit_callbacks, lambda: invitations.invite_addresses(admin, "zoe@example.org", Terms())
    )
    assert callbacks == []
    assert result.invitation.mail == "none"


@pytest.mark.parametrize(("language", "word"), [("fr", "vous invite"), ("en", "invites you")])
def test_the_mail_leaves_after_the_commit_in_its_language(
    admin, settings, django_capture_on_commit_callbacks, language, word
):
    settings.MAIL_URL = "smtp://mail.example.org"
    terms = Terms(language=language, message="À bientôt <b>")
    (result,), callbacks = posted(
        django_capture_on_commit_callbacks,
        lambda: invitations.invite_addresses(admin, "Zoé <zoe@example.org>", terms),
    )
    assert (len(callbacks), len(mail.outbox)) == (1, 0)
    posting.deliver(result.invitation.pk)
    posting.deliver(result.invitation.pk)
    (message,) = mail.outbox
    assert message.to == ["zoe@example.org"]
    assert word in message.subject
    html = message.alternatives[0][0]
    for part in (message.body, html):
        assert posting.path_of(result.invitation) in part
        assert word in part
    assert "À bientôt <b>" in message.body
    assert "À bientôt &lt;b&gt;" in html
    assert make.fresh(result.invitation).mail == "sent"


def test_a_refused_mail_is_noted_and_tried_again(admin, settings, monkeypatch):
    settings.MAIL_URL = "smtp://mail.example.org"
    (result,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())

    def refuse(*given):
        raise SMTPRecipientsRefused({"zoe@example.org": (550, b"no such mailbox")})

    with monkeypatch.context() as broken:
        broken.setattr(mails, "send", refuse)
        with pytest.raises(OSError, match="zoe"):
            posting.deliver(result.invitation.pk)
    assert (make.fresh(result.invitation).mail, make.fresh(result.invitation).mail_error) == (
        "failed",
        "no such mailbox",
    )
    posting.deliver(result.invitation.pk)
    assert make.fresh(result.invitation).mail == "sent"
    invitations.cancel(admin, result.invitation)
    make.change(result.invitation, mail="waiting")
    posting.deliver(result.invitation.pk)
    assert len(mail.outbox) == 1, "a cancelled invitation is not sent"


def test_nobody_is_flooded_with_invitations(admin, settings, monkeypatch):
    settings.MAIL_URL = "smtp://mail.example.org"
    queued = []
    monkeypatch.setattr(posting, "post", queued.append)
    (result,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())
    for _turn in range(2):
        invitations.resend(admin, result.invitation)
    with pytest.raises(TooMany) as refused:
        invitations.resend(admin, result.invitation)
    assert refused.value.retry_after > 300
    assert outcomes(invitations.invite_addresses(admin, "zoe@example.org, max@example.org", Terms())) == [
        "often", "invited",
    ]  # fmt: skip
    invitations.cancel(admin, result.invitation)
    assert outcomes(invitations.invite_addresses(admin, "zoe@example.org", Terms())) == ["often"], "nor anew"
    assert len(queued) == 4


def test_the_hourly_sweep_forgets_old_ones_and_sends_late_ones(admin, settings, monkeypatch):
    settings.MAIL_URL = "smtp://mail.example.org"
    queued = []
    monkeypatch.setattr(posting, "_queue", queued.append)
    late, _new = invitations.invite_addresses(admin, "a@example.org b@example.org", Terms())
    make.change(late.invitation, mail_at=timezone.now() - timedelta(hours=1))
    old = invitations.invite_by_link(admin, Terms())
    make.change(old, expires_at=timezone.now() - timedelta(days=91))
    invitations.sweep()
    assert queued == [late.invitation.pk]
    assert not Invitation.objects.filter(pk=old.pk).exists()


GOOD = st.from_regex(r"[a-z][a-z0-9.+_-]{0,10}[a-z]@[a-z]{1,8}\.(org|fr)", fullmatch=True).filter(
    lambda one: ".." not in one and ".@" not in one
)
NAMES = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='<>",;@\\'), min_size=1, max_size=20)


BETWEEN = st.sampled_from([",", ";", "\n", ", ", "\r\n", ",\n"])


@given(st.lists(st.tuples(NAMES, GOOD), min_size=1, max_size=20), BETWEEN)
def test_lists_are_read_whatever_stands_between(entries, between):
    named = addressees.parse(between.join(f"{name} <{email}>" for name, email in entries))
    assert [(one.name, one.email) for one in named] == entries
    bare = addressees.parse(between.join(email for _name, email in entries))
    assert [one.email for one in bare] == [email for _name, email in entries]


@given(st.one_of(st.text(max_size=400), st.text('ab@.<>",; \n\t\0', max_size=200)))
def test_any_text_is_read_or_refused_and_nothing_is_lost(text):
    try:
        found = addressees.parse(text)
    except BadInput:
        return
    for one in found:
        assert one.written
        assert not one.email or (one.email == people.checked_email(one.email) and one.email.isprintable())
    kept = "".join(one.written for one in found)
    assert sorted(sign for sign in text if sign.isalnum() or sign == "@") == sorted(
        sign for sign in kept if sign.isalnum() or sign == "@"
    )


def test_lists_are_bounded():
    for text in ("", " ,\n;", "x" * 30_001, "a@b.org\n" * 201):
        with pytest.raises(BadInput):
            addressees.parse(text)
    assert len(addressees.parse("a@b.org\n" * 200)) == 200
    assert addressees.parse("a" * 64 + "@" + "b" * 60 + ("." + "c" * 60) * 4 + ".org")[0].email == ""


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Zoé  Martin", "", "zoe.martin"),
        ("", "Jean-Luc.P+x@example.org", "jean.luc.p.x"),
        ("李", "", "member"),
        ("Bob", "", "bob2"),
        ("../etc/passwd", "", "etc.passwd"),
        ("x" * 120, "", "x" * 48),
    ],
)
def test_a_user_name_is_proposed(town, name, email, expected):
    assert usernames.suggest(name, email) == expected
    assert people.checked_username(expected) == expected


def console(*words, **options):
    out = StringIO()
    call_command("invite", *words, stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_console_prints_a_link_for_each_address(town, settings):
    lines = console("Zoé <zoe@example.org>", "max@example.org", rank="guest", days=2, language="en")
    assert [line.split()[0] for line in lines] == ["invited", "invited"]
    zoe = Invitation.objects.get(email="zoe@example.org")
    assert lines[0].endswith(settings.URL + posting.path_of(zoe))
    assert (zoe.rank, zoe.language, zoe.created_by) == ("guest", "en", None)
    assert come(zoe).rank == "guest"
    assert console("zoe@example.org")[0].split()[0] == "member"


def test_the_console_makes_a_link_and_says_what_is_wrong(town, settings):
    (line,) = console(link=True, uses=3)
    assert line == settings.URL + posting.path_of(Invitation.objects.get(uses_limit=3))
    for words, options in (((), {}), (("a@b.org",), {"link": True}), ((), {"link": True, "days": 0})):
        with pytest.raises(CommandError):
            console(*words, **options)
    with pytest.raises(CommandError, match="1 of 2"):
        console("nonsense", "a@b.org")
    assert Invitation.objects.filter(email="a@b.org").exists(), "the others are invited"


def test_the_worker_sends_and_a_queue_that_is_away_leaves_it_waiting(
    admin, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.MAIL_URL = "smtp://mail.example.org"
    for error in (OperationalError, RedisError):
        with monkeypatch.context() as away:

            def refuse(*given, error=error, **more):
                raise error

            away.setattr(tasks.send_invitation, "apply_async", refuse)
            with django_capture_on_commit_callbacks(execute=True):
                (result,) = invitations.invite_addresses(admin, "zoe@example.org", Terms())
        assert make.fresh(result.invitation).mail == "waiting"
    sent = []
    with monkeypatch.context() as there:
        there.setattr(tasks.send_invitation, "apply_async", lambda given, **more: sent.append(given))
        with django_capture_on_commit_callbacks(execute=True):
            invitations.resend(admin, result.invitation)
    tasks.send_invitation.apply(sent[0])
    assert [message.to for message in mail.outbox] == [["zoe@example.org"]]
    assert make.fresh(result.invitation).mail == "sent"


def test_the_invitations_of_an_account_go_with_it_and_those_who_came_stay(admin, owner):
    link = invitations.invite_by_link(admin, Terms())
    zoe = come(link)
    people.deactivate(owner, admin)
    people.delete(owner, make.fresh(admin))
    assert not Invitation.objects.exists()
    assert User.objects.filter(pk=zoe.pk, is_active=True).exists()
    with pytest.raises(NotFound):
        invitations.find(token_of(link))


@pytest.mark.django_db(transaction=True)
def test_two_of_the_same_name_come_at_once_by_one_link(living_town):
    link = invitations.invite_by_link(make.make_user("adam", Rank.ADMIN), Terms())
    results = at_once(*(lambda: come(link, "Zoé Martin") for _person in range(3)))
    assert sorted(person.username for person in won(results)) == ["zoe.martin", "zoe.martin2", "zoe.martin3"]
