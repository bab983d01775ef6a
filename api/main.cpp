#include "api/cli/command_line.h"

int main(int argc, char** argv) { return ssem::api::cli::run_command_line(argc, argv); }
