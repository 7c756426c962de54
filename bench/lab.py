"""The lab's own speed: sends and callbacks a second beside a bare handler of the same server, and a full world's memory."""

from collections.abc import Mapping

from bench.report import Report
from lab.measure import measured


def run(options: Mapping[str, str]) -> Report:
    """SENDS customer-service sends over kept connections, LOAD_S seconds of callbacks at a bare echo."""
    figures = measured(int(options.get("SENDS", "6000")), float(options.get("LOAD_S", "4")))
    report = Report(
        "lab: one process, aiohttp, beside a bare handler of the same server", ("figure", "value")
    )
    report.rows = list(figures.items())
    report.figures = figures
    return report
