// bench/harness.cpp                      SPDX-License-Identifier: MIT
#include "harness.hpp"

#include "clock.hpp"
#include "json.hpp"
#include "statistics.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <system_error>
#include <thread>

namespace bench {
namespace {

constexpr double kSecondsPerRow = 14;
constexpr int kFewestRounds = 5;
constexpr int kWatchdogSeconds = 90;
constexpr int kTicksPerSecond = 20;

// Lets spinning threads and processes of the side before fall asleep.
void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(3)); }

double measure(const Session::Measure& side) {
  settle();
  return side();
}

Result blank(const Row& row) {
  Result result;
  result.row = row.name;
  result.unit = row.unit;
  result.peer_name = row.peer_name;
  result.better = row.better;
  result.bar = row.bar;
  return result;
}

[[noreturn]] void run_in_child(const Row& row, int out) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Result result = blank(row);
  try {
    Session session(result);
    row.run(session);
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  const std::string text = to_json(result).dump();
  const bool whole = write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  std::fflush(nullptr);
  _exit(whole ? 0 : 1);
}

std::string read_all(int in) {
  std::string text;
  char piece[4096];
  lseek(in, 0, SEEK_SET);
  for (ssize_t n; (n = read(in, piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(n));
  return text;
}

struct End {
  int status = 0;
  bool hung = false;
};

// Counts its own naps, so that time in which everything was stopped does not count.
End wait_for(pid_t child) {
  End end;
  for (int naps = 0; waitpid(child, &end.status, WNOHANG) == 0; ++naps) {
    if (naps == kWatchdogSeconds * kTicksPerSecond) {
      end.hung = true;
      kill(-child, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::seconds(1) / kTicksPerSecond);
  }
  kill(-child, SIGKILL);  // what a row that died left behind
  return end;
}

std::string obituary(const End& end) {
  if (end.hung) return "hung: ended by the watchdog";
  if (WIFSIGNALED(end.status)) return "died of signal " + std::to_string(WTERMSIG(end.status));
  return "exited with " + std::to_string(WEXITSTATUS(end.status)) + " and without figures";
}

}  // namespace

bool Result::met() const {
  if (!failure.empty()) return false;
  return better == Better::higher ? ratio >= bar : ratio <= bar;
}

void Session::compare(int rounds, const Measure& ours, const Measure& peer) {
  std::vector<double> our_samples, peer_samples, ratios;
  measure(ours), measure(peer);
  const auto start = Clock::now();
  for (int round = 0; round < rounds; ++round) {
    if (round >= kFewestRounds && seconds_since(start) > kSecondsPerRow) break;
    const bool ours_first = round % 2 == 0;
    if (ours_first) our_samples.push_back(measure(ours));
    peer_samples.push_back(measure(peer));
    if (!ours_first) our_samples.push_back(measure(ours));
    ratios.push_back(our_samples.back() / peer_samples.back());
  }
  const Spread ratio = spread_of(ratios);
  result_.rounds = static_cast<int>(ratios.size());
  result_.ours = median_of(our_samples);
  result_.peer = median_of(peer_samples);
  result_.ratio = ratio.middle, result_.ratio_low = ratio.low, result_.ratio_high = ratio.high;
}

double Session::also(const std::string& name, const std::string& unit, int rounds, const Measure& side) {
  std::vector<double> samples;
  for (int round = 0; round < rounds; ++round) samples.push_back(measure(side));
  const double value = median_of(samples);
  also(name, unit, value);
  return value;
}

void Session::also(const std::string& name, const std::string& unit, double value) {
  result_.also.push_back({name, value, unit});
}

void Session::bar(double ratio, const std::string& text) {
  result_.bar = ratio;
  result_.bar_text = text;
}

Result run(const Row& row) {
  const int figures = memfd_create("figures", MFD_CLOEXEC);  // a pipe would wait for whoever inherited its end
  if (figures < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) run_in_child(row, figures);
  const End end = wait_for(child);
  Result result = blank(row);
  if (!from_json(read_all(figures), result)) result.failure = obituary(end);
  close(figures);
  return result;
}

}  // namespace bench
