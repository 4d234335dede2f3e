#!/usr/bin/env python3
# tests/support/check_output.py                          SPDX-License-Identifier: MIT
"""check_output.py EXPECTED COMMAND [ARGUMENT…]: runs the command and compares what it prints.

Each line of EXPECTED is a regular expression for one whole line of stdout, in order, except
    # text            a comment
    N x regex         that line N times
    unordered … end   the lines between, in any order
    distinct NAME N   over all lines the group (?P<NAME>…) had N different values; or N..M of them
    exit N            the exit code, 0 unless said
The command may leave no process behind.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict

PR_SET_CHILD_SUBREAPER = 36
TIME_LIMIT = 60  # seconds, for the command
GRACE = 1  # seconds, for its processes after it


class Mismatch(Exception):
    pass


class Expected:
    def __init__(self, text):
        self.blocks = []  # lists of patterns: in any order within a block, blocks in order
        self.distinct = []  # (group, fewest, most)
        self.exit = 0
        block = None
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            if line == "unordered":
                block = []
                self.blocks.append(block)
            elif line == "end":
                block = None
            elif found := re.fullmatch(r"distinct (\w+) (\d+)(?:\.\.(\d+))?", line):
                name, fewest, most = found.groups()
                self.distinct.append((name, int(fewest), int(most or fewest)))
            elif found := re.fullmatch(r"exit (\d+)", line):
                self.exit = int(found[1])
            else:
                found = re.fullmatch(r"(\d+) x (.*)", line)
                patterns = [re.compile(found[2])] * int(found[1]) if found else [re.compile(line)]
                if block is None:
                    self.blocks.extend([pattern] for pattern in patterns)
                else:
                    block.extend(patterns)

    def check(self, output, exit_code):
        if exit_code != self.exit:
            raise Mismatch(f"exit code {exit_code} instead of {self.exit}")
        lines = iter(output.splitlines())
        seen = defaultdict(set)
        for block in self.blocks:
            left = list(block)
            while left:
                groups = take_match(left, next(lines, None))
                for name, value in groups.items():
                    seen[name].add(value)
        for line in lines:
            raise Mismatch(f"one line too many: {line}")
        for name, fewest, most in self.distinct:
            if not fewest <= len(seen[name]) <= most:
                raise Mismatch(f"{len(seen[name])} different values of {name}, {fewest} to {most} expected")


def take_match(patterns, line):
    """Removes the first pattern that matches; its named groups."""
    if line is None:
        raise Mismatch(f"the output ends, but this is missing: {patterns[0].pattern}")
    for number, pattern in enumerate(patterns):
        if found := pattern.fullmatch(line):
            del patterns[number]
            return found.groupdict()
    raise Mismatch(f"line: {line}\nexpected: {patterns[0].pattern}" + (" (or another of its block)" if patterns[1:] else ""))


def adopt_orphans():
    """Makes every process that the command leaves behind a child of this one."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def living_children():
    """Process ids of our children, the ended ones reaped."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return []
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
        return [int(pid) for pid in children.read().split()]


def end_leftovers():
    """Kills what is still there after a grace period; how many that were."""
    deadline = time.monotonic() + GRACE
    while (left := living_children()) and time.monotonic() < deadline:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return len(left)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        expected = Expected(file.read())
    adopt_orphans()
    with subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, text=True, errors="replace") as command:
        try:
            output = command.communicate(timeout=TIME_LIMIT)[0]
        except subprocess.TimeoutExpired:
            command.kill()
            sys.exit(f"{sys.argv[2]} did not end within {TIME_LIMIT} s; it had printed:\n{command.communicate()[0]}")
    left = end_leftovers()
    try:
        if left:
            raise Mismatch(f"{left} processes left behind")
        expected.check(output, command.returncode)
    except Mismatch as mismatch:
        sys.exit(f"{mismatch}\n--- the whole output:\n{output}")


if __name__ == "__main__":
    main()
