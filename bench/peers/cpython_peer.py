#!/usr/bin/env python3
# bench/peers/cpython_peer.py                      SPDX-License-Identifier: MIT
"""CPython's multiprocessing.Pool doing the bench's work on command.

Reads one command a line, answers with one JSON object a line:
    flood WORKERS TASKS   tasks one by one, at most 16,384 outstanding, get on all
    apply WORKERS TRIPS   apply back to back; the median round trip
The pool of a command is kept for the next one of the same size.
"""
import collections
import json
import multiprocessing
import statistics
import sys
import time

OUTSTANDING = 16_384


def same(x):
    return x


def flood(pool, tasks):
    waiting = collections.deque()
    total = 0
    start = time.perf_counter()
    for i in range(tasks):
        if len(waiting) == OUTSTANDING:
            total += waiting.popleft().get()
        waiting.append(pool.apply_async(same, (i,)))
    while waiting:
        total += waiting.popleft().get()
    seconds = time.perf_counter() - start
    assert total == tasks * (tasks - 1) // 2
    return {"tasks_per_second": tasks / seconds}


def apply(pool, trips):
    times = []
    for i in range(trips):
        start = time.perf_counter()
        pool.apply(same, (i,))
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times)}


def main():
    pools = {}
    for line in sys.stdin:
        command, workers, count = line.split()
        if workers not in pools:
            pools[workers] = multiprocessing.get_context("fork").Pool(int(workers))
        answer = {"flood": flood, "apply": apply}[command](pools[workers], int(count))
        print(json.dumps(answer), flush=True)
    for pool in pools.values():
        pool.terminate()


if __name__ == "__main__":
    main()
