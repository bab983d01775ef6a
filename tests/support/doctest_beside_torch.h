// doctest where LibTorch's headers are too: both have a macro CHECK, and here doctest's is the one that stays.
#pragma once

#include <c10/util/Logging.h>

#undef CHECK
#include <doctest/doctest.h>
