"""What stands in the index: it follows the change log, and what the log does not name is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from collab.events.models import Change
from collab.registry import registry
from collab.registry.searching import Search, Written
from collab.search import extraction, words
from collab.search.models import Entry, Round

AT_ONCE = 500
ROUNDS = 20
MOST_TEXT = 50_000
"""Characters of a text at hand that are indexed; what is read from files may be longer."""
_TERM = range(4, 31)
"""Letters of a word that is kept for those who mistype it."""

# The old text stays until the new one is read; a name alone does not have it read again.
_PUT = """INSERT INTO search_entry AS e (kind, ref_id, space_id, title, label, at, source, ending, state, tries,
  trouble, names, words, body, shadow)
 SELECT %(kind)s, u.ref, u.space, u.title, u.label, u.at, u.source, u.ending, u.state, 0, u.trouble,
  search_vector(u.cleaned), search_vector(u.cleaned) || search_vector(u.text), u.body, u.shadow
 FROM unnest(%(refs)s::bigint[], %(spaces)s::bigint[], %(titles)s::text[], %(labels)s::text[], %(cleaned)s::text[],
  %(ats)s::timestamptz[], %(sources)s::text[], %(endings)s::text[], %(states)s::int[], %(troubles)s::text[],
  %(texts)s::text[], %(bodies)s::text[], %(shadows)s::text[])
  AS u (ref, space, title, label, cleaned, at, source, ending, state, trouble, text, body, shadow) ORDER BY u.ref
 ON CONFLICT (kind, ref_id) DO UPDATE SET space_id = excluded.space_id, title = excluded.title, label = excluded.label,
  claimed_at = CASE WHEN e.source = excluded.source THEN e.claimed_at END,
  at = excluded.at, source = excluded.source, ending = excluded.ending, names = excluded.names,
  state = CASE WHEN e.source = excluded.source AND e.ending = excluded.ending THEN e.state ELSE excluded.state END,
  tries = CASE WHEN e.source = excluded.source AND e.ending = excluded.ending THEN e.tries ELSE 0 END,
  trouble = CASE WHEN e.source = excluded.source AND e.ending = excluded.ending THEN e.trouble
   ELSE excluded.trouble END,
  body = CASE WHEN {kept} THEN e.body ELSE excluded.body END,
  shadow = CASE WHEN {kept} THEN e.shadow ELSE excluded.shadow END,
  words = CASE WHEN {kept} THEN excluded.names || search_vector(e.shadow) ELSE excluded.words END
 WHERE (e.space_id, e.title, e.at, e.source, e.ending) IS DISTINCT FROM
  (excluded.space_id, excluded.title, excluded.at, excluded.source, excluded.ending) OR excluded.source = ''""".format(
    kept=f"(excluded.source <> '' AND (e.source = excluded.source OR excluded.state = {Entry.State.WAITING}))"
)


def handle(space_id: int, changes: Sequence[Change]) -> None:
    """Follow the change log of a space (`Plugin.readers`); texts of files are read later, by a task."""
    for search in indexed():
        about = [change for change in changes if change.ref_kind == search.kind]
        if not about:
            continue
        refresh(search, {change.ref_id for change in about})
        if any(change.kind in search.wide for change in about):
            Round.objects.bulk_create([Round(space_id=space_id, kind=search.kind)], ignore_conflicts=True)
    transaction.on_commit(extraction.call, robust=True)


def indexed() -> list[Search]:
    """Return the kinds that have an index."""
    return [search for search in registry.searches() if search.everything is not None]


def refresh(search: Search, ids: Iterable[int]) -> None:
    """Let the index say of these things what is now; those that are gone leave it."""
    wanted = sorted(set(ids))
    written = search.write(wanted) if search.write is not None else {}
    Entry.objects.filter(kind=search.kind, ref_id__in=set(wanted) - written.keys()).delete()
    if written:
        _put(search.kind, sorted(written.items()))


def look_through(space_id: int | None = None, tell: Callable[[int], None] | None = None) -> int:
    """Look through a space (None: all) for what the index lacks, has elsewhere, or should have no more.

    Returns how many entries were put right; `tell` hears of each step. Each is a transaction of its own.
    """
    count = 0
    for search in indexed():
        if space_id is None or search.space:
            count += _drop_gone(search, space_id)
            for ids in _steps(_lacking(search, space_id)):
                refresh(search, ids)
                count += len(ids)
                if tell is not None:
                    tell(len(ids))
    return count


def again(space_id: int | None, tell: Callable[[int], None]) -> None:
    """Index everything anew, texts too; what was known is found until it is read again."""
    for search in indexed():
        if space_id is None or search.space:
            _drop_gone(search, space_id)
            for ids in _steps(everything(search, space_id)):
                with transaction.atomic():
                    _doubt(Entry.objects.filter(kind=search.kind, ref_id__in=ids))
                    refresh(search, ids)
                tell(len(ids))


def rounds() -> int:
    """Look through the spaces in which something larger changed. Returns how many."""
    count = 0
    for one in Round.objects.order_by("pk")[:ROUNDS]:
        one.delete()  # before: what changes meanwhile asks for another round
        look_through(one.space_id)
        count += 1
    return count


def everything(search: Search, space_id: int | None = None) -> Any:
    """Return all things of a kind, in one space or everywhere."""
    found: Any = search.everything() if search.everything is not None else None
    return found if space_id is None else found.filter(**{search.space: space_id})


def erase(space: Any) -> None:
    """Forget a space, in the transaction that deletes it."""
    Entry.objects.filter(space_id=space.pk).delete()
    Round.objects.filter(space_id=space.pk).delete()


def tidy() -> None:
    """Forget words that no name has any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_term t WHERE NOT EXISTS (SELECT FROM search_entry e"
            " WHERE e.names @@ quote_literal(t.term)::tsquery)"
        )


def _doubt(entries: Any) -> None:
    """Let nothing of these entries count as known, so that all is compared, and every text read again."""
    entries.update(title="")
    entries.filter(trouble__in=("kind", "large")).update(ending="")
    texts = entries.exclude(source="").exclude(trouble__in=("kind", "large"))
    texts.update(state=Entry.State.WAITING, tries=0, claimed_at=None, trouble="")


def _lacking(search: Search, space_id: int | None) -> Any:
    """Return those whose entry is missing, or says another space."""
    known = Entry.objects.filter(kind=search.kind, ref_id=OuterRef("pk"))
    if search.space:
        known = known.filter(space_id=OuterRef(search.space))
    return everything(search, space_id).filter(~Exists(known))


def _steps(things: Any) -> Iterator[list[int]]:
    """Return the ids of a queryset, so many at a time, each time read anew."""
    last = 0
    while ids := list(things.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        last = ids[-1]
        yield ids


def _drop_gone(search: Search, space_id: int | None) -> int:
    """Delete the entries of what is there no more."""
    gone = Entry.objects.filter(~Exists(everything(search).filter(pk=OuterRef("ref_id"))), kind=search.kind)
    if space_id is not None:
        gone = gone.filter(space_id=space_id)
    count: int = gone.delete()[0]
    return count


def _put(kind: str, written: list[tuple[int, Written]]) -> None:
    texts = [words.composed(one.text[:MOST_TEXT]) for _ref, one in written]
    troubles = [extraction.trouble_with(one.ending, one.size) if one.source else "" for _ref, one in written]
    waits = [bool(one.source) and not trouble for (_ref, one), trouble in zip(written, troubles, strict=True)]
    cleaned = [words.clean(one.title) for _ref, one in written]
    values: dict[str, Any] = {
        "kind": kind,
        "refs": [ref for ref, _one in written],
        "spaces": [one.space_id for _ref, one in written],
        "titles": [one.title.replace("\0", " ") for _ref, one in written],
        "labels": [words.label(one.title) for _ref, one in written],
        "cleaned": cleaned,
        "ats": [one.at for _ref, one in written],
        "sources": [one.source for _ref, one in written],
        "endings": [one.ending[:12] for _ref, one in written],
        "states": [Entry.State.WAITING.value if waiting else Entry.State.READ.value for waiting in waits],
        "troubles": troubles,
        "texts": [words.clean(text) for text in texts],
        "bodies": texts,
        "shadows": [f" {words.shadow(text)}" if text else "" for text in texts],
    }
    terms = {word for name in cleaned for word in name.split() if len(word) in _TERM and word.isalpha()}
    with connection.cursor() as cursor:
        cursor.execute(_PUT, values)
        # in order, so that two who write at once never wait for each other in a ring
        cursor.execute(
            "INSERT INTO search_term (term) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [sorted(terms)]
        )
