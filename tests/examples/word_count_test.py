#!/usr/bin/env python3
# tests/examples/word_count_test.py                      SPDX-License-Identifier: MIT
"""word_count_test.py WORD_COUNT [unittest arguments]: the word count over a tree of awkward files.

What it should count is found out here, in other words than the program's.
"""

import collections
import contextlib
import gzip
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from check_output import adopt_orphans, end_leftovers  # noqa: E402

PROGRAM = ""
TIME_LIMIT = 120


def some_text(seed, length):
    """Words of any length, some long, some not ASCII, some in capitals."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyzäßéЖ"
    vocabulary = ["".join(rng.choices(letters, k=rng.randint(1, 12))) for _ in range(2000)]
    vocabulary += ["The", "THE", "the", "x" * 63, "y" * 64, "z" * 65, "w" * 200]
    words = []
    while length > 0:
        words.append(rng.choice(vocabulary))
        length -= len(words[-1]) + 1
    return "".join(word + rng.choice(" \n\t.;_0") for word in words).encode()


def word_counts(texts):
    counts = collections.Counter()
    for text in texts:
        words = (word.lower() for word in re.findall(rb"[A-Za-z\x80-\xff]+", text))
        counts.update(word for word in words if len(word) <= 64)
    return counts


class Tree:
    """Files that are to be counted and files that are to be skipped."""

    def __init__(self, root):
        self.root = root
        self.texts = []
        self.skipped = collections.Counter()
        for n in range(40):
            self.text(f"some/deep/er/{n % 7}/{n}.txt", some_text(n, 3000 * n))
        self.text("empty", b"")
        self.text("one_line", some_text("line", 3 << 20).replace(b"\n", b" "))
        self.text("no_space", b"begin " + b"a" * (2 << 20) + b" end")
        self.text("cut_in_a_letter", b" " * 8191 + "é".encode())
        self.binary("zero", b"text, then\0something else")
        self.binary("latin1", "caf\xe9 au lait".encode("latin-1"))
        self.binary("packed.gz", gzip.compress(b"some text " * 1000))
        self.binary("big_binary", b"\xff" + b"text " * (1 << 18))
        self.links()
        self.neither_file_nor_folder()

    def path(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def text(self, name, content):
        self.texts.append(content)
        with open(self.path(name), "wb") as file:
            file.write(content)

    def binary(self, name, content):
        self.skipped["binary"] += 1
        with open(self.path(name), "wb") as file:
            file.write(content)

    def links(self):
        os.symlink("one_line", self.path("second_name"))
        os.link(self.path("one_line"), self.path("third_name"))
        os.symlink("..", self.path("some/loop_of_folders"))
        os.symlink("round", self.path("round"))
        self.skipped["Too many levels of symbolic links"] += 1
        os.symlink("nowhere", self.path("dangling"))
        self.skipped["No such file or directory"] += 1
        if os.geteuid() != 0:
            for name in "unreadable_file", "unreadable_folder/of/its/own":
                self.text(name, b"")
            self.texts[-2:] = []
            os.chmod(self.path("unreadable_file"), 0)
            os.chmod(self.path("unreadable_folder"), 0)
            self.skipped["Permission denied"] += 2

    def neither_file_nor_folder(self):
        os.mkfifo(self.path("pipe"))
        listener = socket.socket(socket.AF_UNIX)
        with contextlib.closing(listener):
            listener.bind(self.path("socket"))
        self.skipped["neither file nor folder"] += 2


class Report:
    """What the program printed."""

    def __init__(self, output):
        self.top = {}
        for word, count in re.findall(r"^ *\d+  (\S+) +([\d,]+)$", output, re.M):
            self.top[word.encode()] = int(count.replace(",", ""))
        self.skipped = collections.Counter()
        for count, reason in re.findall(r"^skipped ([\d,]+): (.*)$", output, re.M):
            self.skipped[reason] = int(count.replace(",", ""))
        figures = re.search(r"^([\d,]+) words, ([\d,]+) different, in ([\d,]+) files, ", output, re.M)
        self.words, self.different, self.files = (int(figure.replace(",", "")) for figure in figures.groups())
        deaths = re.search(r"^([\d,]+) workers died(?:, ([\d,]+) of them killed)?", output, re.M)
        self.died, self.killed = (int((figure or "0").replace(",", "")) for figure in deaths.groups())


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=TIME_LIMIT, check=False)


class WordCount(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tree = Tree(cls.folder.name)
        cls.counts = word_counts(cls.tree.texts)
        adopt_orphans()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def tearDown(self):
        self.assertEqual(end_leftovers(), 0, "processes left behind")

    def counted(self, *arguments):
        """The report of a run over the tree, after a look at all its figures."""
        done = run("--check", *arguments, self.tree.root)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        report = Report(done.stdout)
        self.assertEqual(report.words, self.counts.total())
        self.assertEqual(report.different, len(self.counts))
        self.assertEqual(report.files, len(self.tree.texts))
        self.assertEqual(report.skipped, self.tree.skipped)
        self.assertEqual(len(report.top), 20)
        self.assertEqual(sorted(report.top.values()), sorted(n for _, n in self.counts.most_common(20)))
        for word, count in report.top.items():
            self.assertEqual(count, self.counts[word], word)
        return report

    def test_any_number_of_workers(self):
        for workers in "1", "2", "4":
            with self.subTest(workers=workers):
                self.assertEqual(self.counted("--workers", workers).died, 0)

    def test_chaos(self):
        for workers in "1", "4":
            with self.subTest(workers=workers):
                report = self.counted("--workers", workers, "--chaos")
                self.assertGreater(report.killed, 0)
                self.assertGreaterEqual(report.died, report.killed)

    def test_all_skipped_files_are_listed(self):
        listed = run("--skipped", self.tree.root).stdout
        for name in "zero", "latin1", "packed.gz", "big_binary", "round", "dangling", "pipe", "socket":
            self.assertIn(f"  {self.tree.root}/{name}\n", listed)

    def test_files_that_vanish_meanwhile(self):
        with tempfile.TemporaryDirectory() as folder:
            keeps_busy = os.path.join(folder, "busy")
            with open(keeps_busy, "wb") as file:
                file.write(b"something to do " * (4 << 20))
            vanishing = os.path.join(folder, "vanishing")
            os.mkdir(vanishing)
            for n in range(10):
                with open(os.path.join(vanishing, str(n)), "wb") as file:
                    file.write(b"never seen")
            with self.started("--check", "--workers", "1", keeps_busy, vanishing) as program:
                self.assertIn("11 files", program.stderr.readline())
                shutil.rmtree(vanishing)
                output = program.communicate(timeout=TIME_LIMIT)[0]
            self.assertEqual(program.returncode, 0)
            report = Report(output)
            self.assertEqual(report.files, 1)
            self.assertEqual(report.skipped["No such file or directory"], 10)
            self.assertEqual(set(report.top), {b"something", b"to", b"do"})

    def test_nothing_to_count(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("--check", folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(Report(done.stdout).words, 0)

    def test_wrong_arguments(self):
        for arguments in (["/nowhere"], ["--workers", "0"], ["--workers", "x"], ["--what"]):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertNotEqual(done.stderr, "")
        self.assertEqual(run("--help").returncode, 0)

    def test_plain_lines_when_not_on_a_terminal(self):
        done = run(self.tree.root)
        self.assertRegex(done.stderr, r"(?m)^counting: [2-4]\d % of")
        self.assertRegex(done.stderr, r"(?m)^counting: 100 % of")
        self.assertNotRegex(done.stderr + done.stdout, r"[\r\x1b]")

    def test_bar_on_a_terminal(self):
        ours, theirs = pty.openpty()
        done = subprocess.run([PROGRAM, self.tree.root], stdout=subprocess.DEVNULL, stderr=theirs, check=False)
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as terminal:
            while piece := terminal.read(4096):
                shown += piece
        self.assertEqual(done.returncode, 0)
        self.assertRegex(shown, rb"\rcounting +\[#{40}\] 100 %")

    @contextlib.contextmanager
    def started(self, *arguments):
        """The program in a process group of its own, as on a terminal."""
        program = subprocess.Popen(
            [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            yield program
        finally:
            program.kill()
            program.communicate()

    def test_ctrl_c_ends_it_at_once_and_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            for n in range(64):  # enough for seconds
                with open(os.path.join(folder, str(n)), "wb") as file:
                    file.write(b"all work and no play " * (1 << 18))
            for moment in "files", "counting: ":
                for options in [], ["--chaos"]:
                    with self.subTest(moment=moment, options=options):
                        self.interrupt_at(moment, "--workers", "2", *options, folder)

    def interrupt_at(self, moment, *arguments):
        with self.started(*arguments) as program:
            while (line := program.stderr.readline()) and moment not in line:
                pass
            self.assertIn(moment, line)
            start = time.monotonic()
            os.killpg(program.pid, signal.SIGINT)
            output, errors = program.communicate(timeout=TIME_LIMIT)
            took = time.monotonic() - start
        self.assertEqual(program.returncode, 130, errors)
        self.assertIn("interrupted", errors)
        self.assertNotIn("words", output)
        self.assertLess(took, 5)  # at once; but the machine may be busy
        self.assertEqual(end_leftovers(), 0, "processes left behind")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
