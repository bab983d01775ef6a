// Manual pages in roff (man(7)), made of what --help shows.
#pragma once

#include <string>

#include "api/cli/help/help_page.h"

namespace ssem::api::cli {

// "ssem recommend" to "ssem-recommend".
std::string man_page_name(const HelpPage& page);

// The page of section 1. `version` is the program's.
std::string man_page(const HelpPage& page, const std::string& version);

}  // namespace ssem::api::cli
