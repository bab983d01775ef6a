#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "trainer/spec/read_spec.h"
#include "trainer/spec/spec_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

Json embeddings_spec() {
  return Json::parse(
      R"({"problem":{"classes":10,"batch_size":200,"dimension":32},"loss_weight":0.5,"temperature":0.1})");
}

Json encoder_spec() {
  Json body = embeddings_spec();
  body["mode"] = "encoder";
  body["dataset"] = {{"kind", "gaussian_hierarchy"}};
  return body;
}

// `value` at `path` of a right spec.
Json changed(Json body, const std::string& path, const Json& value) {
  body[Json::json_pointer(path)] = value;
  return body;
}

std::string message_at(const Json& body, const std::string& path) {
  const auto read = read_spec(body);
  if (read) return "";
  for (const FieldFault& fault : read.error().fields) {
    if (fault.path == path) return fault.message;
  }
  return "only other fields are at fault: " + read.error().fields.front().path;
}

void check_fault(const Json& body, const std::string& path, const std::string& message) {
  CAPTURE(path);
  const std::string found = message_at(body, path);
  CAPTURE(found);
  CHECK(found.find(message) != std::string::npos);
}

// The value breaks the field's rule, and no other field is named.
void check_refused(const Json& body, const std::string& path, const Json& value, const std::string& message) {
  CAPTURE(value.dump());
  const Json whole = changed(body, path, value);
  check_fault(whole, path, message);
  const auto read = read_spec(whole);
  REQUIRE(!read);
  CHECK(read.error().fields.size() == 1);
}

void check_accepted(const Json& body) {
  const auto read = read_spec(body);
  CHECK_MESSAGE(static_cast<bool>(read), body.dump() << (read ? "" : read.error().message));
}

}  // namespace

TEST_CASE("the shortest spec has every default") {
  const auto read = read_spec(embeddings_spec());
  REQUIRE(read);
  const TrainSpec& spec = read.value();
  CHECK(spec.mode == Mode::embeddings);
  CHECK(spec.problem.classes == 10);
  CHECK(spec.problem.instances_per_class == 20);
  CHECK(spec.loss_weight == 0.5);
  CHECK(spec.temperature == 0.1);
  CHECK(spec.device == "auto");
  CHECK(spec.precision == Precision::float32);
  CHECK(spec.seed == 0);
  CHECK(spec.restarts == TrainSpec{}.restarts);
  CHECK(!spec.budget.steps);
  CHECK(spec.output_directory.empty());
}

TEST_CASE("every field arrives in its place") {
  const auto read = read_spec(Json::parse(R"({
    "problem":{"classes":4,"instances_per_class":8,"views":3,"convention":"dcl"},"loss_weight":0.25,"temperature":0.2,
    "mode":"encoder","dataset":{"kind":"csv","path":"a.csv","test_path":"b.csv","label_column":"y",
    "fine_label_column":"z","coarse_of_fine":[0,0,1,1,2,3],"test_share":0.3},
    "model":{"kind":"mlp","hidden":[64,32],"projection":48},
    "optimizer":{"kind":"sgd","learning_rate":0.1,"momentum":0.5,"weight_decay":0.01},
    "schedule":{"kind":"cosine","warmup_share":0.1,"final_share":0.01},
    "augment":{"enabled":false,"crop_scale_low":0.3,"jitter":0.2,"jitter_probability":0.1,"grey_probability":0.3,
    "flip_probability":0.4,"blur_probability":0.6,"noise":0.7,"mask_probability":0.8},
    "budget":{"epochs":2.5},"device":"cuda:1","precision":"bfloat16","seed":7,"checkpoint_every_steps":9,
    "resume_from":"c.safetensors","output_directory":"out"})"));
  REQUIRE(read);
  const TrainSpec& spec = read.value();
  CHECK(spec.problem.views == 3);
  CHECK(spec.dataset.path == "a.csv");
  CHECK(spec.dataset.test_path == "b.csv");
  CHECK(spec.dataset.label_column == "y");
  CHECK(spec.dataset.fine_label_column == "z");
  CHECK(spec.dataset.coarse_of_fine == std::vector<std::int64_t>{0, 0, 1, 1, 2, 3});
  CHECK(spec.dataset.test_share == 0.3);
  CHECK(spec.model.hidden == std::vector<std::int64_t>{64, 32});
  CHECK(spec.model.projection == 48);
  CHECK(spec.problem.dimension == 48);
  CHECK(spec.optimizer.learning_rate == 0.1);
  CHECK(spec.optimizer.momentum == 0.5);
  CHECK(spec.schedule.final_share == 0.01);
  CHECK(!spec.augment.enabled);
  CHECK(spec.augment.blur_probability == 0.6);
  CHECK(spec.augment.mask_probability == 0.8);
  CHECK(spec.budget.epochs == 2.5);
  CHECK(spec.device == "cuda:1");
  CHECK(spec.precision == Precision::bfloat16);
  CHECK(spec.seed == 7);
  CHECK(spec.checkpoint_every_steps == 9);
  CHECK(spec.resume_from == "c.safetensors");
  CHECK(spec.output_directory == "out");
}

TEST_CASE("a spec that is written reads back the same") {
  for (const char* text : {
           R"({"problem":{"classes":10,"batch_size":205},"loss_weight":0.5,"temperature":0.1,"budget":{"seconds":2}})",
           R"({"problem":{"class_counts":[50,40,9],"batch_size":33},"loss_weight":0.5,"temperature":0.1})",
           R"({"problem":{"classes":9,"batch_size":64,"sampling":"random","dataset_instances_per_class":99},
               "loss_weight":0.5,"temperature":0.1,"mode":"encoder","dataset":{"kind":"shapes","image_size":16},
               "model":{"kind":"small_cnn","width":8},"optimizer":{"kind":"adamw"},"schedule":{"kind":"constant"}})",
           R"({"problem":{"classes":9,"instances_per_class":6,"classes_per_batch":3,"convention":"supcon"},
               "temperature":0.1,"mode":"encoder","dataset":{"kind":"csv","path":"x"},"precision":"tf32"})",
       }) {
    const auto first = read_spec(Json::parse(text));
    REQUIRE_MESSAGE(static_cast<bool>(first), text);
    const Json written = to_json(first.value());
    const auto second = read_spec(written);
    REQUIRE_MESSAGE(static_cast<bool>(second), written.dump() << second.error().message);
    CHECK(to_json(second.value()) == written);
    CHECK(second.value().problem.batch_size == first.value().problem.batch_size);
    CHECK(second.value().problem.classes == first.value().problem.classes);
  }
}

TEST_CASE("the problem's faults carry its path, and loss weight and temperature theirs") {
  check_refused(embeddings_spec(), "/problem/classes", 1, "must be an integer >= 2, got 1");
  check_refused(embeddings_spec(), "/problem/batch_size", 512.5, "must be an integer, got 512.5");
  check_refused(embeddings_spec(), "/problem/convention", "supcom", "did you mean supcon?");
  check_refused(embeddings_spec(), "/problem/convention", "supcon_in", "cannot be trained");
  check_refused(embeddings_spec(), "/problem/clases", 3, "did you mean classes?");
  check_refused(embeddings_spec(), "/problem/loss_weight", 0.5, "belongs beside problem");
  check_refused(embeddings_spec(), "/problem", 3, "must be a JSON object");
  check_refused(embeddings_spec(), "/problem", Json(), "must be a JSON object");
  check_refused(embeddings_spec(), "/loss_weight", 1.5, "must be from 0 to 1");
  check_refused(embeddings_spec(), "/temperature", "warm", "must be a number");
  check_refused(embeddings_spec(), "/temperature", 0, "must be from 1e-4 to 1e4");
  Json missing = embeddings_spec();
  missing.erase("problem");
  missing.erase("temperature");
  check_fault(missing, "/problem", "is required");
  check_fault(missing, "/temperature", "is required");
}

TEST_CASE("supcon needs no loss weight") {
  Json body = changed(embeddings_spec(), "/problem/convention", "supcon");
  check_accepted(body);
  body.erase("loss_weight");
  check_accepted(body);
}

TEST_CASE("plain fields have exact types and ranges") {
  const Json body = embeddings_spec();
  check_refused(body, "/mode", "audit", "must be embeddings or encoder");
  check_refused(body, "/mode", 1, "must be embeddings or encoder");
  check_refused(body, "/seed", -1, "must be an integer from 0");
  check_refused(body, "/seed", true, "must be an integer");
  check_refused(body, "/restarts", 0, "from 1 to 1000");
  check_refused(encoder_spec(), "/precision", "float16", "did you mean");
  for (const char* device : {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "CPU", "cuda: 1"}) {
    check_refused(body, "/device", device, "must be auto, cpu, cuda or cuda:N");
  }
  check_refused(body, "/device", 0, "must be text");
  check_refused(body, "/output_directory", "", "at least one character");
  check_refused(body, "/output_directory", std::string("a\0b", 3), "no zero byte");
  check_refused(body, "/output_directry", "x", "did you mean output_directory?");
  check_refused(changed(encoder_spec(), "/device", "cpu"), "/precision", "tf32", "must be float32 on the cpu");
}

TEST_CASE("at most one budget") {
  check_accepted(changed(embeddings_spec(), "/budget", Json::object()));
  check_accepted(changed(embeddings_spec(), "/budget/steps", 1));
  check_refused(embeddings_spec(), "/budget", {{"steps", 0}}, "");
  check_fault(changed(embeddings_spec(), "/budget/steps", 0), "/budget/steps", "from 1 to 1000000000, got 0");
  check_fault(changed(embeddings_spec(), "/budget/seconds", 0), "/budget/seconds", "must be above 0");
  const Json two = changed(embeddings_spec(), "/budget", {{"steps", 5}, {"seconds", 2}});
  check_fault(two, "/budget/seconds", "excludes steps");
  const Json three = changed(encoder_spec(), "/budget", {{"steps", 5}, {"epochs", 1}, {"seconds", 2}});
  check_fault(three, "/budget/epochs", "excludes steps");
  check_fault(three, "/budget/seconds", "excludes steps");
  check_fault(changed(embeddings_spec(), "/budget/epochs", 1), "/budget/epochs", "needs a data set");
}

TEST_CASE("a temperature schedule stands in the temperature's place, with its last one as the point") {
  Json body = encoder_spec();
  body.erase("temperature");
  body["temperature_schedule"] = "0:0.5,10:0.2,40:0.3";
  const auto read = read_spec(body);
  REQUIRE(read);
  CHECK(read.value().temperature == 0.3);
  REQUIRE(read.value().temperature_schedule);
  CHECK(read.value().temperature_schedule->over.at(5) == doctest::Approx(0.35));
  const Json again = to_json(read.value());
  CHECK(again.at("temperature_schedule") == "0:0.5,10:0.2,40:0.3");
  CHECK_FALSE(again.contains("temperature"));
  const auto repeated = read_spec(again);
  REQUIRE(repeated);
  CHECK(to_json(repeated.value()) == again);
  Json waving = body;
  waving["temperature_schedule"] = "cosine:0.5:0.1:40:100";  // two periods and a half
  REQUIRE(read_spec(waving));
  CHECK(read_spec(waving).value().temperature == doctest::Approx(0.1));
  waving["temperature_schedule"] = "cosine:0.5:0.1:40:80";
  REQUIRE(read_spec(waving));
  CHECK(read_spec(waving).value().temperature == doctest::Approx(0.5));
  check_refused(body, "/temperature_schedule", "learned:0.07:0.01", "must be linear, cosine or points here");
  check_refused(body, "/temperature_schedule", "linear:0.5:0.1", "must be linear:FROM:TO:STEPS");
  check_refused(body, "/temperature_schedule", Json(), "must be text");
  check_refused(body, "/temperature", 0.1, "excludes temperature_schedule: one of the two");
  check_refused(body, "/problem/temperature_schedule", "linear:0.5:0.1:9", "belongs beside problem");
}

TEST_CASE("a data set belongs to encoder mode and has the fields of its kind") {
  check_refused(embeddings_spec(), "/dataset", {{"kind", "shapes"}}, "belongs to encoder mode");
  check_refused(embeddings_spec(), "/optimizer", Json::object(), "belongs to encoder mode");
  check_refused(embeddings_spec(), "/device", "cuda:1", "must be auto or cpu in embeddings mode");
  check_refused(encoder_spec(), "/restarts", 2, "belongs to embeddings mode");
  Json none = encoder_spec();
  none.erase("dataset");
  check_fault(none, "/dataset", "is required in encoder mode");
  check_fault(changed(encoder_spec(), "/dataset", Json::object()), "/dataset/kind", "is required");
  check_fault(changed(encoder_spec(), "/dataset", 3), "/dataset", "must be a JSON object");
  check_fault(changed(encoder_spec(), "/dataset", {{"kind", "cifar_10"}}), "/dataset/kind", "did you mean cifar10?");
  check_fault(changed(encoder_spec(), "/dataset", {{"kind", "idx"}}), "/dataset/path", "is required for kind idx");
  check_refused(encoder_spec(), "/dataset/path", "x", "kind gaussian_hierarchy is generated");
  check_refused(encoder_spec(), "/dataset/image_size", 32, "belongs to kind shapes, image_folder");
  check_refused(encoder_spec(), "/dataset/fine_spread", -1, "must be from 0");
  check_refused(encoder_spec(), "/dataset/columns", 0, "from 1 to");
  check_refused(encoder_spec(), "/dataset/classes", 9, "must equal problem.classes (10)");
  check_refused(encoder_spec(), "/dataset/coarse_of_fine", Json::array(), "must have 1 to");
  check_refused(encoder_spec(), "/dataset/coarse_of_fine", "0,1", "must be an array of integers");
  check_fault(changed(encoder_spec(), "/dataset/coarse_of_fine", {0, -1}), "/dataset/coarse_of_fine/1", "got -1");
  const Json csv = changed(encoder_spec(), "/dataset", {{"kind", "csv"}, {"path", "x"}});
  check_accepted(csv);
  check_refused(csv, "/dataset/test_share", 1, "must be above 0 and below 1, got 1");
  check_refused(csv, "/dataset/label_column", 3, "must be text");
  check_refused(csv, "/dataset/embedding_columns", "", "must be text with at least one character");
  check_refused(encoder_spec(), "/dataset/embedding_columns", "x", "belongs to kind csv");
  const Json named = changed(csv, "/dataset/embedding_columns", "e0:e9, age");
  REQUIRE(read_spec(named));
  CHECK(to_json(read_spec(named).value()).at("dataset").at("embedding_columns") == "e0:e9, age");
  CHECK_FALSE(to_json(read_spec(csv).value()).at("dataset").contains("embedding_columns"));
  check_refused(csv, "/dataset/columns", 3, "belongs to kind gaussian_hierarchy; the kind is csv");
}

TEST_CASE("model, optimizer, schedule and augment keep their ranges") {
  const Json body = encoder_spec();
  check_refused(body, "/model/kind", "resnet", "did you mean resnet18?");
  check_refused(body, "/model/hidden", Json::array(), "must have 1 to 32 items");
  check_fault(changed(body, "/model/hidden", {8, 0}), "/model/hidden/1", "must be an integer from 1 to 65536, got 0");
  check_refused(body, "/model/width", 8, "belongs to kind small_cnn, resnet18; the kind is mlp");
  check_refused(body, "/optimizer/learning_rate", 0, "must be above 0");
  check_refused(body, "/optimizer/momentum", 1, "below 1");
  check_fault(changed(body, "/optimizer", {{"kind", "adamw"}, {"momentum", 0.5}}), "/optimizer/momentum", "kind sgd");
  check_refused(body, "/schedule/warmup_share", 1, "below 1");
  check_refused(body, "/augment/enabled", 1, "must be true or false");
  check_refused(body, "/augment/crop_scale_low", 0, "must be above 0 and at most 1");
  for (const char* name : {"jitter", "jitter_probability", "grey_probability", "flip_probability"}) {
    check_refused(body, std::string("/augment/") + name, 1.5, "must be from 0 to 1, got 1.5");
    check_refused(body, std::string("/augment/") + name, -0.5, "must be from 0 to 1");
  }
  check_refused(body, "/augment/blur", 1, "is no known field");
}

TEST_CASE("dimension and projection are one number") {
  CHECK(read_spec(embeddings_spec()).value().model.projection == 32);
  check_accepted(changed(embeddings_spec(), "/model/projection", 32));
  Json absent = embeddings_spec();
  absent["problem"].erase("dimension");
  CHECK(!read_spec(absent).value().problem.dimension);
  CHECK(read_spec(changed(absent, "/model/projection", 9)).value().problem.dimension == 9);
  check_refused(embeddings_spec(), "/model/projection", 33, "must equal problem.dimension (32)");
  check_refused(encoder_spec(), "/problem/dimension", 1000000, "must be at most 65536");
}

TEST_CASE("embeddings that fit no memory are refused before anything is allocated") {
  Json body = embeddings_spec();
  body["problem"] = {{"classes", 1000000}, {"instances_per_class", 1000000}, {"views", 1000000}, {"dimension", 65536}};
  check_fault(body, "/problem", "at most 500000000 coordinates");
}

TEST_CASE("all faults come at once") {
  const auto read = read_spec(Json::parse(R"({"problem":{"classes":1,"batch_size":2},"temperature":-1,"mode":"x",
    "model":{"projection":0},"budget":{"steps":1.5},"nonsense":[]})"));
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::invalid_argument);
  std::vector<std::string> paths;
  for (const FieldFault& fault : read.error().fields) paths.push_back(fault.path);
  for (const char* path : {"/problem/classes", "/loss_weight", "/temperature", "/mode", "/model/projection",
                           "/budget/steps", "/nonsense"}) {
    CHECK_MESSAGE(std::find(paths.begin(), paths.end(), path) != paths.end(), path);
  }
  CHECK(paths.size() == 7);
}

TEST_CASE("what is no object, repeats a field or nests too deep is refused") {
  for (const char* text : {"3", "[]", "null", "\"x\"", "true"}) CHECK(!read_spec(Json::parse(text)));
  CHECK(!advisor::json::parse_strict(R"({"seed":1,"seed":2})"));
  CHECK(!advisor::json::parse_strict(R"({"model":{"kind":"mlp","kind":"mlp"}})"));
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  CHECK(!advisor::json::parse_strict(R"({"problem":)" + deep + "}"));
  CHECK(!read_spec(
      changed(embeddings_spec(), "/problem/classes", Json::parse(std::string(60, '[') + std::string(60, ']')))));
}

TEST_CASE("a target to hold is a number between 0 and 1 of a run that has a loss weight to steer") {
  const Json body = changed(encoder_spec(), "/control", {{"target_within_class_variance", 0.3}});
  const auto read = read_spec(body);
  REQUIRE(read);
  CHECK(read.value().control->target_within_class_variance == 0.3);
  CHECK(to_json(read.value())["control"] == body["control"]);
  const std::string path = "/control/target_within_class_variance";
  for (const Json& value : {Json(0), Json(1), Json(-0.1), Json("0.3"), Json(true)}) {
    CHECK(message_at(changed(encoder_spec(), path, value), path) != "");
  }
  check_fault(changed(encoder_spec(), "/control", Json::object()), path, "is required");
  check_fault(changed(body, "/control/gain", 2), "/control/gain", "no known field");
  check_fault(changed(embeddings_spec(), "/control", body["control"]), "/control", "encoder mode");
  check_fault(changed(body, "/problem/convention", "supcon"), "/control", "needs a loss weight");
  check_fault(changed(body, "/problem/views", 1), "/control", "two views");
}

TEST_CASE("data sets to measure on are lists whose faults name their place") {
  const Json mnist{{"kind", "npz"}, {"path", "mnist.npz"}};
  for (const std::string name : {"transfer", "foreign_data"}) {
    const auto read = read_spec(changed(encoder_spec(), "/" + name, Json::array({mnist, mnist})));
    REQUIRE(read);
    CHECK((name == "transfer" ? read.value().transfer : read.value().foreign_data).size() == 2);
    CHECK(to_json(read.value())[name][1]["path"] == "mnist.npz");
    check_fault(changed(encoder_spec(), "/" + name, Json::array({mnist, {{"kind", "npz"}}})), "/" + name + "/1/path",
                "is required");
    check_fault(changed(encoder_spec(), "/" + name, mnist), "/" + name, "must be a list");
    check_fault(changed(encoder_spec(), "/" + name, Json::array()), "/" + name, "1 to 16");
    check_fault(changed(embeddings_spec(), "/" + name, Json::array({mnist})), "/" + name, "encoder mode");
  }
}

TEST_CASE("corruptions are a list of known names, of encoder mode") {
  const auto read = read_spec(changed(encoder_spec(), "/corruptions", Json::array({"contrast", "noise"})));
  REQUIRE(read);
  CHECK(read.value().corruptions == std::vector<Corruption>{Corruption::contrast, Corruption::noise});
  CHECK(to_json(read.value())["corruptions"] == Json::array({"contrast", "noise"}));
  check_fault(changed(encoder_spec(), "/corruptions", Json::array({"blur", "fog"})), "/corruptions/1",
              "must be one of noise, blur, contrast, got \"fog\"");
  check_fault(changed(encoder_spec(), "/corruptions", Json::array({"blur", "blur"})), "/corruptions/1", "twice");
  check_fault(changed(encoder_spec(), "/corruptions", Json::array({3})), "/corruptions/0", "must be one of");
  check_fault(changed(encoder_spec(), "/corruptions", "blur"), "/corruptions", "must be a list");
  check_fault(changed(encoder_spec(), "/corruptions", Json::array()), "/corruptions", "must be a list");
  check_fault(changed(embeddings_spec(), "/corruptions", Json::array({"blur"})), "/corruptions", "encoder mode");
}

}  // namespace ssem::trainer
