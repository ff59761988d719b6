"""Adds up the coverage of all test projects: a line is covered when one of them ran it.

    coverage.py RESULTS OUT     RESULTS has the cobertura files of the projects; OUT gets lines.tsv, a line for each file
"""

import collections
import pathlib
import sys
import xml.etree.ElementTree as xml


def main():
    results, out = map(pathlib.Path, sys.argv[1:])
    hits = collections.defaultdict(lambda: collections.defaultdict(int))
    for report in results.rglob("coverage.cobertura.xml"):
        for cls in xml.parse(report).getroot().iter("class"):
            for line in cls.iter("line"):
                hits[cls.get("filename")][int(line.get("number"))] += int(line.get("hits"))
    rows = [(name, sum(1 for h in lines.values() if h), len(lines)) for name, lines in sorted(hits.items()) if "/obj/" not in name]
    with (out / "lines.tsv").open("w") as file:
        for name, covered, total in rows:
            file.write(f"{name}\t{covered}\t{total}\n")
    covered, total = sum(r[1] for r in rows), sum(r[2] for r in rows)
    print(f"Coverage: {covered:,} of {total:,} lines ({covered / max(total, 1):.1%}); by file in {out / 'lines.tsv'}.")


if __name__ == "__main__":
    main()
