"""What devices ask of a calendar of 5,000 entries, here and of the small servers beside us, in one run."""

from __future__ import annotations

from http.client import HTTPException

from bench import calendars
from bench.measures import Bench
from bench.processes import CannotMeasure
from bench.results import Row
from bench.servers.radicale import CalendarServer, Radicale, Xandikos


def measure(bench: Bench) -> None:
    """Add the rows."""
    bench.collab.ask("calendars")
    rows: dict[str, Row] = {}
    path = f"/remote.php/dav/calendars/{bench.collab.user}/personal/"
    for title, (unit, figure, target) in calendars.measure(bench.collab, path).items():
        rows[title] = Row(title, unit, target, floor=unit == "/s")
        rows[title].add("Collab", figure)
        bench.tell(f"  {title}: {figure:.1f} {unit}, wanted {target:.0f}")
    for number, kind in enumerate((Radicale, Xandikos)):
        _other(bench, kind(bench.home / kind.name.lower(), bench.collab.port + 20 + number), rows)
    bench.rows += rows.values()


def _other(bench: Bench, server: CalendarServer, rows: dict[str, Row]) -> None:
    """Measure the same of another server; where it is not there, say so."""
    try:
        server.start()
        calendars.put_all(server)
        for title, (unit, figure, _target) in calendars.measure(server, server.calendar).items():
            rows[title].add(server.name, figure)
            bench.tell(f"  {server.name}, {title}: {figure:.1f} {unit}")
    except (CannotMeasure, OSError, HTTPException) as reason:
        bench.tell(f"  {server.name} is left out: {reason}")
    finally:
        if hasattr(server, "program"):
            server.end()
