#include "api/cli/operate/key_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "advisor/json/quote_for_message.h"
#include "api/cli/exit_codes.h"
#include "api/http/access/key_file.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kKeyFooter =
    "The first line printed is the key: give it to who may use the server, it is not shown again. The second is the "
    "line\n"
    "for the file of ssem serve --api-key-file. It has the key's hash, from which the key cannot be found. Each role "
    "may do\n"
    "what the ones before it may.\n"
    "\n"
    "Roles:\n"
    "  read    look at everything: advice by GET, studies, validations, metrics\n"
    "  advise  ask for advice of any size, for suggestions and audits\n"
    "  tune    make and change studies and trials, run validations\n"
    "  admin   delete studies, journals and artifacts, download the database\n"
    "\n"
    "Examples:\n"
    "  ssem key new --name lab --role tune\n";

struct KeyOptions {
  std::string name;
  std::string role = "read";
};

int run(const KeyOptions& options) {
  const auto key = http::new_api_key();
  if (!key) {
    std::cerr << "ssem key: " << key.error().message << '\n';
    return kSomeLineFailed;
  }
  const auto role = http::role_from(options.role).value_or(http::Access::read);
  const std::string line = http::key_file_line(options.name, role, key.value());
  return files::print(key.value() + '\n' + line + '\n') ? kAnswered : kSomeLineFailed;
}

std::string name_fault(const std::string& name) {
  if (http::is_key_name(name)) return {};
  return "must be 1 to 64 letters, digits, dots, dashes or underscores, got \"" +
         advisor::json::quote_for_message(name) + '"';
}

std::string role_fault(const std::string& role) {
  if (http::role_from(role)) return {};
  return "must be read, advise, tune or admin, got \"" + advisor::json::quote_for_message(role) + '"';
}

}  // namespace

void add_key_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("key", "Make an API key for ssem serve");
  const auto options = std::make_shared<KeyOptions>();
  const auto action = std::make_shared<std::string>();
  command->add_option("ACTION", *action, "What to do: new")->required()->check([](const std::string& given) {
    return given == "new" ? std::string() : "must be new, got \"" + advisor::json::quote_for_message(given) + '"';
  });
  command->add_option("--name", options->name, "Whose it is; the log names it")
      ->required()
      ->type_name("NAME")
      ->check(name_fault);
  command->add_option("--role", options->role, "What it may do: read, advise, tune or admin")
      ->type_name("ROLE")
      ->default_str(options->role)
      ->check(role_fault);
  command->footer(kKeyFooter);
  command->callback([options, action, &exit_code] { exit_code = run(*options); });
}

}  // namespace ssem::api::cli
