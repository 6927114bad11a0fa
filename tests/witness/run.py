"""Runs the witnesses named on the command line and says how it went in the words of Rust's test harness.

    python run.py [-k FILTER] MODULE...

POCHOIR_BINARY is the program under test. `cargo xtask test` prepares the rest; by hand it is a virtual environment with
`requirements.txt` in it.
"""

import argparse
import os
import sys
import unittest
from pathlib import Path

import alone


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("modules", nargs="+")
    arguments.add_argument("-k", dest="filter", default="")
    arguments = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    # Everything here is on this machine; a proxy of its owner must not stand between.
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    alone.leave_the_network()

    loader = unittest.TestLoader()
    if arguments.filter:
        loader.testNamePatterns = [f"*{arguments.filter}*"]
    suite = loader.loadTestsFromNames(arguments.modules)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    good = result.testsRun - len(broken_tests(result)) - len(result.skipped)
    print(f"test result: {'ok' if bad == 0 else 'FAILED'}. {good} passed; {bad} failed; {len(result.skipped)} ignored")
    return 0 if bad == 0 else 1


def broken_tests(result: unittest.TestResult) -> set[str]:
    """Tests that ran and broke, whether in themselves or in one of their parts. A class that could not begin is none."""
    broken = [test for test, _ in result.failures + result.errors] + result.unexpectedSuccesses
    whole = [getattr(test, "test_case", test) for test in broken]
    return {test.id() for test in whole if isinstance(test, unittest.TestCase)}


if __name__ == "__main__":
    sys.exit(main())
