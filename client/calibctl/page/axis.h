// A linear axis of a figure: from numbers to pixels, with marks at round numbers.
//
//   const Axis axis(0, 1, 40, 340);      // the numbers 0 … 1 on the pixels 40 … 340
//   axis.At(0.5)                         // 190
//   for (double mark : axis.Marks(5)) …  // 0, 0.2, 0.4 … 1
//
// Values are immutable; safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_AXIS_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_AXIS_H_

#include <string>
#include <vector>

namespace calibrd::calibctl {

class Axis {
 public:
  // `low` < `high`; the pixels may run either way.
  Axis(double low, double high, double low_pixel, double high_pixel);

  // An axis that holds every one of `values` and some room around them.
  static Axis Around(const std::vector<double>& values, double low_pixel,
                     double high_pixel);

  // The pixel of a number; numbers outside are moved to the nearer end.
  double At(double value) const;

  // About `count` round numbers on the axis, rising.
  std::vector<double> Marks(int count) const;

  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_;
  double high_;
  double low_pixel_;
  double high_pixel_;
};

// A mark as text, with as many digits as marks of an axis need: "0.2", "1", "150".
std::string MarkText(double mark);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_AXIS_H_
