// Stochastic descent of free unit vectors: batches drawn from a data set, as training draws them.
#pragma once

#include "advisor/problem.h"
#include "advisor/result.h"
#include "trainer/embeddings/embeddings_run.h"
#include "trainer/embeddings/free_vectors.h"
#include "trainer/events/run_clock.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// True when a batch holds only a part of what is trained.
bool draws_batches(const advisor::Problem& problem);

// Every step draws classes_per_batch classes and instances_per_class images of each, without repetition within the
// batch (sampling random: batch_size images of the whole data set), and moves their vectors against the gradient. With
// a budget the rate falls over it as a cosine to nothing. Without one it stays until the within-class variance is level
// to `rest_tolerance` (rest/convergence.h), then falls over as many steps as that took, 1000 epochs at the most in all.
// Where the classes look collapsed they are pushed apart once before it falls: a saddle does not bring them back.
// Converged when the variance and the loss are level over the last of the rates. Deterministic for a seed.
Result<EmbeddingsOutcome> run_mini_batches(const TrainSpec& spec, const VectorLayout& layout,
                                           const SupclOptions& options, double rest_tolerance, RunClock& clock,
                                           EventSink& events);

}  // namespace ssem::trainer
