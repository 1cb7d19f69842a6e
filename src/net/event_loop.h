// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace penstock::net {

// One thread's wait for descriptors, times and work from other threads. Hides Boost.Asio.
// Post and Stop may be called from any thread, all else from the thread in Run (or while nobody
// runs it). Callbacks run in Run. Its watches and timers must be gone before it is.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();

  void Run();   // until Stop
  void Stop();  // work posted before it is still done
  void Post(std::function<void()> work);

  enum class Readiness { kRead, kWrite };

  // Waits for one descriptor, which stays its owner's. Nothing is called after destruction.
  class Watch {
   public:
    Watch(EventLoop& loop, std::function<void()> on_ready);
    ~Watch();
    // on_ready is called once when the descriptor is ready; a wait not yet over is replaced. False
    // where the kernel has no room to watch it.
    [[nodiscard]] bool Wait(int fd, Readiness readiness);
    // Takes the descriptor out of the loop altogether, so that another thread's use of it does not
    // wake this one.
    void Detach();

   private:
    struct State;
    std::shared_ptr<State> state_;
  };

  class Timer {
   public:
    Timer(EventLoop& loop, std::function<void()> on_time);
    ~Timer();
    void Set(std::chrono::steady_clock::time_point time);  // replaces an earlier one

   private:
    struct State;
    std::shared_ptr<State> state_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::net
