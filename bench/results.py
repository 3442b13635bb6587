"""What was measured, beside what is wanted, as one table."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass
class Row:
    """One measured thing. `target` is the least wanted of a rate, the most of a time or size; `floor` tells which.

    `runs`: {server: one figure per run}; `cost`: CPU milliseconds per request of Collab, per run.
    """

    title: str
    unit: str
    target: float | None = None
    floor: bool = True
    runs: dict[str, list[float]] = field(default_factory=dict)
    cost: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, server: str, figure: float) -> None:
        self.runs.setdefault(server, []).append(figure)

    def best(self, server: str) -> float | None:
        """Return the best figure: what disturbs a run only ever makes it slower."""
        figures = self.runs.get(server)
        return None if not figures else max(figures) if self.floor else min(figures)

    def median(self, server: str) -> float | None:
        figures = self.runs.get(server)
        return statistics.median(figures) if figures else None

    @property
    def passed(self) -> bool | None:
        """Whether Collab's best reaches the target; None without one."""
        best = self.best("Collab")
        if self.target is None or best is None:
            return None
        return not self.refused and (best >= self.target if self.floor else best <= self.target)

    def ratio(self, other: str) -> str:
        """Return how many times as good as the other server Collab is."""
        own, theirs = self.best("Collab"), self.best(other)
        if not own or not theirs:
            return ""
        times = own / theirs if self.floor else theirs / own
        return f"{times:.2f} ×" if times < 10 else f"{times:.0f} ×"


EMPTY = "an answer that asks nothing"
HEAD = ["", "unit", "target", "Collab", "median", "CPU-ms", "to empty"]


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table with aligned columns."""
    empty = next((row.best("Collab") for row in rows if row.title == EMPTY), None)
    others = [name for name in dict.fromkeys(name for row in rows for name in row.runs) if name != "Collab"]
    head = [*HEAD, *others, *(f"to {name}" for name in others), ""]
    lines = [head, *(_cells(row, empty, others) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = []
    for line in lines:
        cells = [_put(cell, width, at) for at, (cell, width) in enumerate(zip(line, widths, strict=True))]
        texts.append(f"| {' | '.join(cells)} |")
    rule = "|" + "|".join("-" * (width + 1) + ("-" if at < 2 else ":") for at, width in enumerate(widths)) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def _put(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < 2 else cell.rjust(width)


def _cells(row: Row, empty: float | None, others: list[str]) -> list[str]:
    verdict = {None: "", True: "ok", False: "MISSED"}[row.passed]
    if row.refused:
        verdict += f" ({row.refused} refused)"
    sign = "≥ " if row.floor else "≤ "
    return [
        row.title, row.unit, sign + shown(row.target) if row.target is not None else "", shown(row.best("Collab")),
        shown(row.median("Collab")), f"{statistics.median(row.cost):.2f}" if row.cost else "", _share(row, empty),
        *(shown(row.best(name)) for name in others), *(row.ratio(name) for name in others), verdict,
    ]  # fmt: skip


def _share(row: Row, empty: float | None) -> str:
    """Return how many requests of this kind go into the time of a hundred that ask nothing."""
    own = row.best("Collab")
    return f"{100 * own / empty:.0f} %" if empty and own and row.unit == "/s" else ""


def shown(figure: float | None) -> str:
    """Return a figure with as many digits as mean something."""
    if figure is None:
        return ""
    return f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.1f}"
