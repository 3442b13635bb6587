"""How long a search takes among a million things, with rights: the city of the tests, its things named and filled."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

from bench.living import settle

BASE = 10_000_000
THINGS = 1_000_000
WORDS = 20_000
"""Different words; the rarer, the higher their number: the cube of chance."""
ROUNDS = 25
PEOPLE = {"60 groups, 3,000 circles": BASE + 1, "8 groups": BASE + 77}

_SYLLABLES = "bacedifogulamenipotorusavixozecuda"
_WORD = " || ".join(f"substr('{_SYLLABLES}', 1 + 2 * ((i / {17**step}) % 17), 2)" for step in range(4))
_FILL = f"""CREATE FUNCTION pg_temp.word(i int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT {_WORD} $$;
INSERT INTO search_entry (kind, ref_id, space_id, title, label, at, source, ending, state, tries, trouble, names, words,
  body, shadow)
 SELECT 'node', n.id, n.space_id, array_to_string(t.w[1:2], ' ') || '.odt', array_to_string(t.w[1:2], ' '),
  to_timestamp(n.mtime), '', '', 0, 0, '', array_to_tsvector(t.w[1:2] || 'odt'::text),
  array_to_tsvector(t.w || 'odt'::text), array_to_string(t.w, ' '), ' ' || array_to_string(t.w, ' ')
 FROM files_node n CROSS JOIN LATERAL (SELECT array_agg(pg_temp.word((power(random(), 3) * {WORDS})::int)) AS w
  FROM generate_series(1, 14 + (n.id * 0)::int)) t WHERE n.id > {BASE} AND n.parent_id IS NOT NULL;
"""


def search(things: int = THINGS) -> str:
    """Fill the house, measure, and return {who: {what: [p50, p95] in milliseconds}} as JSON."""
    from django.db import transaction

    from collab.search import recent

    with transaction.atomic():
        fill(things)
    recent.keep()  # as the worker does every few hours
    settle()
    return json.dumps({who: measure(pk) for who, pk in PEOPLE.items()})


def fill(things: int) -> None:
    """Make the city and its index, whose indexes of the index are built at the end, as PostgreSQL does it fastest."""
    from django.db import connection

    city = Path(__file__).parent.parent / "tests" / "full" / "city.sql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        text = "CREATE" + city.read_text().partition("\nCREATE")[2]
        for statement in text.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"base": BASE, "nodes": things})
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_entry' AND indexdef !~ 'UNIQUE'"
        )
        made = dict(cursor.fetchall())
        for name in made:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(_FILL)
        for definition in made.values():
            cursor.execute(definition)
        cursor.execute(
            "INSERT INTO search_term SELECT DISTINCT unnest(tsvector_to_array(names)) FROM search_entry"
            " ON CONFLICT DO NOTHING"
        )


def measure(person: int) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each kind of search, what is shown of the results included."""
    from collab.accounts.models import User
    from collab.rights.actor import Actor
    from collab.search import finding

    actor = Actor.of(User.objects.get(pk=person))
    dice = iter(range(10**6))

    def word(low: int, high: int) -> str:
        number = low + (next(dice) * 7919) % (high - low)
        return "".join(_SYLLABLES[2 * (number // 17**step % 17) :][:2] for step in range(4))

    def typo() -> str:
        one = word(2000, WORDS)
        return one[:3] + one[4] + one[3] + one[5:]

    asked = {
        "rare word": lambda: word(15_000, WORDS),
        "common word": lambda: word(0, 20),
        "beginning of a word": lambda: word(0, WORDS)[:4],
        "two words": lambda: f"{word(0, 200)} {word(0, 2000)}",
        "typo": typo,
    }
    figures: dict[str, tuple[float, float]] = {}
    for name, query in asked.items():
        taken = []
        for number in range(ROUNDS + 2):
            text = query()
            start = time.perf_counter()
            finding.find(actor, text)
            if number > 1:  # the first fill caches
                taken.append((time.perf_counter() - start) * 1e3)
        figures[name] = (statistics.median(taken), statistics.quantiles(taken, n=20)[-1])
    return figures
