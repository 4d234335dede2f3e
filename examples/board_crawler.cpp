// examples/board_crawler.cpp                            SPDX-License-Identifier: MIT
//
// board_crawler URL PAGES: the pages URL?page=1, 2, … of a board of films are fetched by a pool; a
// callback in the parent picks the films out of each. Pages come in any order, ranks restore it.
#include "support/fetch.hpp"

#include <cohort/pool.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>
#include <vector>

struct Film {
  int rank;
  std::string title, actors, date;
};

void add_films(const std::string& html, std::vector<Film>& films) {
  static const std::regex row(
      "<td class=\"rank\">(\\d+)</td>\\s*<td class=\"title\">([^<]*)</td>\\s*"
      "<td class=\"actors\">([^<]*)</td>\\s*<td class=\"date\">([^<]*)</td>");
  for (std::sregex_iterator found(html.begin(), html.end(), row), end; found != end; ++found) {
    films.push_back({std::stoi((*found)[1]), (*found)[2], (*found)[3], (*found)[4]});
  }
}

int main(int argc, char** argv) {
  if (argc != 3) {
    std::puts("usage: board_crawler URL PAGES");
    return 2;
  }
  const std::string board = argv[1];
  const int pages = std::atoi(argv[2]);

  std::vector<Film> films;  // what callbacks touch is declared before the pool
  {
    cohort::Pool pool({.processes = 4, .initializer = start_fetching});
    for (int page = 1; page <= pages; ++page) {
      pool.apply_async(fetch, board + "?page=" + std::to_string(page))
          .callback([&films](const std::string& html) { add_films(html, films); })
          .error_callback([](const std::exception& error) { std::printf("lost: %s\n", error.what()); });
    }
  }  // the pool has finished, its callbacks too

  std::ranges::sort(films, {}, &Film::rank);
  for (const Film& film : films) {
    std::printf("%3d | %s | %s | %s\n", film.rank, film.title.c_str(), film.actors.c_str(), film.date.c_str());
  }
}
