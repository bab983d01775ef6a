#include "trainer/report/report_json.h"

#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/audit_fields.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/spec/spec_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;
namespace protocol = advisor::json::training;

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::confirmed:
      return protocol::kConfirmed;
    case Outcome::refuted:
      return protocol::kRefuted;
    case Outcome::inconclusive:
      break;
  }
  return protocol::kInconclusive;
}

const char* name(Cause cause) {
  switch (cause) {
    case Cause::not_at_optimum:
      return "not_at_optimum";
    case Cause::encoder_cannot:
      return "encoder_cannot";
    case Cause::theory_off:
      return "theory_off";
    case Cause::none:
      break;
  }
  return "none";
}

Json class_json(const ClassGeometry& geometry) {
  return {{protocol::kRows, geometry.rows},
          {protocol::kInstances, geometry.instances},
          {protocol::kWithinClassVariance, number(geometry.within_class_variance)},
          {protocol::kViewVariance, number(geometry.view_variance)}};
}

double mean_auroc(const std::vector<ForeignMeasure>& foreign) {
  double sum = 0;
  for (const ForeignMeasure& one : foreign) sum += one.auroc;
  return foreign.empty() ? kNotMeasured : sum / static_cast<double>(foreign.size());
}

Json measured_json(const Measured& measured) {
  const Geometry& geometry = measured.geometry;
  Json json{{protocol::kCollapsed, measured.collapsed},
            {protocol::kWithinClassSimilarity, number(geometry.within_class_similarity)},
            {protocol::kBetweenClassSimilarity, number(geometry.between_class_similarity)},
            {protocol::kWithinClassVariance, number(geometry.within_class_variance)},
            {protocol::kBetweenClassVariance, number(geometry.between_class_variance)},
            {protocol::kViewVariance, number(measured.view_variance)},
            {protocol::kViewSimilarity, number(measured.view_similarity)},
            {protocol::kTrainWithinClassVariance,
             number(measured.train_geometry ? measured.train_geometry->within_class_variance : kNotMeasured)},
            {protocol::kLossValue, number(measured.loss_value)},
            {protocol::kGradientNorm, number(measured.gradient_norm)},
            {protocol::kKnnAccuracy, number(measured.knn_accuracy)},
            {protocol::kWeightedKnnAccuracy, number(measured.weighted_knn_accuracy)},
            {protocol::kLinearProbeAccuracy, number(measured.linear_probe_accuracy)},
            {protocol::kFineAccuracy, number(measured.fine_accuracy)},
            {protocol::kEmbeddingFineAccuracy, number(measured.embedding_fine_accuracy)},
            {protocol::kEffectiveRank, number(measured.effective_rank)},
            {protocol::kPrototypeAccuracy, number(measured.prototype_accuracy)},
            {protocol::kEncoderWithinClassVariance, number(measured.encoder_within_class_variance)},
            {protocol::kDirectionalVariance, number(measured.directional_variance)},
            {protocol::kClassDirections, number(measured.class_directions)},
            {protocol::kViewConsistency, number(measured.view_consistency)},
            {protocol::kForeignAuroc, number(mean_auroc(measured.foreign))}};
  for (const CorruptedAccuracy& one : measured.corrupted_accuracy) {
    json[protocol::kCorruptedAccuracy][one.corruption] = number(one.accuracy);
  }
  for (const FewShot& few : measured.few_shot_accuracy) {
    json[protocol::kFewShotAccuracy][std::to_string(few.shots)] = number(few.accuracy);
  }
  for (const TransferMeasure& one : measured.transfer) {
    json[protocol::kTransfer].push_back(
        {{protocol::kDataset, one.dataset},
         {protocol::kLinearProbeAccuracy, number(one.linear_probe_accuracy)},
         {protocol::kKnnAccuracy, number(one.knn_accuracy)},
         {protocol::kEmbeddingLinearProbeAccuracy, number(one.embedding_linear_probe_accuracy)}});
  }
  for (const ForeignMeasure& one : measured.foreign) {
    json[protocol::kForeignData].push_back({{protocol::kDataset, one.dataset},
                                            {protocol::kAuroc, number(one.auroc)},
                                            {protocol::kEmbeddingAuroc, number(one.embedding_auroc)}});
  }
  if (measured.nested) json[protocol::kNestedVariance] = to_json(*measured.nested);
  Json classes = Json::array();
  for (const ClassGeometry& entry : geometry.per_class) classes.push_back(class_json(entry));
  json[protocol::kPerClass] = std::move(classes);
  return json;
}

Json blas_json(const blas::BlasFacts& facts) {
  return {{"library", facts.library},
          {"kernel", facts.kernel.empty() ? Json() : Json(facts.kernel)},
          {"gflops", number(facts.gflops)}};
}

Json control_json(const ControlReport& control) {
  return {{protocol::kTargetWithinClassVariance, number(control.target)},
          {protocol::kFinalLossWeight, number(control.outcome.final_loss_weight)},
          {protocol::kSettled, control.outcome.settled},
          {protocol::kAverageWithinClassVariance, number(control.outcome.average_variance)}};
}

}  // namespace

Json to_json(const NestedVariance& nested) {
  Json json{{protocol::kTotal, number(nested.total)}, {protocol::kBetweenClasses, number(nested.between_classes)}};
  if (nested.between_fine) json[protocol::kBetweenFine] = number(*nested.between_fine);
  json[protocol::kBetweenInstances] = number(nested.between_instances);
  if (nested.between_views) json[protocol::kBetweenViews] = number(*nested.between_views);
  return json;
}

Json to_json(const RunReport& report) {
  Json json{{protocol::kVerdict, name(report.verdict.outcome)},
            {protocol::kWhy, report.verdict.why},
            {protocol::kCause, name(report.verdict.cause)},
            {protocol::kPredicted, advisor::json::to_json(report.predicted)},
            {protocol::kMeasured, measured_json(report.measured)},
            {protocol::kVarianceTolerance, number(variance_tolerance(report.predicted, report.facts.free_embeddings))},
            {protocol::kConverged, report.facts.converged},
            {protocol::kConvergenceWhy, report.facts.convergence_why},
            {protocol::kStoppedEarly, report.facts.cancelled},
            {protocol::kDevice, report.device},
            {protocol::kSteps, report.steps},
            {protocol::kNotes, report.notes},
            {protocol::kElapsedS, number(report.elapsed_s)},
            {protocol::kImagesPerS, number(report.images_per_s)},
            {protocol::kBlas, blas_json(report.blas)},
            {protocol::kSpec, to_json(report.spec)}};
  if (report.control) json[protocol::kControl] = control_json(*report.control);
  return json;
}

}  // namespace ssem::trainer
