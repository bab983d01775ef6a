// The kernel of an OpenBLAS that is loaded before main().
#pragma once

namespace ssem::trainer::blas {

// LibTorch of Debian brings OpenBLAS along, which settles its kernel before main(). Where that is a worse one than the
// processor can execute, and the user has not named it, this replaces the process by itself with OPENBLAS_CORETYPE set
// (0.3 s); it returns otherwise, at once. A kernel that turns out wrong after the restart is followed by the next one,
// and at last by OpenBLAS's own choice. For the first line of main(); `arguments` are main's.
void restart_with_suitable_kernel(char* const arguments[]);

// OpenMP reads its settings when the program is loaded. Its threads wait by spinning, unless the user says otherwise:
// beside other programs one step then takes as long as thirty (53 s against 1.4 s for a run of 200 steps on two loaded
// cores).
void restart_with_patient_threads(char* const arguments[]);

}  // namespace ssem::trainer::blas
