// Curves from text: a csv or tsv of steps and values.
#pragma once

#include <string_view>
#include <vector>

#include "api/cli/explain/named_curves.h"

namespace ssem::api::cli {

// Cells apart by comma, semicolon or tab, as the first line has it; quotes around a cell are taken off. With a line of
// names, the steps are the column step, global_step, iteration, iter, batch or epoch (any case; the first of these),
// and wall times are passed over; every other column is a curve, rows without its value being left out. Without names:
// steps and values, or values alone, whose steps count from 0. Faults name the line: a cell that is no number (nan and
// inf are), steps that do not rise, a row with other many cells.
Result<std::vector<NamedCurve>> read_curve_table(std::string_view text, const std::optional<std::string>& name);

}  // namespace ssem::api::cli
