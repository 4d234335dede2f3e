#!/usr/bin/env python3
# examples/support/board_server.py                       SPDX-License-Identifier: MIT
"""board_server.py [COMMAND [ARGUMENT…]]: pages to fetch, on loopback, the same every time.

  /board?page=N    ten films of the board, N from 1
  /page/N          a small page of its own
  anything else    404

Alone it prints its address and serves until Ctrl-C. With a command it runs that, {url} in the
arguments standing for the address, and ends with it and its exit code; FILE= before an argument
names a file that is removed before and printed, sorted, after the command.
"""

import http.server
import os
import subprocess
import sys
import threading
import urllib.parse

FILMS_ON_A_PAGE = 10
FIRST = ["Silent", "Golden", "Last", "Hidden", "Distant"]
SECOND = ["River", "Harbour", "Winter", "Garden", "Station", "Letter", "Mirror"]
ACTORS = ["A. Lind", "B. Moreau", "C. Ito", "D. Novak", "E. Santos", "F. Weber"]


def film(rank):
    title = f"{FIRST[rank % 5]} {SECOND[rank % 7]}"
    actors = f"{ACTORS[rank % 6]}, {ACTORS[(rank + 2) % 6]}"
    date = f"{1950 + rank}-{rank % 12 + 1:02}-{rank % 28 + 1:02}"
    return title, actors, date


def board(page):
    rows = []
    for rank in range((page - 1) * FILMS_ON_A_PAGE + 1, page * FILMS_ON_A_PAGE + 1):
        title, actors, date = film(rank)
        rows.append(
            f'<tr><td class="rank">{rank}</td>\n  <td class="title">{title}</td>\n'
            f'  <td class="actors">{actors}</td>\n  <td class="date">{date}</td></tr>\n'
        )
    return f"<html><title>Board, page {page}</title><table>\n{''.join(rows)}</table></html>\n"


def page_at(address):
    """The page, or None."""
    parts = urllib.parse.urlsplit(address)
    if parts.path == "/board":
        number = urllib.parse.parse_qs(parts.query).get("page", ["1"])[0]
        return board(int(number)) if number.isdecimal() and number != "0" else None
    folder, _, name = parts.path.rpartition("/")
    if folder == "/page" and name.isdecimal():
        return f"<html><title>Page {name}</title><p>{'all is well ' * int(name)}</p></html>\n"
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = page_at(self.path)
        if page is None:
            self.send_error(404)
            return
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(command, url):
    files = [word.removeprefix("FILE=") for word in command if word.startswith("FILE=")]
    for name in files:
        if os.path.exists(name):
            os.remove(name)
    code = subprocess.run([word.removeprefix("FILE=").replace("{url}", url) for word in command]).returncode
    for name in files:
        with open(name, encoding="utf-8") as file:
            print("".join(sorted(file)).replace(url, "{url}"), end="")
    return code


def main():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        if len(sys.argv) > 1:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.exit(run(sys.argv[1:], url))
        print(url, flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
