#include "api/cli/operate/doctor/doctor_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "advisor/json/printable_text.h"
#include "advisor/json/strict_parse.h"
#include "api/cli/exit_codes.h"
#include "api/cli/operate/doctor/certificate_check.h"
#include "api/cli/operate/doctor/folder_checks.h"
#include "api/cli/operate/doctor/port_check.h"
#include "api/cli/operate/doctor/program_checks.h"
#include "api/cli/operate/doctor/storage_checks.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/text_style.h"
#include "api/http/settings.h"
#include "api/storage/storage.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDoctorFooter =
    "Looks at what ssem serve would use with the same flags, with or without a running server: versions,\n"
    "ssem-train with its LibTorch and BLAS, GPUs, the database (every page), the data folder, artifacts, the\n"
    "certificate, the disk, locks, the port. Changes nothing.\n"
    "\n"
    "Examples:\n"
    "  ssem doctor\n"
    "  ssem doctor --storage sqlite:////var/lib/ssem/ssem.db --data-dir /var/lib/ssem/data --json\n"
    "\n"
    "Exit codes:\n"
    "  0  nothing is wrong; there may be things to know\n"
    "  1  something is wrong; the answer says what, and what to do\n"
    "  2  a flag or its value is wrong\n"
    "  3  an internal fault\n";

struct DoctorOptions {
  http::Settings settings;
  bool json = false;
};

const char* word_for(Health health) {
  if (health == Health::good) return "ok";
  return health == Health::to_know ? "note" : "wrong";
}

std::string folder_of(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

std::vector<Finding> look(const DoctorOptions& options, const std::string& database) {
  std::vector<Finding> found{check_program(), check_trainer(), check_gpus(), check_confinement()};
  const auto add = [&found](std::vector<Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(found));
  };
  add(check_storage(database));
  if (!database.empty()) add(check_folder(folder_of(database)));
  const std::string& data = options.settings.jobs.data_dir;
  found.push_back(check_data_folder(data));
  if (std::filesystem::exists(data)) add(check_folder(data));
  const std::string& artifacts = options.settings.artifact_dir;
  if (!artifacts.empty()) {
    found.push_back(check_artifact_folder(artifacts, options.settings.max_artifacts_mib));
    if (std::filesystem::exists(artifacts)) add(check_folder(artifacts));
  }
  if (auto certificate = check_certificate(options.settings.tls_cert, options.settings.tls_key)) {
    found.push_back(*std::move(certificate));
  }
  found.push_back(check_port(options.settings.host, options.settings.port));
  return found;
}

std::int64_t count_of(const std::vector<Finding>& found, Health health) {
  return std::count_if(found.begin(), found.end(), [&](const Finding& each) { return each.health == health; });
}

std::string json_of(const std::vector<Finding>& found) {
  Json findings = Json::array();
  for (const Finding& each : found) {
    findings.push_back(
        {{"name", each.name}, {"health", word_for(each.health)}, {"text", each.text}, {"advice", each.advice}});
  }
  return advisor::json::dump({{"healthy", count_of(found, Health::wrong) == 0}, {"findings", std::move(findings)}}) +
         '\n';
}

std::string text_of(const std::vector<Finding>& found, const TextStyle& style) {
  constexpr std::size_t kNameWidth = 13;
  std::string text;
  for (const Finding& each : found) {
    std::string start = word_for(each.health);
    start.resize(7, ' ');
    std::string indent = start + each.name;
    indent.resize(start.size() + kNameWidth, ' ');
    text += wrap(indent, advisor::json::printable_lines(each.text), style.width);
    if (!each.advice.empty()) {
      text += wrap(std::string(indent.size(), ' ') + "-> ", advisor::json::printable_lines(each.advice), style.width);
    }
  }
  const std::int64_t wrong = count_of(found, Health::wrong);
  const std::int64_t to_know = count_of(found, Health::to_know);
  const std::string verdict =
      (wrong == 0 ? std::string("Nothing is wrong") : counted(wrong, "thing is", "things are") + " wrong") +
      (to_know == 0 ? "" : "; " + counted(to_know, "thing", "things") + " to know");
  return text + '\n' + style.bold(wrong == 0 ? style.green(verdict) : style.red(verdict)) + '\n';
}

int run(const DoctorOptions& options) {
  const auto database = storage::database_path_of(options.settings.storage);
  if (!database) {
    std::cerr << "ssem doctor: " << database.error().message << '\n';
    return kBadUsage;
  }
  const std::vector<Finding> found = look(options, database.value());
  if (!files::print(options.json ? json_of(found) : text_of(found, text_style_of_stdout()))) return kSomeLineFailed;
  return count_of(found, Health::wrong) == 0 ? kAnswered : kSomeLineFailed;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("doctor", "Look at what a server would find here, and say what is wrong");
  const auto options = std::make_shared<DoctorOptions>();
  http::Settings& settings = options->settings;
  const auto add = [command](const char* flag, auto& value, const char* type, const char* variable, const char* help) {
    return command->add_option(flag, value, help)->type_name(type)->capture_default_str()->envname(variable);
  };
  add("--storage", settings.storage, "URL", "SSEM_STORAGE", "memory: or sqlite:///FILE, as of ssem serve");
  add("--data-dir", settings.jobs.data_dir, "FOLDER", "SSEM_DATA_DIR", "Folder that keeps validations");
  add("--artifact-dir", settings.artifact_dir, "FOLDER", "SSEM_ARTIFACT_DIR",
      "Folder that keeps artifacts of trials and studies");
  add("--max-artifacts-mib", settings.max_artifacts_mib, "N", "SSEM_MAX_ARTIFACTS_MIB",
      "What all artifacts together may take");
  add("--tls-cert", settings.tls_cert, "FILE", "SSEM_TLS_CERT", "Certificate with its chain, PEM");
  add("--tls-key", settings.tls_key, "FILE", "SSEM_TLS_KEY", "The certificate's key, PEM");
  add("--host", settings.host, "ADDRESS", "SSEM_HOST", "Address to listen on");
  add("--port", settings.port, "N", "SSEM_PORT", "Port to listen on; 0: any")
      ->check(CLI::Validator(CLI::Range(0, 65535)).description(""));
  command->add_flag("--json", options->json, "Print everything as one JSON object");
  command->footer(kDoctorFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace ssem::api::cli
