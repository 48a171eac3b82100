"""The plots, narrow enough to be read on a phone, as SVG texts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from tagrt.bench.measure import Measure
from tagrt_bench.findings import OURS, by_peer
from tagrt_bench.pages.theme import SERIES, STAND_IN, themed

WIDTH = 4.3
"""Inches; at 72 points each this is shown without shrinking on a page of 390 pixels, or nearly so."""

Peers = list[dict[str, Any]]
Measures = dict[str, dict[str, Measure]]


class Plot(NamedTuple):
    """A plot.

    Attributes:
        name: File name without suffix.
        title: Heading.
        text: What to see in it.
        svg: The drawing.
    """

    name: str
    title: str
    text: str
    svg: str


def plots(report: dict[str, Any]) -> Iterator[Plot]:
    """Yield every plot that the report has figures for."""
    peers, measures = report["peers"], by_peer(report)
    for name, title, text, height, draw in PLOTS:
        figure, axes = _figure(height(peers, measures) if callable(height) else height)
        drawn = draw(axes, peers, measures)
        if drawn:
            numbers = _numbers(peers, measures) if name in NUMBERED else ""
            yield Plot(name, title, " ".join(filter(None, (text, numbers))), _svg(figure, name))
        pyplot.close(figure)


def pareto(points: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """Return the points that no other is better than both ways (both higher is better), left to right."""
    front: list[tuple[float, float, int]] = []
    for point in sorted(points, reverse=True):
        if not front or point[1] > front[-1][1]:
            front.append(point)
    return front[::-1]


def draw_front(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw accuracy over speed."""
    return _scatter(axes, peers, measures, "stream.products_per_second", 1, "products per second")


def draw_size(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw accuracy over size."""
    return _scatter(axes, peers, measures, "model.bytes", -1, "bytes of the model")


def draw_rates(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw products per second, noise bands included."""
    return _bars(axes, peers, measures, "stream.products_per_second", "products per second")


def draw_energy(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw CPU seconds."""
    return _bars(axes, peers, measures, "stream.cpu_seconds_per_1000", "CPU seconds per 1,000 products")


def draw_latency(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw the spread of single titles' times: 5th to 99th percentile, median marked."""
    timed = [peer for peer in peers if peer.get("latency_ms")]
    for place, peer in enumerate(reversed(timed)):
        times, colour = peer["latency_ms"], _colour(peer["name"], 0)
        axes.plot([times[5], times[99]], [place, place], color=colour, linewidth=2, alpha=0.55)
        axes.plot([times[25], times[75]], [place, place], color=colour, linewidth=6, solid_capstyle="butt")
        axes.plot([times[50]], [place], "o", color=STAND_IN["ground"], markersize=3)
        axes.plot([times[99]], [place], "|", color=colour, markersize=8)
    _named_rows(axes, [peer["name"] for peer in reversed(timed)])
    _log_x(axes, "ms for one title")
    return bool(timed)


def draw_batches(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw products per second over the batch size."""
    return _lines(axes, peers, measures, r"batch_(\d+)\.products_per_second", "titles in a batch")


def draw_rows(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw products per second over the number of rows."""
    return _lines(axes, peers, measures, r"rows_(\d+)\.products_per_second", "rows in one call")


def draw_threads(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw how many times as fast more threads are."""
    found = {}
    for peer in peers:
        rates = _by_number(measures[peer["name"]], r"threads_(\d+)\.products_per_second")
        if len(rates) > 1:
            found[peer["name"]] = rates[-1][1] / rates[0][1], rates[-1][0]
    names = list(reversed(found))
    for place, name in enumerate(names):
        axes.barh(place, found[name][0], color=_colour(name, 0), height=0.62)
    if found:
        most = max(threads for _, threads in found.values())
        axes.axvline(1, color=STAND_IN["muted"], linewidth=0.8)
        axes.set_xlabel(f"times as fast with {most:.0f} threads as with one")
    _named_rows(axes, names)
    return bool(found)


def draw_calibration(axes: Axes, peers: Peers, measures: Measures) -> bool:
    """Draw reliability curves: share right over confidence."""
    axes.plot([0, 1], [0, 1], color=STAND_IN["muted"], linewidth=0.8, linestyle="--")
    judged = [peer for peer in peers if peer.get("reliability")]
    for place, peer in enumerate(judged):
        bins = [found for found in peer["reliability"] if found[0] >= 5]
        ours = peer["name"] == OURS
        axes.plot(
            [b[1] for b in bins], [b[2] for b in bins], marker="o", markersize=3.5 if ours else 2,
            color=_colour(peer["name"], place), linewidth=2.4 if ours else 1, label=peer["name"],
            zorder=3 if ours else 2, linestyle=("-", "--", ":")[place // len(SERIES) % 3],
        )  # fmt: skip
    axes.set(
        xlabel="probability that the model gives", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1)
    )
    if judged:
        _legend(axes)
    return bool(judged)


def _rows_high(peers: Peers, measures: Measures) -> float:
    return 0.9 + 0.24 * len([peer for peer in peers if peer["measures"]])


Draw = Callable[[Axes, Peers, Measures], bool]
Height = float | Callable[[Peers, Measures], float]
PLOTS: tuple[tuple[str, str, str, Height, Draw], ...] = (
    ("front", "Accuracy against speed", "Up and to the right is better. On the line are those that no other "
     "peer beats both ways.", 3.7, draw_front),
    ("size", "Accuracy against size", "Up and to the left is better: what has to be shipped beside the "
     "installed packages.", 3.7, draw_size),
    ("rates", "Speed of all peers", "Logarithmic. Pale bars are of random weights: speed only. Whiskers are "
     "the least and the largest of the rounds.", _rows_high, draw_rates),
    ("latency", "One title at a time", "Thick: the middle half of all calls; thin: 5th to 99th percentile.",
     _rows_high, draw_latency),
    ("energy", "CPU time", "CPU seconds of all threads, the proxy for energy; less is better.", _rows_high,
     draw_energy),
    ("batches", "Scaling with the batch", "More titles a call.", 4.6, draw_batches),
    ("rows", "Scaling with rows", "One call with more and more rows.", 4.6, draw_rows),
    ("threads", "Scaling with threads", "Up to 8,192 titles given at once.", _rows_high, draw_threads),
    ("calibration", "Calibration", "On the dashed line a probability of 0.8 is right in 8 of 10 cases; below "
     "it a model is too sure of itself.", 4.6, draw_calibration),
)  # fmt: skip


NUMBERED = ("front", "size")
"""Plots whose points are the peers' numbers."""


def _numbers(peers: Peers, measures: Measures) -> str:
    """Return the key: the numbers are those of the tables too."""
    judged = ((n, peer["name"]) for n, peer in enumerate(peers, 1) if "hf1.macro" in measures[peer["name"]])
    return ", ".join(f"{number} {name}" for number, name in judged) + "."


def _scatter(axes: Axes, peers: Peers, measures: Measures, x: str, sign: int, label: str) -> bool:
    points, kept = [], {}
    for number, peer in enumerate(peers, 1):
        found = measures[peer["name"]]
        if x in found and "hf1.macro" in found:
            points.append((sign * found[x].median, found["hf1.macro"].median, number))
            kept[number] = peer["name"], found[x], found["hf1.macro"]
    front = [(kept[number][1].median, y) for _, y, number in pareto(points)]
    axes.plot(*zip(*front, strict=True), color=STAND_IN["muted"], linewidth=1, zorder=1) if front else None
    for number, (name, across, up) in kept.items():
        colour = _colour(name, 0)
        spread = [[across.median - across.low], [across.high - across.median]]
        rise = [[max(0.0, up.median - up.low)], [max(0.0, up.high - up.median)]]
        axes.errorbar(
            across.median,
            up.median,
            rise,
            spread,
            fmt="o",
            markersize=10,
            color=colour,
            elinewidth=1,
            zorder=4 if name == OURS else 3,
        )
        axes.annotate(
            str(number), (across.median, up.median), ha="center", va="center", fontsize=7,
            color=STAND_IN["ground"], zorder=5 if name == OURS else 3.5,
        )  # fmt: skip
    _log_x(axes, label)
    axes.set_ylabel("hF1 on unseen shops, mean of the sets")
    return bool(kept)


def _bars(axes: Axes, peers: Peers, measures: Measures, figure: str, label: str) -> bool:
    found = [(peer, measures[peer["name"]][figure]) for peer in peers if figure in measures[peer["name"]]]
    for place, (peer, measure) in enumerate(reversed(found)):
        axes.barh(
            place, measure.median, color=_colour(peer["name"], 0), height=0.62,
            alpha=0.4 if peer.get("speed_only") else 1,
        )  # fmt: skip
        axes.plot([measure.low, measure.high], [place, place], color=STAND_IN["ink"], linewidth=1.2)
    _named_rows(axes, [peer["name"] for peer, _ in reversed(found)])
    if found:
        _log_x(axes, label)
        least = min(measure.low for _, measure in found)
        axes.set_xlim(left=least / 2 if least > 0 else None)
    return bool(found)


def _lines(axes: Axes, peers: Peers, measures: Measures, pattern: str, label: str) -> bool:
    drawn = 0
    for peer in peers:
        points = _by_number(measures[peer["name"]], pattern)
        if len(points) < 2:
            continue
        ours = peer["name"] == OURS
        axes.plot(
            *zip(*points, strict=True), marker="o", markersize=3, color=_colour(peer["name"], drawn),
            linewidth=2.4 if ours else 1, label=peer["name"], zorder=3 if ours else 2,
            linestyle=("-", "--", ":")[drawn // len(SERIES) % 3],
        )  # fmt: skip
        drawn += 1
    if drawn:
        axes.set_yscale("log")
        _ticks(axes.yaxis)
        axes.set_ylabel("products per second")
        _log_x(axes, label)
        _legend(axes)
    return bool(drawn)


def _by_number(measures: dict[str, Measure], pattern: str) -> list[tuple[float, float]]:
    found = ((re.fullmatch(pattern, name), measure) for name, measure in measures.items())
    return sorted((float(match[1]), measure.median) for match, measure in found if match)


def _colour(name: str, place: int) -> str:
    return STAND_IN["ours"] if name == OURS else STAND_IN[SERIES[place % len(SERIES)]]


def _figure(height: float) -> tuple[Any, Axes]:
    settings: Any = {
        "svg.fonttype": "none", "font.size": 9, "axes.edgecolor": STAND_IN["line"],
        "axes.labelcolor": STAND_IN["ink"], "text.color": STAND_IN["ink"], "xtick.color": STAND_IN["muted"],
        "ytick.color": STAND_IN["muted"], "xtick.labelcolor": STAND_IN["ink"],
        "ytick.labelcolor": STAND_IN["ink"], "grid.color": STAND_IN["line"], "axes.facecolor": "none",
        "figure.facecolor": "none", "axes.grid": True, "axes.axisbelow": True, "grid.linewidth": 0.7,
    }  # fmt: skip
    matplotlib.rcParams.update(settings)
    figure, axes = pyplot.subplots(figsize=(WIDTH, height), layout="constrained")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _named_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)


def _log_x(axes: Axes, label: str) -> None:
    axes.set_xscale("log")
    _ticks(axes.xaxis)
    axes.set_xlabel(label)


def _ticks(axis: Any) -> None:
    """Label 1 and 3 of every power of ten, so that a short range has labels too."""
    axis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
    axis.set_major_formatter(FuncFormatter(_short))
    axis.set_minor_formatter(NullFormatter())


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8, frameon=False,
        labelcolor=STAND_IN["ink"], handlelength=1.6, columnspacing=1.0,
    )  # fmt: skip


def _short(value: float, _place: object = None) -> str:
    for least, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= least:
            return f"{value / least:g}{letter}"
    return f"{value:g}"


def _svg(figure: Any, name: str) -> str:
    """Return the drawing with ids of its own, so that several fit into one page, and no date in it."""
    matplotlib.rcParams["svg.hashsalt"] = name
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    return themed(svg)
