"""Tasks of the demo association: what is to be done before the tournament, each for somebody, with its parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from calendars.actions import doing, making
from calendars.ical.moments import Moment
from calendars.ical.repeats import Repeat
from calendars.ical.writing import Changes
from calendars.models import Component
from calendars.tasklists import filling, people
from collab.lib.hues import hex_of


def fill(town: Any) -> None:
    """Let the people of the demo have something to do."""
    mireille = town.actor("mireille")
    sport = town.spaces["Sport"]
    plans = making.make(mireille, sport, "Tournoi de Noël", components=[Component.TASK], color=hex_of("brique"))
    seeing = {one.username: one for one in people.who(mireille, plans)}

    def put(
        title: str, days: int | None, *names: str, above: Any = None, repeat: Repeat | None = None, **says: str
    ) -> Any:
        given = [people.assignee(seeing[name]) for name in names if name in seeing]
        due = Moment(timezone.localdate() + timedelta(days=days)) if days is not None else None
        tags = tuple(says.pop("tags", "").split())
        return doing.make(
            mireille, plans,
            Changes(
                says={"SUMMARY": title, **{name.upper(): value for name, value in says.items()}},
                times=(None, due) if due else None, categories=tags or None, repeat=repeat,
                parent=above.uid if above else None, edits=(filling.given(given),) if given else (),
            ),
        )  # fmt: skip

    hall = put("Réserver le gymnase", -1, "mireille", priority="1", tags="salle")
    put("Demander les clés à la mairie", 2, "mireille", above=hall)
    put("Vérifier les filets", 9, "lucas", above=hall)
    posters = put(
        "Imprimer les affiches", 3, "lucas", tags="communication", description="Format **A3**, vingt exemplaires."
    )
    doing.set_status(mireille, posters, posters.etag, "IN-PROCESS")
    put("Tenir la buvette", 12, "noemie", "lucas", tags="buvette")
    put("Compter les licences", 5, "mireille", repeat=Repeat("MONTHLY"))
    put("Remercier les bénévoles", None)
    done = put("Choisir la date", -10, "mireille")
    doing.complete(mireille, done, done.etag)
