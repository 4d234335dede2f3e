// tests/support/board.cpp                      SPDX-License-Identifier: MIT
#include "support/board.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

namespace cohort::test {
namespace {

Board* make_board() {
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return new (memory) Board{};
}

Board* const the_board = make_board();

}  // namespace

Board& board() { return *the_board; }

void Board::clear() {
  for (auto& n : runs) n = 0;
  for (auto& p : pid) p = 0;
  for (auto& g : gate) g = 0;
  for (auto& n : number) n = 0;
}

void open_gate(std::size_t i) { board().gate.at(i) = 1; }

void wait_for_gate(std::size_t i) {
  while (board().gate.at(i) == 0) usleep(200);
}

int count_run(int i) { return board().runs.at(static_cast<std::size_t>(i))++; }
int runs_of(int i) { return board().runs.at(static_cast<std::size_t>(i)); }

}  // namespace cohort::test
