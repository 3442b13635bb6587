"""The audit log keeps what it was told, and lets nobody change it."""

import pytest
from django.db import DatabaseError, connection, transaction

from collab.events import audit
from collab.events.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(alice):
    token = audit.address.set("192.0.2.7")
    audit.record("rank", alice, ("user", 12), "Bob", before="member", after="admin")
    audit.address.reset(token)
    return AuditEntry.objects.get(kind="rank")


def test_an_entry_names_who_whom_what_and_whence(entry, alice):
    assert (entry.kind, entry.actor_id, entry.subject_kind, entry.subject_id) == ("rank", alice.pk, "user", 12)
    assert entry.details == {"before": "member", "after": "admin"}
    assert entry.address == "192.0.2.7"


def test_the_database_refuses_to_change_or_delete_one(entry):
    for change in (lambda: AuditEntry.objects.update(kind="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            change()
    assert AuditEntry.objects.filter(kind="rank").exists()


def test_retention_says_what_it_does(entry):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL collab.audit_sweep = 'on'")
        cursor.execute("DELETE FROM events_auditentry WHERE kind = 'rank'")
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL collab.audit_sweep = 'off'")
