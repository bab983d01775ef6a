#include "trainer/audit/audit_spec.h"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/audit/made_rows.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

std::string faults_of(const Json& body) {
  const auto spec = read_audit_spec(body);
  if (spec) return "";
  std::string faults;
  for (const FieldFault& fault : spec.error().fields) faults += fault.path + ": " + fault.message + "\n";
  return faults;
}

}  // namespace

TEST_CASE("an audit's spec names every field that is wrong, at once") {
  CHECK(faults_of({{"mode", "audit"}, {"embeddings", "x.npz"}}).empty());
  const std::string faults =
      faults_of({{"mode", "audit"}, {"temperature", 0}, {"loss_weight", 2}, {"convention", "simclr"}, {"tau", 1}});
  for (const char* path : {"/embeddings: ", "/temperature: ", "/loss_weight: ", "/convention: ", "/tau: "}) {
    CHECK(has(faults, path));
  }
  CHECK(has(faults_of({{"mode", "audit"}, {"embeddings", "x.npz"}, {"loss_weight", 0.5}}), "needs a temperature"));
  CHECK(has(faults_of({{"mode", "audit"},
                       {"embeddings", "x.npz"},
                       {"temperature", 0.1},
                       {"loss_weight", 0.5},
                       {"convention", "supcon"}}),
            "/loss_weight: "));
}

}  // namespace ssem::trainer
