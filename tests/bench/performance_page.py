"""Writes docs/performance.md: the table of the page benchmark, and a plot of cost against size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.bench_pages import Run

GOAL, LIMIT = 2.5, 4.0
_PLOT = "performance.svg"
_WIDTH, _HEIGHT, _EDGE = 720, 360, 50


def write_page(folder: Path, runs: Sequence[Run]) -> None:
    """Write the page and its plot into the folder of the docs."""
    (folder / _PLOT).write_text(_plot(runs))
    (folder / "performance.md").write_text("\n".join(_lines(runs)) + "\n")


def _lines(runs: Sequence[Run]) -> list[str]:
    on = datetime.now(UTC).date()
    lines = [
        "# Performance",
        "",
        f"Written by `make bench` on {on}: the real server with one process, server and client on the same two cores.",
        "The floor is a bare Flask route with one indexed query and a list of 50 rows under the same server. It and all"
        " sizes of a database are asked in turn, so that a machine that slows down for a while slows all of them; how"
        " many times the floor a page takes is counted by the floor asked beside it.",
        f"The goal for the pages of the counter is {GOAL} times the floor, the limit {LIMIT:g} times. There is one"
        " complaint for every five contacts, one in ten of them open.",
        "",
        f"![Median against the number of contacts]({_PLOT})",
    ]
    for run in runs:
        lines += ["", *_table(run)]
    return [*lines, "", *_growth(runs)]


def _table(run: Run) -> list[str]:
    loaded = f", loaded in {run.loaded_in:.0f} s" if run.loaded_in else ""
    lines = [
        f"## {'SQLite' if run.database == 'sqlite' else 'PostgreSQL'}, {run.contacts:,} contacts",
        "",
        f"{10 * run.contacts:,} entries{loaded}. The floor {run.floor:.2f} ms.",
        f"From start to first answer {run.started_in:.2f} s. The web process, its parent and the worker together"
        f" after the load: {run.megabytes:.0f} MB.",
        "",
        "| page | median ms | p95 ms | times the floor | a second, 8 clients | queries | bytes |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, page in run.pages.items():
        figures = f"{page.median:.2f} | {page.p95:.2f} | {page.times_the_floor:.1f}"
        rate = f"{page.a_second:.0f}" if page.a_second else "–"
        lines.append(f"| {name} | {figures} | {rate} | {page.queries} | {page.bytes_sent:,} |")
    return lines


def _growth(runs: Sequence[Run]) -> list[str]:
    lines = ["## Growth", "", "The median with the most contacts over the one with the fewest.", ""]
    lines += ["| page | " + " | ".join(database for database, *_ends in _pairs(runs)) + " |"]
    lines += ["|---|" + "---:|" * len(_pairs(runs))]
    for name in runs[0].pages:
        grown = (f"{last.pages[name].median / first.pages[name].median:.2f}" for _each, first, last in _pairs(runs))
        lines.append(f"| {name} | " + " | ".join(grown) + " |")
    return lines


def _pairs(runs: Sequence[Run]) -> list[tuple[str, Run, Run]]:
    """Return the smallest and the largest run of each database that was measured with several sizes."""
    pairs = []
    for database in dict.fromkeys(run.database for run in runs):
        own = sorted((run for run in runs if run.database == database), key=lambda run: run.contacts)
        if len(own) > 1:
            pairs.append((database, own[0], own[-1]))
    return pairs


def _plot(runs: Sequence[Run]) -> str:
    """Return the medians of the SQLite runs as lines, times the floor; both axes in even steps of size and time."""
    own = sorted((run for run in runs if run.database == runs[0].database), key=lambda run: run.contacts)
    names = [journey.name for journey in own[0].journeys if journey.limit is not None]
    top = max(LIMIT, *(run.pages[name].times_the_floor for run in own for name in names)) * 1.1
    step = (_WIDTH - 4 * _EDGE) / max(1, len(own) - 1)

    def height(times: float) -> float:
        return _HEIGHT - _EDGE - times / top * (_HEIGHT - 2 * _EDGE)

    marks = [_rule(height(times), text) for times, text in ((1, "floor"), (GOAL, "goal"), (LIMIT, "limit"))]
    marks += [
        f'<text x="{_EDGE + at * step:.0f}" y="{_HEIGHT - 20}" text-anchor="middle">{run.contacts:,}</text>'
        for at, run in enumerate(own)
    ]
    for number, name in enumerate(names):
        places = [(_EDGE + at * step, height(run.pages[name].times_the_floor)) for at, run in enumerate(own)]
        marks.append(_curve(places, name, number, len(names)))
    style = "<style>text{font:12px sans-serif;fill:#555}polyline{fill:none;stroke-width:2}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">{style}{"".join(marks)}</svg>\n'


def _rule(y: float, text: str) -> str:
    line = (
        f'<line x1="{_EDGE}" x2="{_WIDTH - 3 * _EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#bbb" stroke-dasharray="4"/>'
    )
    return line + f'<text x="4" y="{y + 4:.1f}">{text}</text>'


def _curve(places: Sequence[tuple[float, float]], name: str, number: int, count: int) -> str:
    colour = f"hsl({360 * number // count} 60% 40%)"
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    label = f'<text x="{places[-1][0] + 8:.1f}" y="{places[-1][1] + 4:.1f}" style="fill:{colour}">{name}</text>'
    return f'<polyline points="{line}" stroke="{colour}"/>{label}'
