// How a page looks: light and dark as the reader's system asks, one column on a phone,
// ink on white in print.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_STYLE_SHEET_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_STYLE_SHEET_H_

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

// CSS without "<" and "&", so that it is well-formed inside XML too.
absl::string_view StyleSheet();

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_STYLE_SHEET_H_
