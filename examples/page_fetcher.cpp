// examples/page_fetcher.cpp                             SPDX-License-Identifier: MIT
//
// page_fetcher FILE URL…: a pool of workers downloads the pages; the parent's callback appends a
// line with address, size and title of each to FILE. A dead address is reported, and stops nobody.
#include "support/fetch.hpp"

#include <cohort/pool.hpp>

#include <cstdio>
#include <fstream>
#include <regex>
#include <string>

struct Page {
  std::string url;
  std::string html;
};

Page get_page(const std::string& url) { return {url, fetch(url)}; }

std::string title(const std::string& html) {
  std::smatch found;
  return std::regex_search(html, found, std::regex("<title>([^<]*)</title>")) ? found[1].str() : "(no title)";
}

int main(int argc, char** argv) {
  if (argc < 3) {
    std::puts("usage: page_fetcher FILE URL...");
    return 2;
  }

  std::ofstream lines(argv[1], std::ios::app);  // what callbacks touch is declared before the pool
  int pages = 0;
  int dead = 0;
  {
    cohort::Pool pool({.processes = 4, .initializer = start_fetching});
    for (int i = 2; i < argc; ++i) {
      pool.apply_async(get_page, argv[i])
          .callback([&](const Page& page) {
            lines << page.url << ' ' << page.html.size() << ' ' << title(page.html) << '\n';
            ++pages;
          })
          .error_callback([&](const std::exception& error) {
            std::printf("dead: %s\n", error.what());
            ++dead;
          });
    }
  }  // the pool has finished, its callbacks too
  std::printf("%d pages, %d dead\n", pages, dead);
}
