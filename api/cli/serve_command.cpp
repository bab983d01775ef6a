#include "api/cli/serve_command.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <string>

#include "api/cli/exit_codes.h"
#include "api/cli/serve_settings.h"
#include "api/http/serve.h"
#include "api/http/settings.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kServeFooter =
    "A flag wins over its environment variable, which stands in brackets behind it.\n"
    "\n"
    "Examples:\n"
    "  ssem serve\n"
    "  ssem serve --port 0 --storage memory:\n"
    "  ssem serve --storage sqlite:////var/lib/ssem/ssem.db --data-dir /var/lib/ssem/data --log-format json\n"
    "  ssem key new --name lab --role tune    # prints a key, and its line for keys.txt\n"
    "  ssem serve --host 0.0.0.0 --allowed-host lab.example --api-key-file keys.txt\n"
    "  ssem serve --host 0.0.0.0 --api-key-file keys.txt --tls-cert fullchain.pem --tls-key privkey.pem\n"
    "  ssem serve --dataset cifar=cifar10:/data/cifar-10-batches-bin --launcher 'srun --gres=gpu:1'\n"
    "\n"
    "Exit codes:\n"
    "  0  ended by SIGINT or SIGTERM, or printed what was asked for\n"
    "  1  could not start: the address, the file or the folder cannot be used; stderr says why\n"
    "  2  a flag, a variable or its value is wrong; stderr says what\n"
    "  3  an internal fault\n";

// What the flags write to; lives as long as the parser's callback.
struct ServeOptions {
  http::Settings settings;
  bool print_config = false;
  bool print_routes = false;
};

int run(const ServeOptions& options) {
  if (options.print_config) return files::print(http::to_text(options.settings) + '\n') ? kAnswered : kSomeLineFailed;
  if (options.print_routes) {
    http::print_routes(options.settings);
    return kAnswered;
  }
  http::Settings settings = options.settings;
  const char* variable = std::getenv("SSEM_API_KEY");
  settings.api_key_shown = !settings.api_key.empty() && (variable == nullptr || settings.api_key != variable);
  return http::serve(settings);
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("serve", "Answer over HTTP, and serve the page");
  const auto options = std::make_shared<ServeOptions>();
  add_serve_settings(*command, options->settings);
  constexpr const char* kShow = "Show and end";
  command->add_flag("--print-config", options->print_config, "Print the effective settings as JSON")->group(kShow);
  command->add_flag("--print-routes", options->print_routes, "Print every route")->group(kShow);
  command->get_help_ptr()->group(kShow);
  command->footer(kServeFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace ssem::api::cli
