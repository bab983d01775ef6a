// Parts of the help that several commands share.
#pragma once

namespace ssem::api::cli {

inline constexpr const char* kConventionsAndExitCodes =
    "Conventions:\n"
    "The same loss weight and temperature mean different things in each.\n"
    "  anchor_excluded  the anchor is left out of its own denominator: SupCon, SimCLR, most libraries\n"
    "  anchor_included  the anchor stays in its denominator and among its self-supervised positives\n"
    "  supcon           plain SupCon, log inside the mean; its loss weight follows from the batch\n"
    "  supcon_in        SupCon with the log outside the mean\n"
    "  dcl              decoupled: a pair's own term is left out of its denominator\n"
    "  cross_view       each view against the other view of every image: MoCo v3, InfoNCE, CLIP, SimCSE\n"
    "  negatives_only   each positive against the views of other classes alone: NTXentLoss with labels, SINCERE\n"
    "\n"
    "Exit codes:\n"
    "  0  answered, also when the answer is \"collapse\" or \"cannot be reached\"\n"
    "  1  some line of --input failed, or the answer could not be written\n"
    "  2  a flag or value is wrong, or the input cannot be read; stderr says what, one line per fault\n"
    "  3  an internal fault\n";

}  // namespace ssem::api::cli
