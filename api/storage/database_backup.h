// A copy of a database file that is whole and checked before it has its name, and the way back.
#pragma once

#include <cstdint>
#include <string>

#include "advisor/result.h"
#include "api/storage/database_check.h"

namespace ssem::api::storage {

struct CopiedDatabase {
  DatabaseContents contents;
  std::uintmax_t bytes = 0;
};

enum class Overwrite { no, yes };

// One moment of the database, while other programs read and write it. The copy appears under its name when it is
// complete, checked (check_integrity) and synced, readable by its user alone; what was there before stays until then.
// Errors: conflict where the name is taken; unavailable with the reason.
Result<CopiedDatabase> back_up_database(const std::string& database, const std::string& copy, Overwrite overwrite);

// Puts a copy in the place of the database, checked and brought to this program's schema. Errors: conflict where there
// is a database already, or where another program has it open (then `overwrite` does not help); unavailable with the
// reason. A database that is replaced is gone; it stays whole where anything fails.
Result<CopiedDatabase> restore_database(const std::string& copy, const std::string& database, Overwrite overwrite);

}  // namespace ssem::api::storage
