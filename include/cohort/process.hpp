// include/cohort/process.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include <cohort/detail/codec/call_rules.hpp>
#include <cohort/detail/core/export.hpp>
#include <cohort/detail/process/target.hpp>
#include <cohort/handle.hpp>
#include <cohort/timeout.hpp>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohort {

namespace process {
class State;
}

class Process;
class ProcessHandle;

namespace process {
ProcessHandle handle_of(std::shared_ptr<State> state);
}

struct ProcessOptions {          // in Python's order
  std::string name{};            // empty: Process-1, Process-2, …; of a derived class its own name
  std::optional<bool> daemon{};  // daemonic: ended, not waited for, when the program ends. Empty: as the creator
};

// Names a process that this one, or one of its pools, started: what active_children(), current_process() and
// Pool::workers() return. A copy names the same process.
//
// Concurrency: any method, from any thread of the process that got it.
// After fork:  the child's copy can look and signal, not learn the exit code.
class COHORT_API ProcessHandle : public HandleTag {
 public:
  std::string name() const;
  pid_t pid() const;
  bool daemon() const;
  bool is_alive() const;
  // Empty while it runs. N for exit(N), -N for signal N, WorkerLost::kUnknown if somebody else took the status.
  std::optional<int> exitcode() const;
  void join() const;
  // True: it has ended.
  bool join(Timeout timeout) const;
  void terminate() const;  // SIGTERM
  void kill() const;       // SIGKILL
  void interrupt() const;  // SIGINT
  // A descriptor that polls readable when the process has ended. Not the caller's to close.
  int sentinel() const;
  friend COHORT_API bool operator==(const ProcessHandle& a, const ProcessHandle& b);

 private:
  friend ProcessHandle process::handle_of(std::shared_ptr<process::State> state);
  explicit ProcessHandle(std::shared_ptr<process::State> state);
  std::shared_ptr<process::State> state_;
};

namespace detail {
template <class F>
concept target = !std::derived_from<std::remove_cvref_t<F>, Process> && !std::same_as<std::remove_cvref_t<F>, ProcessOptions>;
}

// A function that runs in a process of its own, forked from the caller by start(). As std::thread takes a function and its
// arguments, but nothing runs before start(). The child is a copy of this process at that moment: any callable will do,
// lambdas that capture by reference included; what it changes, it changes in its copy.
//
//     cohort::Process p(work, "input.txt");
//     p.start();
//     p.join();
//
// Or derive and override run().
//
// Concurrency: one thread at a time. Only the process that made it may use it, but for name() and pid() in the child.
// At the end:  destroying it neither waits nor kills. When the program ends, daemonic children are ended, others joined;
//              when the program is killed, all of them are killed with it.
// The child:   ends with exit code 0 when the function returns, 1 when it throws (reported on stderr). Its output is
//              flushed; static objects of the program are not destroyed in it.
class COHORT_API Process {
 public:
  Process() = default;
  template <class F, class... A>
    requires detail::target<F>
  explicit Process(F&& f, A&&... arguments) : Process(ProcessOptions{}, std::forward<F>(f), std::forward<A>(arguments)...) {}
  template <class F, class... A>
    requires detail::target<F>
  explicit Process(ProcessOptions options, F&& f, A&&... arguments) : options_(std::move(options)) {
    detail::check_call<F, A...>();
    target_ = std::make_shared<detail::TargetOf<std::decay_t<F>, A...>>(std::forward<F>(f), std::forward<A>(arguments)...);
  }
  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) noexcept = default;
  template <class D>
    requires(std::derived_from<std::remove_cvref_t<D>, Process> && !std::same_as<std::remove_cvref_t<D>, Process>)
  Process(D&&) {
    static_assert(detail::never<D>,
                  "cohort: moving a derived process into a Process would lose its run(): keep std::unique_ptr<Process> or a "
                  "vector of the derived type");
  }
  template <class D>
    requires(std::derived_from<std::remove_cvref_t<D>, Process> && !std::same_as<std::remove_cvref_t<D>, Process>)
  Process& operator=(D&&) = delete;
  virtual ~Process() = default;

  // What the child does: calls the function. Called directly, it works in the caller.
  virtual void run();

  // Forks. Throws UsageError when started before, std::system_error when the system refuses.
  void start();
  // Waits for the end. Throws UsageError before start().
  void join();
  // True: it has ended.
  bool join(Timeout timeout);
  bool is_alive();
  void terminate();  // SIGTERM
  void kill();       // SIGKILL
  void interrupt();  // SIGINT
  // Forgets the process. Throws UsageError while it runs.
  void close();

  // Empty before start(). In the child: its own.
  std::optional<pid_t> pid() const;
  // Empty while it runs. `if (p.exitcode())` asks "has it ended?", not "did it fail?".
  std::optional<int> exitcode();
  std::string name() const;
  void name(std::string name);
  bool daemon() const;
  // Before start().
  void daemon(bool daemon);
  // A descriptor that polls readable when the process has ended. Not the caller's to close.
  int sentinel() const;
  ProcessHandle handle() const;

 protected:
  explicit Process(ProcessOptions options) : options_(std::move(options)) {}

 private:
  process::State& started(const char* what) const;
  [[noreturn]] void run_child(const std::string& name, bool daemon) noexcept;
  std::string kind() const;
  bool wait(Timeout timeout);

  mutable ProcessOptions options_{};  // a default name is given when first asked for
  std::shared_ptr<detail::Target> target_{};
  std::shared_ptr<process::State> state_{};
  pid_t creator_ = 0;
  bool in_child_ = false;
  bool closed_ = false;
};

// The children this process started with Process that have not ended; reaps the others.
COHORT_API std::vector<ProcessHandle> active_children();
COHORT_API ProcessHandle current_process();
// Empty in the program's first process.
COHORT_API std::optional<ProcessHandle> parent_process();
// Processors of the machine.
COHORT_API int cpu_count();
// Those this process may use: its affinity mask and its cgroup's quota.
COHORT_API int usable_cpu_count();

}  // namespace cohort
