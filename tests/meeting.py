"""People who act at the same moment: threads with connections of their own, let loose together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

PATIENCE = 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at the same moment; return what each returned or raised, in their order."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(PATIENCE)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act), daemon=True) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results


def won(results: Sequence[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


def lost(results: Sequence[Any]) -> list[str]:
    """The kinds of refusal of the others; anything that is not a refusal is raised here."""
    from collab.lib.errors import Refusal

    errors = [result for result in results if isinstance(result, Exception)]
    for error in errors:
        if not isinstance(error, Refusal):
            raise error
    return sorted(type(error).__name__ for error in errors)
