// The sections of the page of an evaluation, one function each.
//
//   page += SummarySection(content);
//
// Each returns an element, or nothing where the evaluation holds nothing for it. Names
// that come from users are escaped. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_SECTIONS_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_SECTIONS_H_

#include <string>

#include "client/calibctl/page/evaluation_page.h"

namespace calibrd::calibctl {

// What to do, and why; the figures that matter most.
std::string SummarySection(const PageContent& content);

// Reliability diagrams before and after, and their tables.
std::string ReliabilitySection(const PageContent& content);

// What the profile was fitted to, and how often each label is answered.
std::string PriorSection(const PageContent& content);
std::string DecisionSection(const PageContent& content);

// Confusion matrices before and after.
std::string ConfusionSection(const PageContent& content);

// Every method that was compared.
std::string CandidateSection(const PageContent& content);

// Every measure before and after.
std::string MeasureSection(const PageContent& content);

// How it was measured.
std::string MethodSection(const PageContent& content);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_SECTIONS_H_
