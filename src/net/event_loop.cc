// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <cstdint>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace penstock::net {

namespace asio = boost::asio;
using boost::system::error_code;

struct EventLoop::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard = make_work_guard(context);
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::Run() { state_->context.run(); }

void EventLoop::Stop() {
  asio::post(state_->context, [this] { state_->context.stop(); });
}

void EventLoop::Post(std::function<void()> work) { asio::post(state_->context, std::move(work)); }

// A wait that is over may already stand in Asio's queue when it is cancelled; the number of the
// wait and the weak pointer tell such a late call from one that is still wanted.
struct EventLoop::Watch::State {
  State(asio::io_context& context, std::function<void()> on_ready_)
      : descriptor(context), on_ready(std::move(on_ready_)) {}
  asio::posix::stream_descriptor descriptor;
  std::function<void()> on_ready;
  uint64_t wait_number = 0;
};

EventLoop::Watch::Watch(EventLoop& loop, std::function<void()> on_ready)
    : state_(std::make_shared<State>(loop.state_->context, std::move(on_ready))) {}

EventLoop::Watch::~Watch() { Detach(); }

bool EventLoop::Watch::Wait(int fd, Readiness readiness) {
  error_code error;
  if (!state_->descriptor.is_open()) state_->descriptor.assign(fd, error);
  if (error) return false;
  uint64_t number = ++state_->wait_number;
  auto done = [weak = std::weak_ptr(state_), number](const error_code& result) {
    auto state = weak.lock();
    if (state == nullptr || state->wait_number != number) return;
    if (result != asio::error::operation_aborted) state->on_ready();
  };
  state_->descriptor.async_wait(readiness == Readiness::kRead
                                    ? asio::posix::stream_descriptor::wait_read
                                    : asio::posix::stream_descriptor::wait_write,
                                std::move(done));
  return true;
}

void EventLoop::Watch::Detach() {
  ++state_->wait_number;
  if (state_->descriptor.is_open()) state_->descriptor.release();
}

struct EventLoop::Timer::State {
  State(asio::io_context& context, std::function<void()> on_time_)
      : timer(context), on_time(std::move(on_time_)) {}
  asio::steady_timer timer;
  std::function<void()> on_time;
  uint64_t set_number = 0;
};

EventLoop::Timer::Timer(EventLoop& loop, std::function<void()> on_time)
    : state_(std::make_shared<State>(loop.state_->context, std::move(on_time))) {}

EventLoop::Timer::~Timer() = default;

void EventLoop::Timer::Set(std::chrono::steady_clock::time_point time) {
  uint64_t number = ++state_->set_number;
  state_->timer.expires_at(time);
  state_->timer.async_wait([weak = std::weak_ptr(state_), number](const error_code&) {
    auto state = weak.lock();
    if (state != nullptr && state->set_number == number) state->on_time();
  });
}

}  // namespace penstock::net
