// The command to type after an answer, with the problem as it was given.
#pragma once

#include <string>

#include "advisor/evaluate/levels/levels_evaluation.h"
#include "advisor/evaluation.h"
#include "advisor/explain/explanation.h"
#include "advisor/recommend/schedule/schedule_evaluation.h"
#include "advisor/recommend/unlabelled/unlabelled_advice.h"
#include "api/cli/request_flags.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

// After a recommendation: train with it.
NextCommand command_after_recommendation(const GivenFields& given, const advisor::Evaluation& point);

// After an evaluation: train with the point, or ask for a better one where it collapses or views split.
NextCommand command_after_evaluation(const GivenFields& given, const advisor::Evaluation& point);

// After an explanation: advice for the same problem, or the same question with more said.
NextCommand command_after_explanation(const GivenFields& given, const advisor::ExplanationRequest& asked);

// After advice without labels: the other end of the band, or the advice where a temperature was given.
NextCommand command_after_unlabelled(const GivenFields& given, const advisor::UnlabelledAdvice& advice);

// After an evaluation over a schedule: the loss weight that is safe all the way, else the advice.
NextCommand command_after_schedule(const GivenFields& given, const advisor::ScheduleEvaluation& evaluation);

// After labels on several levels: the loss weight that keeps every level apart where the one asked about does not, else
// the advice.
NextCommand command_after_levels(const GivenFields& given, const advisor::LevelsEvaluation& evaluation);

}  // namespace ssem::api::cli
