// bench/harness.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

enum class Better { higher, lower };

// A number reported beside a row, without a bar.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
};

// One line of the table.
struct Result {
  std::string row, unit, peer_name;
  double ours = 0, peer = 0;                        // medians
  double ratio = 0, ratio_low = 0, ratio_high = 0;  // median and quartiles of the ratios of the pairs
  double bar = 0;                                   // of the ratio
  std::string bar_text;                             // when the bar was set in other words
  Better better = Better::higher;
  int rounds = 0;
  std::vector<Figure> also;
  std::string failure;  // why there are no figures; empty when there are

  bool met() const;
};

// What the body of a row talks to.
class Session {
 public:
  using Measure = std::function<double()>;  // does the work once, gives the figure in the row's unit

  explicit Session(Result& result) : result_(result) {}

  // Measures both in alternation, after one round that does not count. Ends early, but never
  // before five rounds, when the time is used up.
  void compare(int rounds, const Measure& ours, const Measure& peer);

  // The median of some rounds of `measure`, reported beside the row.
  double also(const std::string& name, const std::string& unit, int rounds, const Measure& measure);
  void also(const std::string& name, const std::string& unit, double value);

  // A bar that depends on what was measured, and how to say it.
  void bar(double ratio, const std::string& text);

  double peer() const { return result_.peer; }
  double ours() const { return result_.ours; }

 private:
  Result& result_;
};

struct Row {
  std::string name, unit, peer_name;
  Better better = Better::higher;
  double bar = 0;
  void (*run)(Session&) = nullptr;
};

// Runs a row in a process of its own, so that no row sees what another left behind, and ends it
// when it hangs. Never throws for what the row does: see Result::failure.
Result run(const Row& row);

}  // namespace bench
