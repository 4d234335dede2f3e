// include/cohort/errors.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/core/export.hpp>
#include <cohort/timeout.hpp>

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace cohort {

// What this library throws:
//
//     Error            the world did it: catch this for all of the classes below
//     UsageError       the program did it: start twice, submit after close (a std::logic_error)
//     std::invalid_argument   a number that makes no sense: a pool of 0 workers
//     std::system_error       the system refused: no more descriptors, no more memory
//
// What a function threw in another process arrives as the nearest class of std (or of this list) that it was derived
// from, with the same what(); remote_trace() tells where it came from.
class COHORT_API Error : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};
class COHORT_API UsageError : public std::logic_error {
 public:
  using logic_error::logic_error;
};

// clang-format off
class COHORT_API TimeoutError        : public Error { public: using Error::Error; };  // a wait ended before what it waited for
class COHORT_API Full                : public Error { public: using Error::Error; };  // no room in a queue
class COHORT_API Empty               : public Error { public: using Error::Error; };  // nothing in a queue
class COHORT_API ShutDown            : public Error { public: using Error::Error; };  // the end of a queue's stream
class COHORT_API BrokenBarrierError  : public Error { public: using Error::Error; };  // a party of the barrier died or gave up
class COHORT_API AuthenticationError : public Error { public: using Error::Error; };  // the other side does not know the key
class COHORT_API LockAbandoned       : public Error { public: using Error::Error; };  // the holder died, and the lock was asked to tell
class COHORT_API BufferTooShort      : public Error { public: using Error::Error; };  // a message longer than the receiver allowed
class COHORT_API EndOfStream         : public Error { public: using Error::Error; };  // the other end is closed
class COHORT_API Cancelled           : public Error { public: using Error::Error; };  // the task will not be run any more
class COHORT_API RemoteError         : public Error { public: using Error::Error; };  // thrown elsewhere, and no class of std fits
class COHORT_API DecodeError         : public Error { public: using Error::Error; };  // bytes that are not what was expected
// clang-format on

// A process died with this task in its hands. The task may have run in part; nobody runs it again unless retries were
// asked for.
class COHORT_API WorkerLost : public Error {
 public:
  using Error::Error;

  // "cohort: worker 4711 was killed by signal 9 (SIGKILL) while it ran item 3"
  WorkerLost(pid_t pid, int exitcode, std::optional<std::uint64_t> task = {});
  WorkerLost(const std::string& what, pid_t pid, int exitcode, std::optional<std::uint64_t> task = {});

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // As Process::exitcode(): N for exit(N), -N for signal N, kUnknown if nobody could learn it (SIGCHLD ignored,
  // somebody else's wait).
  [[nodiscard]] int exitcode() const noexcept { return exitcode_; }
  // Index in the map, or number of the submission; 0 if it ran none.
  [[nodiscard]] std::uint64_t task() const noexcept { return task_; }

  static constexpr int kUnknown = std::numeric_limits<int>::min();

 private:
  pid_t pid_ = 0;
  int exitcode_ = kUnknown;
  std::uint64_t task_ = 0;
};

// Killed at the task's own limit (TaskOptions::timeout). A wait that ended too early is TimeoutError.
class COHORT_API TaskTimeout : public WorkerLost {
 public:
  using WorkerLost::WorkerLost;
  // "cohort: worker 4711 was killed because item 3 ran longer than its limit of 2 s"
  TaskTimeout(pid_t pid, int exitcode, std::uint64_t task, Timeout limit);
};

// Where an error came from that was thrown in another process.
struct RemoteTrace {
  std::string type;     // what was thrown there: "app::BadRow"
  std::string process;  // the name of the process: "Worker-3"
  std::string stack;    // one frame a line; empty if it was not to be had
  pid_t pid = 0;
};

// Null for errors born in this process. What it points to lives as long as the error.
COHORT_API const RemoteTrace* remote_trace(const std::exception& error) noexcept;

namespace detail {
class COHORT_API Traced {  // second base of every error that was decoded
 public:
  explicit Traced(RemoteTrace trace);
  Traced(const Traced&) noexcept = default;
  Traced& operator=(const Traced&) noexcept = default;
  virtual ~Traced();
  [[nodiscard]] const RemoteTrace& trace() const noexcept { return *trace_; }

 private:
  std::shared_ptr<const RemoteTrace> trace_;  // shared, because copying an exception must not throw
};

// "signal 9 (SIGKILL)"
COHORT_API std::string signal_text(int signal);
// "was killed by signal 9 (SIGKILL)", "ended with exit code 7", "ended (its status is unknown)"
COHORT_API std::string ending_text(int exitcode);
}  // namespace detail

}  // namespace cohort
