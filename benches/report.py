#!/usr/bin/env python3
"""Makes the README's table and the plots of what the benches have left in `target`.

After `cargo bench`, in the root of the project: `python3 benches/report.py`. With `--show` it only
prints the table. A figure that was not measured is left out.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from pathlib import Path
from textwrap import fill
from typing import Any, Iterator

from plot import Series, plot

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PLOTS = ROOT / "benches" / "plots"

#: Around the table in the README.
BEGIN, END = "<!--figures: made by benches/report.py-->", "<!--end of figures-->"

#: Lengths of carts that the table tells of.
LENGTHS = (10, 1_000)

Figure = dict[str, Any]


# What was measured ----------------------------------------------------------------------------


def figures(bench: str) -> list[Figure]:
    """What a bench has left; nothing if it did not run."""
    path = TARGET / "bench-results" / f"{bench}.jsonl"
    return [json.loads(line) for line in path.open()] if path.exists() else []


def find(found: list[Figure], **wanted: Any) -> Iterator[Figure]:
    """The figures with these properties; `_` stands for a blank in a name."""
    properties = {name.replace("_", " "): value for name, value in wanted.items()}
    return (
        figure
        for figure in found
        if all(figure.get(name) == value for name, value in properties.items())
    )


def partitions() -> list[Figure]:
    """What Criterion has found of grouping: nanoseconds a line."""
    found = []
    for path in sorted((TARGET / "criterion" / "partition").glob("*/*/new/estimates.json")):
        groups, lines = path.parts[-4], int(path.parts[-3])
        nanos = json.loads(path.read_text())["median"]["point_estimate"]
        found.append({"groups": groups, "lines": lines, "nanos": nanos / lines})
    return sorted(found, key=lambda figure: figure["lines"])


# The table ------------------------------------------------------------------------------------


def duration(micros: float) -> str:
    """A time with three digits, in the unit that suits it."""
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1.0)):
        if micros >= size:
            return f"{digits(micros / size)} {unit}"
    return f"{digits(micros * 1e3)} ns"


def digits(number: float) -> str:
    """A number with three digits."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def mebibytes(kib: float) -> str:
    return f"{kib / 1024:.1f} MB"


Row = tuple[str, str, str, str]


def operation_rows() -> Iterator[Row]:
    found = figures("operations")
    names = ("create", "update", "checkout", "line change", "get", "get of changed")
    for lines in LENGTHS:
        for name in names:
            for figure in find(found, operation=name, lines=lines):
                yield (
                    f"{name}, {lines:,} lines",
                    duration(figure["engine"]["p50"]),
                    f"same rows by bare SQLite: {duration(figure['floor']['p50'])}",
                    f"{figure['ratio']:.2f} ×",
                )


def story_rows() -> Iterator[Row]:
    for figure in figures("story"):
        lines, orders = figure["lines"], figure["orders"]
        name = f"create {lines:,}, change one, check out into {orders:,}"
        full, page = figure["full"]["p50"], figure["page"]["p50"]
        beside = f"page written by hand: {duration(page)}"
        yield name, duration(full), beside, f"{figure['full / page']:.2f} ×"
        checkout, page = figure["checkout"]["p50"], figure["checkout page"]["p50"]
        beside = f"page as durable: {duration(page)}"
        ratio = f"{figure['checkout / checkout page']:.2f} ×"
        yield "the same, durability `checkout`", duration(checkout), beside, ratio
        faster = f"{figure['full / checkout']:.2f} × faster"
        beside = f"the page: {figure['page / checkout page']:.2f} × faster"
        yield "durability `checkout` in place of `full`", faster, beside, ""


def latency_rows() -> Iterator[Row]:
    for figure in figures("latency"):
        engine, floor = figure["engine"]["p999"], figure["floor"]["p999"]
        if figure["p999 ratio"] is None:
            continue
        yield (
            f"p99.9 of {figure['samples']:,} creates, {figure['lines']} lines",
            duration(engine),
            f"bare SQLite without checkpoints: {duration(floor)}",
            f"{figure['p999 ratio']:.2f} ×",
        )
        log = mebibytes(figure["engine log bytes"] / 1024)
        yield "the same: write-ahead log at its greatest", log, "", ""


def thread_rows() -> Iterator[Row]:
    found = figures("concurrency")
    for lines in (1, 10):
        works = list(find(found, work="creates", lines=lines, durability="full"))
        for figure in (figure for figure in works if figure["threads"] in (16, 64)):
            unit = "line" if lines == 1 else "lines"
            rate, floor = figure["per second"], figure["floor per second"]
            yield (
                f"creates a second, {lines} {unit}, {figure['threads']} threads",
                f"{rate:,.0f}",
                f"one thread: {works[0]['per second']:,.0f}",
                f"{figure['ratio']:.1f} ×",
            )
            yield (
                "the same",
                f"{rate:,.0f}",
                f"same rows by bare SQLite, {figure['threads']} in a commit: {floor:,.0f}",
                f"{floor / rate:.1f} ×",
            )


def grouping_rows() -> Iterator[Row]:
    cases = (("10 groups", 1_000), ("10 groups", 1_000_000), ("tenth groups", 1_000_000))
    for groups, lines in cases:
        count = 10 if groups == "10 groups" else lines // 10
        for figure in find(partitions(), groups=groups, lines=lines):
            name = f"grouping, {lines:,} lines in {count:,} groups"
            yield name, f"{figure['nanos']:.1f} ns a line", "", ""


def scale_rows() -> Iterator[Row]:
    found = figures("scale")
    of_carts = ("lines", "{:,} lines", "{:,} lines")
    of_files = ("carts", "10 lines, file of {:,} carts", "file of {:,}")
    of_customers = ("carts bought", "10 lines, {:,} carts bought", "{:,} bought")
    for name, (size, much_said, little_said) in (
        ("line add", of_carts),
        ("line change", of_carts),
        ("line remove", of_carts),
        ("create", of_files),
        ("get of the newest", of_files),
        ("get of any", of_files),
        ("create and checkout", of_customers),
    ):
        sizes = list(find(found, operation=name))
        if len(sizes) < 2:
            continue
        little, much = sizes[0], sizes[-1]
        for side, title, ratio in (
            ("engine", f"{name}, {much_said.format(much[size])}", "ratio"),
            ("floor", "the same rows by bare SQLite", "floor ratio"),
        ):
            yield (
                title,
                duration(much[side]["p50"]),
                f"{little_said.format(little[size])}: {duration(little[side]['p50'])}",
                f"{much[ratio]:.2f} ×",
            )


def import_rows() -> Iterator[Row]:
    for figure in figures("import"):
        yield (
            f"import of {figure['rows']:,} prices",
            f"{figure['engine rows per second']:,.0f} a second",
            f"a plain loop: {figure['floor rows per second']:,.0f} a second",
            f"{figure['ratio']:.2f} ×",
        )


def boundary_rows() -> Iterator[Row]:
    found = figures("boundary")
    # What the boundary adds to a call that does something is less than that call varies.
    for language, name in (("C", "C"), ("Python, text", "Python")):
        for figure in find(found, language=language, call="trivial"):
            yield f"a call that does nothing, from {name}", f"{figure['added']:.3f} µs", "", ""
    for figure in find(found, language="Python, objects", call="get"):
        title = f"Python's objects made of a get of {figure['lines']} lines"
        yield title, f"{max(figure['added'], 0.0):.0f} µs", "", ""


def memory_rows() -> Iterator[Row]:
    found = figures("memory")
    for figure in find(found, figure="idle"):
        yield "memory of an idle engine", mebibytes(figure["KiB"]), "", ""
    for figure in find(found, figure="growth"):
        name = f"growth over {figure['operations']:,} operations"
        yield name, mebibytes(max(figure["KiB"], 0)), "", ""
    for figure in find(found, figure="longest cart"):
        name = f"peak of a create of {figure['lines']:,} lines"
        yield name, mebibytes(figure["create KiB"]), "", ""


def table() -> str:
    parts = (
        operation_rows,
        story_rows,
        latency_rows,
        thread_rows,
        grouping_rows,
        scale_rows,
        import_rows,
        boundary_rows,
        memory_rows,
    )
    rows = [row for part in parts for row in part()]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["| | engine | beside | ratio |", "|---|---|---|---|", *lines])


def machine() -> str:
    """What the figures were measured on."""
    processor = platform.machine()
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        processor = names[0] if names else processor
    except OSError:
        pass
    return f"{os.cpu_count()} cores of {processor}, Linux {platform.release().split('-')[0]}"


def write_readme(text: str) -> None:
    path = ROOT / "README.md"
    readme = path.read_text()
    if BEGIN not in readme:
        readme = readme.replace("## Figures\n", f"## Figures\n\n{BEGIN}\n{END}\n")
    before, rest = readme.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def section(drawn: list[tuple[str, str]]) -> str:
    words = (
        f"Medians, durability `full` unless said, on {machine()}. Both sides of a ratio are"
        " measured in turns of one run."
    )
    command = "Made anew by `cargo bench` and then `python3 benches/report.py`."
    images = [f"![{title}](benches/plots/{name}.svg)" for name, title in drawn]
    return "\n\n".join([fill(words, 100), table(), *images, command])


# The plots ------------------------------------------------------------------------------------


def grouping_plot() -> str | None:
    found = partitions()
    names = {"1 group": "1 group", "10 groups": "10 groups", "tenth groups": "a tenth of the lines"}
    series = [
        Series(name, [(f["lines"], f["nanos"]) for f in find(found, groups=groups)])
        for groups, name in names.items()
    ]
    title = "Cost of grouping a line, by the number of groups"
    return plot(title, "lines of the cart", series, lambda nanos: f"{nanos:g} ns")


def thread_plot() -> str | None:
    found = figures("concurrency")
    kinds = {
        "1 line": ("creates", 1, "full"),
        "1 line, normal": ("creates", 1, "normal"),
        "10 lines": ("creates", 10, "full"),
        "4 gets, 1 change": ("mixed calls", 10, "full"),
    }
    series = []
    for colour, (name, (work, lines, durability)) in enumerate(kinds.items()):
        works = list(find(found, work=work, lines=lines, durability=durability))
        series.append(Series(name, [(f["threads"], f["per second"]) for f in works], colour))
        floor = [(f["threads"], f["floor per second"]) for f in works if f["floor per second"]]
        if floor and durability == "full":
            series.append(Series("", floor, colour, is_dashed=True))
    title = "Creates and mixed calls a second; dashed: the same rows by bare SQLite"
    return plot(title, "threads", series, lambda rate: f"{rate:,.0f}")


def cart_plot() -> str | None:
    series = beside_floor("operations", "lines", ("create", "get", "line change", "checkout"))
    title = "Cost of an operation; dashed: the same rows by bare SQLite"
    return plot(title, "lines of the cart", series, duration_label)


def database_plot() -> str | None:
    series = beside_floor("scale", "carts", ("create", "get of the newest", "get of any"))
    title = "Cost of an operation, 10 lines; dashed: the same rows by bare SQLite"
    return plot(title, "carts of the file", series, duration_label)


def beside_floor(bench: str, size: str, names: tuple[str, ...]) -> list[Series]:
    """What operations of several sizes cost, and their floors."""
    series = []
    for colour, name in enumerate(names):
        found = list(find(figures(bench), operation=name))
        for side, is_dashed in (("engine", False), ("floor", True)):
            points = [(figure[size], figure[side]["p50"]) for figure in found]
            label = "" if is_dashed else name
            series.append(Series(label, points, colour, is_dashed))
    return series


def duration_label(micros: float) -> str:
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1.0)):
        if micros >= size:
            return f"{micros / size:g} {unit}"
    return f"{micros * 1e3:g} ns"


def draw() -> list[tuple[str, str]]:
    """Writes the plots; tells their names and what they show."""
    plots = (
        ("grouping", "cost of grouping a line by lines of the cart", grouping_plot()),
        ("threads", "creates a second by threads", thread_plot()),
        ("carts", "cost of an operation by lines of the cart", cart_plot()),
        ("databases", "cost of an operation by carts of the file", database_plot()),
    )
    PLOTS.mkdir(exist_ok=True)
    drawn = []
    for name, title, image in plots:
        if image is not None:
            (PLOTS / f"{name}.svg").write_text(image)
            drawn.append((name, title))
    return drawn


def main() -> None:
    if "--show" in sys.argv[1:]:
        print(table())
    else:
        write_readme(section(draw()))


if __name__ == "__main__":
    main()
