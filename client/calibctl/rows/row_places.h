// Where each row of a run stood, so that a complaint about row 70,012 can name its line.
//
//   RowPlaces places;
//   places.Add("rows.jsonl:12");      // row 0
//   places.Add("rows.jsonl:13");      // row 1
//   places.Of(1)                      // "rows.jsonl:13"
//
// Lines that follow each other take no room: a file of millions of rows costs as much as
// one row. Not safe to change from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_PLACES_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

class RowPlaces {
 public:
  // The place of the next row, which ends in the number of its line or row.
  void Add(absl::string_view place);

  // The place of row `row`, from 0; it has to have been added.
  std::string Of(int64_t row) const;

  // The places of rows `first` to `last`: "rows.jsonl:12 to rows.jsonl:40".
  std::string Between(int64_t first, int64_t last) const;

  // How many rows were added.
  int64_t size() const { return size_; }

  // How many stretches of following lines they are: what they cost.
  std::size_t stretches() const { return stretches_.size(); }

 private:
  struct Stretch {
    int64_t first_row = 0;
    int64_t first_number = 0;  // of the first row's place
    std::size_t prefix = 0;    // what stands before the number, in prefixes_
  };

  std::vector<std::string> prefixes_;
  std::vector<Stretch> stretches_;
  int64_t size_ = 0;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_PLACES_H_
