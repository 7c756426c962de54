"""`python -m bench [--only NAME] [--json]`: run benchmarks, print a table each and, with --json, one JSON line last."""

import argparse
import json
import os

from bench import callback, lab, match, pictures, quality, rates, twins
from bench.report import Bench

BENCHES: dict[str, Bench] = {
    "callback": callback.run, "lab": lab.run, "match": match.run, "pictures": pictures.run,
    "quality": quality.run, "rates": rates.run, "twins": twins.run,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", choices=sorted(BENCHES), action="append")
    parser.add_argument("--json", action="store_true", help="print one JSON line last")
    given = parser.parse_args()
    figures = {}
    for name in given.only or BENCHES:
        report = BENCHES[name](os.environ)
        report.show()
        figures[name] = report.figures
    if given.json:
        print(json.dumps(next(iter(figures.values())) if len(figures) == 1 else figures))


if __name__ == "__main__":
    main()
