#include "api/cli/explain/curve_table.h"

#include <doctest/doctest.h>

#include <cmath>

namespace ssem::api::cli {
namespace {

std::vector<advisor::LoggedPoint> table_points(std::string_view text,
                                               const std::optional<std::string>& name = std::nullopt) {
  const auto table = read_curve_table(text, name);
  REQUIRE_MESSAGE(static_cast<bool>(table), table.error().message);
  return table.value().front().points;
}

std::string table_fault(std::string_view text, const std::optional<std::string>& name = std::nullopt) {
  const auto table = read_curve_table(text, name);
  REQUIRE_FALSE(static_cast<bool>(table));
  return table.error().fields.front().message;
}

}  // namespace

TEST_CASE("steps and values are read with and without names, apart by comma, semicolon or tab") {
  for (const char* text :
       {"step,loss\n0,8.9\n10,8.5\n", "0,8.9\n10,8.5", "epoch;lr;train_loss\r\n0;0.1;8.9\r\n10;0.1;8.5\r\n",
        "Wall time,Step,Value\n1.5,0,8.9\n2.5,10,8.5\n", "\xEF\xBB\xBFstep\tloss\n0\t8.9\n\n10\t8.5\n",
        "\"step\",\"run - loss\"\n\"0\",\"8.9\"\n\"10\",\"8.5\"\n"}) {
    CAPTURE(text);
    const auto read = table_points(text);
    REQUIRE(read.size() == 2);
    CHECK(read[1].step == 10);
    CHECK(read[0].value == 8.9);
    CHECK(read[1].value == 8.5);
  }
}

TEST_CASE("values alone count their steps, nan and inf are values, and empty cells leave the row out") {
  const auto alone = table_points("loss\n8.9\nnan\n-inf\n");
  REQUIRE(alone.size() == 3);
  CHECK(alone[2].step == 2);
  CHECK(std::isnan(alone[1].value));
  const auto sparse = table_points("step,loss,accuracy\n0,8.9,\n1,,0.3\n2,8.8,\n");
  REQUIRE(sparse.size() == 2);
  CHECK(sparse[1].step == 2);
}

TEST_CASE("of several columns the one that is a loss is taken, or the one that is named") {
  CHECK(table_points("step,accuracy,loss\n0,1,8\n")[0].value == 8);
  CHECK(table_points("step,a_loss,b_loss\n0,1,8\n", "b_loss")[0].value == 8);
  CHECK(table_fault("step,a_loss,b_loss\n0,1,8\n").find("a_loss, b_loss") != std::string::npos);
  CHECK(table_fault("step,a_loss,b_loss\n0,1,8\n", "c").find("a_loss, b_loss") != std::string::npos);
}

TEST_CASE("what is wrong is named with its line") {
  CHECK(table_fault("step,loss\n0,8.9\n10,x\n") == R"(line 3: must be a number, got "x")");
  CHECK(table_fault("step,loss\n0,8.9\n0,8.8\n").find("line 3: must have a step above") == 0);
  CHECK(table_fault("step,loss\n0,8.9,1\n").find("line 2: must have 2 cells") == 0);
  CHECK(table_fault("step,loss\nnan,8.9\n").find("line 2") == 0);
  CHECK(table_fault("step\n1\n").find("no column of values") != std::string::npos);
  CHECK(table_fault("step,loss\n") == "no row of numbers");
  CHECK(table_fault("") == "no row of numbers");
}

}  // namespace ssem::api::cli
