// How the process keeps memory.
#pragma once

namespace ssem::trainer {

// Freed blocks stay with the process. A training step frees and asks for the same large tensors again, and glibc would
// hand each back to the system and have it zeroed anew: a third of the time of a small CNN. Call it first in main.
void keep_freed_memory();

}  // namespace ssem::trainer
