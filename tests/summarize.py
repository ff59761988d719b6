"""Sums up a test run: prints what failed and what was skipped, and as its last line the counts.

tests/run.sh calls it with its temporary folder, which holds

    problems                    one sentence for each thing that went wrong outside a test
    results/PROJECT/exit-code   how the test program ended
    results/PROJECT/*.trx       the results, none where the test process died early
"""

import pathlib
import sys
import xml.etree.ElementTree as xml

TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def message_of(result):
    """A failure's message or a skip's reason, which the test programs themselves write as the test's output."""
    output = f"{TRX}Output/{TRX}"
    return (result.findtext(f"{output}ErrorInfo/{TRX}Message") or result.findtext(f"{output}StdOut") or "").strip()


def read_project(folder):
    """Returns the passed count, the failures, the skips and the times of one test project, as lines of text."""
    project = folder.name
    passed, failures, skips, times = 0, [], [], []
    for file in sorted(folder.rglob("*.trx")):
        try:
            run = xml.parse(file).getroot()
        except xml.ParseError:
            failures.append(f"{project}: the results cannot be read; the test process probably died.")
            continue
        for result in run.iter(f"{TRX}UnitTestResult"):
            name, outcome = result.get("testName"), result.get("outcome")
            times.append((result.get("duration", ""), f"{project}: {name}"))
            if outcome == "Passed":
                passed += 1
            elif outcome == "NotExecuted":
                skips.append(f"{project}: {name}: {message_of(result) or 'no reason given'}")
            else:
                failures.append(f"{project}: {name}\n{indent(message_of(result) or str(outcome))}")
        # A crash of the test process, or of a fixture, is no test's result. Failed tests are noted here too.
        notes = [info.findtext(f"{TRX}Text") or "" for info in run.iter(f"{TRX}RunInfo") if info.get("outcome") == "Error"]
        notes = [note for note in notes if not note.endswith("[FAIL]")]
        if notes:
            failures.append(f"{project}: the run did not end as it should\n" + indent("\n".join(notes)))

    exit_code = (folder / "exit-code").read_text().strip()
    if exit_code == "124":
        failures.append(f"{project}: stopped, because it took longer than PLATFORM_TEST_TIMEOUT allows.")
    elif exit_code != "0" and not failures:
        failures.append(f"{project}: ended with code {exit_code} without saying which test failed; see its output above.")
    elif passed + len(skips) == 0 and not failures:
        failures.append(f"{project}: no test ran. Is the project in Platform.sln, and does it have tests?")
    return passed, failures, skips, times


def indent(text):
    return "\n".join("    " + line for line in text.strip().splitlines()[:20])


def main():
    work = pathlib.Path(sys.argv[1])
    problems = work / "problems"
    passed, skips, times = 0, [], []
    failures = problems.read_text().splitlines() if problems.exists() else []
    for folder in sorted((work / "results").iterdir()):
        project_passed, project_failures, project_skips, project_times = read_project(folder)
        passed += project_passed
        failures += project_failures
        skips += project_skips
        times += project_times

    # hh:mm:ss.fffffff orders as text does.
    print("The slowest tests:")
    for duration, name in sorted(times, reverse=True)[:10]:
        print(f"  {duration[3:11]}  {name}")
    if passed == 0 and not failures:
        failures.append("No test passed, so nothing was tested.")
    for skip in skips:
        print(f"Skipped: {skip}")
    for failure in failures:
        print(f"Failed: {failure}")
    print(f"{passed} passed, {len(failures)} failed" + (f", {len(skips)} skipped" if skips else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
