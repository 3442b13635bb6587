"""Bringing talk over from Mattermost or Slack: first read and looked at, then done; to be gone on with, never twice.

Only who administers the house does it: an export says what people said, and is believed in that. What is here already
is known by a key, so that an import that broke off, or a newer export of the same house, is simply begun again.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat import emoji
from chat.actions import arriving, pouring, signing, staging
from chat.models import Import, ImportPlace, ImportPost
from chat.moving import opening
from chat.moving.records import Source
from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit, jobs
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.registry import registry
from collab.rights.actor import Actor
from collab.spaces import actions as spaces

READ, WORK = "chat.actions.importing.read", "chat.actions.importing.work"
SLICE = 20 * 60.0
"""Seconds after which a job hands over to the next, well before a worker's time is over."""
KEPT = timedelta(days=14)
"""How long what was read and not told to come waits."""
EACH = 4 * 10**9
ONLY_ADMINISTRATORS = gettext_lazy("Only administrators bring talk over from another house.")

REASONS: dict[str, Any] = {
    "long": gettext_lazy("it is too long for a line of such an export"),
    "broken": gettext_lazy("it could not be read"),
    "empty": gettext_lazy("there are no words in it"),
    "system": gettext_lazy("nobody said it: the other house noted it"),
    "kind": gettext_lazy("this kind of thing is not known here"),
    "many": gettext_lazy("there are too many replies in this thread"),
    "channel": gettext_lazy("the export does not say what channel this is"),
    "place": gettext_lazy("there can be no channel for it here"),
    "root": gettext_lazy("what it replies to is not there: it stands by itself"),
    "emoji": gettext_lazy("this sign is not known here"),
    "sign": gettext_lazy("a reaction of somebody who has no account here"),
    "private": gettext_lazy("nobody who was in it has an account here, who could keep the file"),
    "files": gettext_lazy("more than ten files came with one message"),
    "missing": gettext_lazy("the file is not in the archive"),
    "large": gettext_lazy("the file is too large"),
    "file": gettext_lazy("the file could not be kept"),
}


def require_may(actor: Actor) -> User:
    """Return who acts, if their rank administers the house. Raises Forbidden."""
    user: Any = actor.user
    if user is None or not ranks.may(user, "set.docspace"):
        raise Forbidden(ONLY_ADMINISTRATORS)
    return user  # type: ignore[no-any-return]


def find(actor: Actor, pk: int) -> Import:
    """Return an import. Raises Forbidden, NotFound."""
    require_may(actor)
    found = Import.objects.select_related("job", "person").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def ask(actor: Actor, files: Sequence[Any], *, by_username: bool = False) -> Import:
    """Keep the export among the actor's own files, and begin to read it. Raises Forbidden, BadInput, OverQuota."""
    user, store = require_may(actor), registry.files()
    if len(files) != 1:
        raise BadInput(_("Choose the file of the export."))
    if store is None:
        raise Conflict(_("Without the app for files an export is brought over by the command import_chat."))
    space = spaces.personal_space(user)
    [pk] = store.keep(actor, space, (_("Imports"),), files).ids
    one = Import.objects.create(person=user, name=files[0].name[:255], file=pk, by_username=by_username)
    return _queue(one, READ)


@transaction.atomic
def begin(actor: Actor, one: Import) -> Import:
    """Let what was read come in. Raises Forbidden, Conflict."""
    user = require_may(actor)
    now = Import.objects.select_for_update(of=("self",)).get(pk=one.pk)
    if now.read_at is None or now.ended_at is not None or jobs.under_way(now.person_id).filter(kind=WORK).exists():
        raise Conflict(_("This import goes on already, or has ended."))
    if now.begun_at is None:
        now.begun_at = timezone.now()
        now.save(update_fields=["begun_at"])
        audit.record("chat-imported", user, None, now.name, posts=now.posts)
    return _queue(now, WORK)


@transaction.atomic
def discard(actor: Actor, one: Import) -> None:
    """Forget what was read, and the report; what came stays. Raises Forbidden, Conflict."""
    require_may(actor)
    if one.job is not None and not one.job.is_over:
        raise Conflict(_("Wait until it has ended."))
    staging.clear(one)
    one.delete()


def read(progress: jobs.Progress) -> dict[str, Any]:
    """Read the export, as a job: nothing of it is here after that."""
    one = Import.objects.select_related("person").get(pk=progress.arguments["id"])
    require_may(Actor.of(one.person))
    with _source(one) as source:
        if source is None:
            raise NotFound(_("The uploaded file is gone. Upload it again."))
        staging.Staging(one, source).read(progress.tell)
    address = reverse("chat:import", args=[one.pk])
    return {"text": _("The export is read. Nothing has changed yet."), "url": address, "label": _("See what is in it")}


def work(progress: jobs.Progress) -> dict[str, Any]:
    """Bring it in, as a job; when its time is over, the next one goes on."""
    one = Import.objects.select_related("person").get(pk=progress.arguments["id"])
    with _source(one) as source:
        done = bring(one, source, progress.tell, until=time.monotonic() + SLICE)
    if not done:
        following = _queue(one, WORK)
        return {"text": _("It goes on."), "url": reverse("chat:import", args=[following.pk]), "label": _("See how far")}
    one.refresh_from_db()
    text = ngettext("%(count)d message came.", "%(count)d messages came.", one.taken) % {"count": one.taken}
    return {"text": text, "url": reverse("chat:import", args=[one.pk]), "label": _("See the report")}


def bring(
    one: Import, source: Source | None, tell: Callable[[int, int, str], None], *, until: float = float("inf")
) -> bool:
    """Bring in what waits, channel by channel; return whether all of it is here, not so when the time is over."""
    actor = Actor.of(one.person)
    require_may(actor)
    skips = staging.Skips(one)
    _bring_signs(actor, one, source, skips)
    people = pouring.People(one)
    done = one.posts - ImportPost.objects.filter(owner=one).count()
    for place in ImportPlace.objects.filter(owner=one, done=False).order_by("pk"):
        actor.forget()
        channel = place.channel or arriving.settle(actor, one, place, skips)
        if channel is None:
            ImportPost.objects.filter(place=place).delete()
            continue
        pour = pouring.Pouring(actor, one, place, channel, people, skips, source)
        while count := pour.pour():
            done += count
            tell(done, one.posts, str(place))
            if time.monotonic() > until:
                return False
        ImportPlace.objects.filter(pk=place.pk).update(done=True)
    with transaction.atomic():
        Import.objects.filter(pk=one.pk).update(ended_at=timezone.now())
    return True


def _bring_signs(actor: Actor, one: Import, source: Source | None, skips: staging.Skips) -> None:
    """Make the other house's own signs here, but those whose names mean something already."""
    for name, path in one.signs:
        if emoji.taken(name):
            continue
        there = source.blocks(path) if source is not None else None
        if there is None or there[0] > signing.MOST_BYTES:
            skips.add(f":{name}:", "missing" if there is None else "large", path)
            continue
        try:
            signing.make(actor, name, io.BytesIO(b"".join(there[1])))
        except Refusal as refusal:
            skips.add(f":{name}:", "emoji", str(refusal.message))
    with transaction.atomic():
        skips.write()
        one.signs = []
        Import.objects.filter(pk=one.pk).update(signs=[])


def sweep() -> None:
    """Forget what was read and told to come by nobody: words of others lie in it."""
    old = timezone.now() - KEPT
    for one in Import.objects.filter(asked_at__lt=old, ended_at=None, begun_at=None):
        staging.clear(one)
        one.delete()


def _queue(one: Import, kind: str) -> Import:
    title = _("Import of %(name)s") % {"name": one.name}
    job = jobs.start(kind, one.person_id, title=title, id=one.pk, back=reverse("chat:import", args=[one.pk]))
    one.job = job
    Import.objects.filter(pk=one.pk).update(job=job)
    return one


@contextmanager
def _source(one: Import) -> Iterator[Source | None]:
    """Open the uploaded file as the one who uploaded it; None where it is gone. Raises BadInput for no export."""
    store = registry.files()
    if store is None or one.file is None:
        yield None
        return
    try:
        file = store.open(Actor.of(one.person), one.file)
    except Refusal:
        yield None
        return
    with file:
        yield opening.opened(file, one.name)
