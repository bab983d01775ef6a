// SIGINT and SIGTERM ask a run to end early, in its own time.
#pragma once

#include "trainer/events/events.h"

namespace ssem::trainer {

// From now on both signals set the flag that is returned; it lives as long as the process. SIGPIPE is ignored: a reader
// that left shows as a failed write.
StopFlag& stop_on_signals();

}  // namespace ssem::trainer
