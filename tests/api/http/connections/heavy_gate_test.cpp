#include "api/http/connections/heavy_gate.h"

#include <doctest/doctest.h>

#include <thread>

using namespace ssem::api::http;
using namespace std::chrono_literals;

TEST_CASE("as many as may are inside, one waits for its place, and who finds somebody waiting is turned away") {
  const HeavyGate gate(2, 1, 10s);
  HeavyGate::Place first = gate.enter();
  const HeavyGate::Place second = gate.enter();
  CHECK(first);
  CHECK(second);
  HeavyGate::Place third;
  std::thread waiting([&] { third = gate.enter(); });
  // Once the other waits, nobody else may: until then this one would take its place in the queue.
  std::this_thread::sleep_for(100ms);
  CHECK_FALSE(gate.enter());
  first.reset();
  waiting.join();
  CHECK(third);
}

TEST_CASE("nobody waits longer than their patience") {
  const HeavyGate gate(1, 5, 50ms);
  const HeavyGate::Place inside = gate.enter();
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(gate.enter());
  CHECK(std::chrono::steady_clock::now() - start >= 50ms);
}
