#include "api/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>

#include "api/cli/audit_command.h"
#include "api/cli/evaluate_command.h"
#include "api/cli/exit_codes.h"
#include "api/cli/explain/explain_command.h"
#include "api/cli/faults/usage_fault.h"
#include "api/cli/help/completion_command.h"
#include "api/cli/help/help_layout.h"
#include "api/cli/help/reference_commands.h"
#include "api/cli/operate/copy_commands.h"
#include "api/cli/operate/doctor/doctor_command.h"
#include "api/cli/operate/key_command.h"
#include "api/cli/recommend_command.h"
#include "api/cli/serve_command.h"
#include "api/cli/validate_command.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kProgramFooter =
    "Examples:\n"
    "  ssem recommend --classes 10 --batch-size 512 --dimension 128\n"
    "  ssem evaluate --classes 10 --batch-size 512 --loss-weight 0.5 --temperature 0.1\n"
    "  ssem explain --loss 8.909 --classes 10 --batch-size 256 --library supcontrast --library-temperature 0.1\n"
    "  ssem validate --classes 10 --instances-per-class 20 --dimension 32\n"
    "  ssem audit embeddings.npz\n"
    "  source <(ssem completion bash)\n"
    "\n"
    "ssem help COMMAND, or ssem COMMAND --help, explains a command with all its flags.\n";

int run(int argc, char** argv) {
  CLI::App app("Which loss weight and temperature keep supervised contrastive learning from class collapse", "ssem");
  int exit_code = kAnswered;
  use_help_layout(app);
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag("--version", std::string("ssem ") + SSEM_VERSION, "Show the version and exit");
  app.require_subcommand(0, 1);
  app.footer(kProgramFooter);
  add_recommend_command(app, exit_code);
  add_evaluate_command(app, exit_code);
  add_explain_command(app, exit_code);
  add_validate_command(app, exit_code);
  add_audit_command(app, exit_code);
  add_serve_command(app, exit_code);
  add_key_command(app, exit_code);
  add_copy_commands(app, exit_code);
  add_doctor_command(app, exit_code);
  add_completion_command(app, exit_code);
  add_reference_commands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request, std::cout, std::cerr);  // help or version
  } catch (const CLI::ParseError& error) {
    std::cerr << usage_fault(app, error);
    return kBadUsage;
  }
  if (app.get_subcommands().empty()) {
    std::cerr << app.help();
    return kBadUsage;
  }
  return exit_code;
}

}  // namespace

int run_command_line(int argc, char** argv) noexcept {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that left shows as a failed write
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "ssem: internal fault: " << error.what() << '\n';
  } catch (...) {
    std::cerr << "ssem: internal fault\n";
  }
  return kInternalFault;
}

}  // namespace ssem::api::cli
