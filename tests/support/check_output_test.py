#!/usr/bin/env python3
# tests/support/check_output_test.py                     SPDX-License-Identifier: MIT
"""What check_output.py accepts and what it refuses."""

import os
import subprocess
import sys
import tempfile
import unittest

CHECKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_output.py")


def complaint(expected, script):
    """What the checker says about the output of a shell script; empty if it agrees."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(expected)
        file.flush()
        checked = subprocess.run(
            [sys.executable, CHECKER, file.name, "sh", "-c", script], capture_output=True, text=True, check=False
        )
    return checked.stderr if checked.returncode else ""


class CheckOutput(unittest.TestCase):
    def accepts(self, expected, script):
        self.assertEqual(complaint(expected, script), "")

    def refuses(self, expected, script, words):
        self.assertIn(words, complaint(expected, script))

    def test_lines_are_whole_and_in_order(self):
        self.accepts("a\nb+\n# a comment\n", "echo a; echo bbb")
        self.refuses("a\nb\n", "echo b; echo a", "line: b\nexpected: a")
        self.refuses("a\n", "echo ab", "line: ab")

    def test_neither_too_few_nor_too_many(self):
        self.refuses("a\nb\n", "echo a", "missing: b")
        self.refuses("a\n", "echo a; echo b", "one line too many: b")

    def test_an_empty_line_is_a_line(self):
        self.accepts("a\n\nb\n", "echo a; echo; echo b")
        self.refuses("a\n\nb\n", "echo a; echo b", "line: b")

    def test_unordered_lines_each_once(self):
        block = "unordered\na\nb\nb\nend\nc\n"
        self.accepts(block, "echo b; echo a; echo b; echo c")
        self.refuses(block, "echo b; echo a; echo a; echo c", "line: a")
        self.refuses(block, "echo b; echo c; echo a; echo b", "line: c")

    def test_repeated_lines(self):
        self.accepts(r"3 x job \d", "echo job 1; echo job 2; echo job 3")
        self.refuses("2 x a\n", "echo a", "missing: a")
        self.accepts("unordered\n2 x a\nb\nend\n", "echo a; echo b; echo a")

    def test_distinct_values(self):
        lines = "3 x worker (?P<pid>\\d)\ndistinct pid 2\n"
        self.accepts(lines, "echo worker 1; echo worker 2; echo worker 1")
        self.refuses(lines, "echo worker 1; echo worker 2; echo worker 3", "3 different values of pid")
        self.accepts("(?P<pid>a)\ndistinct pid 1..2\n", "echo a")

    def test_exit_code(self):
        self.accepts("exit 3\na\n", "echo a; exit 3")
        self.refuses("a\n", "echo a; exit 3", "exit code 3 instead of 0")
        self.refuses("", "kill -9 $$", "exit code -9 instead of 0")

    def test_processes_left_behind_are_found_and_ended(self):
        self.refuses("a\n", "sleep 60 >/dev/null & echo a", "1 processes left behind")


if __name__ == "__main__":
    unittest.main()
