"""The audit log: every change of rights, people and links leaves a sentence, and nobody's secret."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from collab.accounts import credentials
from collab.accounts.actions import devices, flows, invitations, passwords, people
from collab.accounts.models import AppPassword, User
from collab.accounts.throttle import Throttle
from collab.events import audit
from collab.events.models import AuditEntry
from collab.groups import actions as groups
from collab.registry import house
from collab.rights import actions as rights
from collab.rights import link_changes, links, sweep
from collab.rights.actor import Actor
from collab.rights.right import EDITOR, READER, Right
from collab.shell.auditing import exporting, finding, phrases, sentences
from collab.spaces import actions as spaces
from files.actions import handing
from tests import town as make
from tests.accounts.people import PASSWORD, make_person, sign_in, wrong

pytestmark = pytest.mark.django_db
LOG = "/administration/audit/"


def kinds():
    return list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True))


def last():
    return AuditEntry.objects.latest("pk")


def told(reader):
    """All sentences as this person reads them, the newest first."""
    entries = finding.page(finding.Wanted(), size=200).entries
    seen = sentences.seen_by(make.act(reader), entries)
    with translation.override("en"):
        return [sentences.tell(entry, seen).sentence for entry in entries]


@pytest.fixture(autouse=True)
def quiet(town):
    """What the fixtures did is not told here."""
    forget_all()


def forget_all():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_auditentry")


def test_giving_changing_and_taking_rights(town, owner):
    forget_all()
    make.share(town.alice, town.space, town.eve, READER.mask)
    make.share(town.alice, town.space, town.eve, EDITOR.mask)
    make.share(town.alice, town.space, town.eve, EDITOR.mask)
    make.unshare(town.alice, town.space, town.eve)
    assert kinds() == ["share", "share", "unshare"], "the same right again is no change"
    assert told(owner)[::-1] == [
        "Alice gave Eve “Can view” on “Plans”.",
        "Alice changed what Eve may do on “Plans”: “Can view”, now “Can edit”.",
        "Alice took “Can edit” on “Plans” from Eve.",
    ]


def test_restricting_taking_charge_and_ends(town, admin):
    folder = make.make_folder(town.alice, town.root, "Secret")
    make.restrict(town.alice, folder)
    rights.inherit(make.act(town.alice), make.fresh(folder))
    make.share(town.alice, folder, town.eve, READER.mask)
    make.share(town.alice, folder, town.bob, READER.mask)
    for user in (town.eve, town.bob):
        make.expire(folder, user.principal)
    forget = AuditEntry.objects.count()
    assert sweep.sweep() == 2
    assert AuditEntry.objects.count() == forget + 1, "one entry for all"
    assert last().details["ended"] == 2
    spaces.take_charge(make.act(admin), town.space)
    assert {"restrict", "unrestrict", "expire", "take-charge"} <= set(kinds())
    assert told(admin)[0] == "Adam took charge of “Plans”."


def test_links_from_birth_to_end_without_their_secret(town, admin):
    folder = make.make_folder(town.alice, town.root, "Photos")
    alice = make.act(town.alice)
    link = links.make_link(alice, make.fresh(folder), Right.SEE, password="hunter2-hunter2")
    token = links.token_of(alice, link, folder)
    link_changes.change_link(alice, make.fresh(folder), link, Right.SEE, expires_at=make.in_hours(48))
    undo = link_changes.undo_of(alice, folder, link)
    links.revoke_link(alice, make.fresh(folder), link)
    link = link_changes.restore_link(alice, make.fresh(folder), undo)
    link_changes.stop_link(make.act(admin), None, link)
    assert [kind for kind in kinds() if kind.startswith("link")] == [
        "link-made", "link-changed", "link-stopped", "link-made", "link-stopped",
    ]  # fmt: skip
    kept = str(list(AuditEntry.objects.values()))
    assert token not in kept
    assert "hunter2" not in kept


def test_what_the_reader_may_not_see_is_not_named(town, admin):
    folder = make.make_folder(town.alice, town.root, "Illness of Eve")
    make.share(town.alice, folder, town.eve, READER.mask)
    assert told(admin)[0] == "Alice gave Eve “Can view” on something that you do not see."
    assert told(town.alice)[0] == "Alice gave Eve “Can view” on “Illness of Eve”."


def test_accounts_ranks_and_addresses(town, owner):
    carol = people.create_user(owner, "carol", display_name="Carol", password=PASSWORD)
    people.change_rank(owner, carol, "space_manager")
    people.edit(owner, carol, email="carol@example.org")
    people.edit(owner, carol, display_name="Caroline")
    passwords.set_password(owner, carol, "seven quiet lamps hum")
    passwords.reset_path(owner, carol)
    people.deactivate(owner, carol)
    people.reactivate(owner, carol)
    assert kinds() == [
        "account-made", "rank", "address-changed", "name-changed", "password-changed", "password-link",
        "account-disabled", "account-enabled",
    ]  # fmt: skip
    assert "Olivia changed the profile of Carol: Member, now Space manager." in told(owner)


def test_a_deleted_person_loses_the_name_and_the_log_its_sense_not(town, owner):
    carol = people.create_user(
        owner, "carol", display_name="Carol Nobody", email="carol@example.org", password=PASSWORD
    )
    people.edit(owner, carol, email="c@example.net", display_name="Carol Somebody")
    make.share(town.alice, town.space, carol, READER.mask)
    people.deactivate(owner, carol)
    people.delete(owner, carol, erase=True)
    kept = str(list(AuditEntry.objects.values()))
    assert "Carol" not in kept
    assert "example" not in kept
    gone = f"a deleted account (no. {carol.pk})"
    assert f"Alice gave {gone} “Can view” on “Plans”." in told(owner)
    assert told(owner)[0] == f"Olivia deleted {gone}."


def test_groups(town, owner):
    choir = groups.create(owner, "Choir")
    groups.rename(owner, choir, "Chorus")
    groups.add(owner, choir, town.bob)
    groups.add(owner, choir, town.bob)
    groups.add(owner, choir, town.bob, is_manager=True)
    groups.remove(town.bob, choir, town.bob)
    groups.delete(owner, choir)
    assert kinds() == [
        "group-made", "group-renamed", "group-added", "group-manager", "group-removed", "group-deleted",
    ]  # fmt: skip
    assert told(owner)[1] == "Bob left the group “Chorus”."


def test_the_life_of_a_space(town, owner, admin):
    act = make.act(owner)
    space = spaces.create(act, "Garden")
    spaces.set_quota(act, space, 5 * 10**9)
    spaces.copy(act, space, "Orchard")
    spaces.set_quota(act, town.bob.personal_space, 10**9)
    spaces.archive(act, space)
    spaces.delete(act, space, "Garden")
    spaces.keep(act, space)
    spaces.restore(act, space)
    spaces.archive(act, space)
    spaces.delete(act, space, "Garden")
    make.age(type(space).objects.filter(pk=space.pk), "delete_at", 60)
    assert spaces.erase_due() == 1
    assert kinds() == [
        "space-made", "space-room", "space-copied", "space-room", "space-archived", "space-erase-asked", "space-kept",
        "space-restored", "space-archived", "space-erase-asked", "space-erased",
    ]  # fmt: skip
    lines = [line.replace("\xa0", " ") for line in told(admin)[::-1]]
    assert lines[:4] == [
        "Olivia made the space “Garden”.",
        "Olivia changed the room of the space “Garden”: no limit, now 5 GB.",
        "Olivia made the space “Orchard” like “Garden”.",
        "Olivia changed the room for the files of Bob: no limit, now 1 GB.",
    ]
    assert lines[5].startswith("Olivia asked to delete the space “Garden” on ")
    assert lines[-1] == "The space “Garden” was deleted, with all that was in it."


def test_what_changes_hands(town, owner):
    alice = make.act(town.alice)
    folder = make.make_folder(town.alice, town.root, "Flyers")
    make.share(town.alice, folder, town.bob, Right.SEE | Right.SHARE)
    link = links.make_link(alice, make.fresh(folder), Right.SEE)
    links.hand_over_link(make.act(town.alice), make.fresh(folder), link, town.bob)
    assert told(town.alice)[0] == "Alice let Bob answer for a public link to “Flyers” from now on."
    mine = make.make_folder(town.alice, make.home(town.alice), "Grant request")
    undo = handing.hand_over(make.act(town.alice), mine, town.bob)
    assert told(town.bob)[0] == "Alice handed “Grant request” over to Bob."
    handing.take_back(make.act(town.alice), undo)
    assert told(town.alice)[0] == "Alice took “Grant request” back from Bob."
    people.deactivate(owner, town.bob)
    people.delete(owner, town.bob, erase=True)
    assert "Bob" not in str(list(AuditEntry.objects.filter(whom_id=town.bob.pk).values()))


def test_every_kind_has_a_sentence_and_is_found_with_its_like():
    grouped = [kind for family in sentences.FAMILIES.values() for kind in family.kinds]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(phrases.PHRASES)
    written = re.compile(r"""(?:audit\.record|(?<!notices\.)\btell|\b_tell)\(\s*"([a-z-]+)\"""")
    code = (path.read_text() for folder in ("collab", "files") for path in (settings.BASE_DIR / folder).rglob("*.py"))
    assert {kind for text in code for kind in written.findall(text)} <= set(phrases.PHRASES)


def test_invitations_keep_no_whole_address(town, owner):
    terms = invitations.Terms()
    (result,) = invitations.invite_addresses(owner, "jean.dupont@example.org", terms)
    invitations.cancel(owner, result.invitation)
    invitations.restore(owner, result.invitation)
    token = invitations.path_of(owner, result.invitation).strip("/").split("/")[-1]
    invitations.accept(token, display_name="Jean", password=PASSWORD)
    assert [kind for kind in kinds() if kind.startswith("invit")] == [
        "invitation-made", "invitation-cancelled", "invitation-restored", "invitation-used",
    ]  # fmt: skip
    assert "jean.dupont@" not in str(list(AuditEntry.objects.values()))


def test_devices_and_their_first_use_in_a_network(town):
    row, secret = devices.create(town.bob, "Phone")
    for address in ("192.0.2.7", "192.0.2.8", "198.51.100.1", "192.0.2.7", "198.51.100.2"):
        assert Actor.of_basic("bob", secret, address).user == town.bob
        AppPassword.objects.filter(pk=row.pk).update(last_used_at=None)
    _row, undo = devices.revoke(town.bob, row.pk)
    devices.restore(town.bob, undo)
    assert kinds() == ["device-made", "device-network", "device-network", "device-revoked", "device-restored"]
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_device_with_the_persons_own_password_is_told_once_a_network(town):
    make_person("carol")
    for address in ("192.0.2.7", "192.0.2.8", "198.51.100.1"):
        Actor.of_basic("carol", PASSWORD, address)
        credentials._VERIFIED._until.clear()
    assert kinds().count("device-login") == 2


def test_a_sign_in_is_told_with_its_address(town, client, owner):
    make_person("carol")
    assert sign_in(client, "carol", REMOTE_ADDR="192.0.2.9").status_code == 302
    entry = last()
    assert (entry.kind, entry.actor_name, entry.address) == ("sign-in", "carol", "192.0.2.9")


def test_a_guesser_does_not_fill_the_log(town):
    make_person("carol")
    before = AuditEntry.objects.count()
    for _try in range(120):
        Throttle().fail("web", "carol", "192.0.2.7", secret=wrong())
        Throttle().fail("dav", wrong(), "192.0.2.7", secret=wrong())
    assert AuditEntry.objects.count() - before == 6, "the first, the tenth and the hundredth of each"
    assert {entry.subject_name for entry in AuditEntry.objects.filter(kind="sign-in-failed")} == {"carol", ""}
    assert "wrong" not in str(list(AuditEntry.objects.values())), "what was typed as a name may be a password"


def test_signing_in_all_day_is_told_twenty_times_an_hour(town):
    town.bob.set_password("bob-signs-in-2026")
    town.bob.save()
    for _time in range(30):
        assert Client().login(username=town.bob.username, password="bob-signs-in-2026")
    assert kinds().count("sign-in") == 20


def test_ending_ones_other_sessions(as_, bob):
    for browser in (as_(bob), as_(bob)):
        browser.get("/")
    browser.post("/accounts/sessions/")
    assert last().kind == "sign-out-elsewhere"


def test_a_wrong_password_of_a_link_is_told_once_it_is_guessing(town, client):
    folder = make.make_folder(town.alice, town.root, "Photos")
    link = make.make_link(town.alice, folder, password="hunter2-hunter2")
    token = links.token_of(make.act(town.alice), link, folder)
    for number in range(10):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_attempt WHERE key NOT LIKE 'audit:%'")
        client.post(f"/s/{token}/", f"password=guess{number}", "application/x-www-form-urlencoded")
    entry = last()
    assert (entry.kind, entry.subject_id, entry.details["tries"]) == ("link-guessed", folder.pk, 10)
    assert kinds().count("link-guessed") == 1
    assert token not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("rank", ["space_manager", "member", "guest"])
def test_only_administrators_read_it(as_, rank):
    person = make.make_user("paul", rank)
    assert as_(person).get(LOG).status_code == 403
    assert as_(person).post(f"{LOG}export/").status_code == 403


def test_the_page_narrows_by_person_kind_period_and_thing(as_, admin, town):
    make.share(town.alice, town.space, town.eve, READER.mask)
    groups.create(admin, "Choir")
    browser = as_(admin)

    def shown(**query):
        return browser.get(LOG, query).content.decode()

    assert "Eve “Can view”" in shown(who="Eve (eve)")
    assert "Choir" not in shown(who="eve")
    assert "Choir" in shown(kind="groups")
    assert "Can view" not in shown(kind="groups")
    assert "Can view" in shown(thing=f"space:{town.space.pk}")
    assert "Choir" not in shown(thing=f"space:{town.space.pk}")
    assert "No entry fits" in shown(until="2001-01-01")
    assert "Choir" in shown(since="2001-01-01")


@pytest.mark.parametrize(
    "query",
    [
        "who=Zoé",
        "since=x",
        "kind=x",
        "after=zzz",
        "after=WyJ4Il0",
        "thing=x",
        "who=%00",
        "until=9999-12-31",
        "who=1" + "1" * 30,
        "since=0001-01-01",
        "after=WzFlOTld",
        "thing=node:999999999999999999",
    ],
)
def test_hostile_questions_get_an_answer(as_, admin, query):
    assert as_(admin).get(f"{LOG}?{query}").status_code in {200, 400}


def test_pages_go_on_by_keys_and_cost_the_same(as_, admin, town):
    for number in range(120):
        audit.record("group-made", admin, ("group", number), f"Group {number:03}")
    browser = as_(admin)
    browser.get(LOG)
    with CaptureQueriesContext(connection) as first:
        page = browser.get(LOG).content.decode()
    assert "Group 119" in page
    assert "Group 060" not in page
    more = page.split('href="?after=')[1].split('"')[0]
    with CaptureQueriesContext(connection) as second:
        page = browser.get(f"{LOG}?after={more}").content.decode()
    assert "Group 060" in page
    assert "Group 119" not in page
    assert len(first) == len(second) <= 14, [query["sql"][:80] for query in first]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (finding.Wanted(person=3), "events_audit_actor"), (finding.Wanted(person=3), "events_audit_whom"),
        (finding.Wanted(thing=("space", 3)), "events_audit_subject"),
        (finding.Wanted(kinds=("rank",)), "events_audit_kind"), (finding.Wanted(), "events_auditentry_pkey"),
    ],
)  # fmt: skip
def test_each_question_walks_an_index(town, wanted, index):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_auditentry (at, kind, actor_id, actor_name, subject_kind, subject_id, subject_name,"
            " whom_kind, whom_id, whom_name, details, address) SELECT now(), 'k' || n % 50, n % 997, '', 'user',"
            " n % 991, '', 'user', n % 983, '', '{}', '' FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE events_auditentry")
    plan = finding.found(wanted, None, 51).explain()
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


def test_the_table_is_streamed_and_no_cell_is_a_formula(as_, admin, town):
    town.alice.display_name = '=HYPERLINK("http://example.org")'
    make.share(town.alice, town.space, town.eve, READER.mask)
    AuditEntry.objects.create(
        kind="group-made", actor_id=town.alice.pk, actor_name="=1+1", subject_kind="group", subject_id=1
    )
    answer = as_(admin).post(f"{LOG}export/", {"kind": "groups"})
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][0] == "When"
    assert rows[1][1] == "'=1+1"
    assert rows[1][2].startswith("'=1+1")
    assert len(rows) == 2
    assert last().kind == "audit-exported"


def test_the_table_goes_on_past_its_first_thousand(admin):
    for number in range(7):
        audit.record("group-made", admin, ("group", number), f"Group {number}")
    exporting._AT_ONCE, before = 3, exporting._AT_ONCE
    try:
        lines = list(exporting.export(make.act(admin), finding.Wanted(kinds=("group-made",))))
    finally:
        exporting._AT_ONCE = before
    assert len(lines) == 8


def test_old_entries_go_when_the_house_says_so(admin):
    audit.record("group-made", admin, ("group", 1), "Old")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('collab.audit_sweep', 'on', true)")
        cursor.execute("UPDATE events_auditentry SET at = now() - interval '100 days'")
        cursor.execute("SELECT set_config('collab.audit_sweep', 'off', true)")
    assert audit.sweep() == 0
    house.put("audit.days", 90)
    assert audit.sweep() == 1
    assert kinds() == []


def test_the_log_refuses_changes_again_after_a_sweep(admin):
    audit.record("group-made", admin, ("group", 1), "One")
    audit.sweep()
    audit.forget_person(admin.pk)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        AuditEntry.objects.update(kind="x")


def test_an_unknown_kind_is_still_told(admin):
    audit.record("tea-made", admin, ("pot", 3), "Brown Betty", cups=4)
    assert told(admin)[0] == "Adam: tea-made · something that you do not see · cups: 4"


def test_the_log_speaks_french(as_, admin, town):
    make.share(town.alice, town.space, town.eve, READER.mask)
    page = as_(admin, "fr").get(LOG).content.decode().replace("\xa0", " ")
    assert "Alice a donné à Eve « Peut voir » sur « Plans »." in page


def test_a_flow_of_login_and_a_console_reset_are_told(town, capsys):
    started = flows.start("Mozilla/5.0 (Linux) mirall/3.7.3")
    flows.grant(town.bob, started.flow)
    flows.fetch(started.poll)
    call_command("reset-password", "bob", random=True)
    assert {"device-made", "password-changed"} <= set(kinds())
    assert User.objects.get(username="bob").display_name == "Bob"
