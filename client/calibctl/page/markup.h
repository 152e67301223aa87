// HTML and SVG as text, safe for names that come from anybody.
//
//   Escaped("<b>\"x\"</b>")                        &lt;b&gt;&quot;x&quot;&lt;/b&gt;
//   Element("td", "num", Escaped(name))            <td class="num">…</td>
//   Svg svg("Reliability before", "A bar for each bin …", 360, 300);
//   svg.Rect({10, 20, 30, 40}, "gap", "12 rows");
//   page += svg.Text();
//
// What is written is well-formed XML too, so that any parser can read a page. Only
// functions named Escaped take text as it is; all others take markup, but for the
// arguments that are called `title`, `description` and `text`. Units of figures are CSS
// pixels at their natural size. Pure functions, safe from any thread; an Svg is a value.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_MARKUP_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_MARKUP_H_

#include <string>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

// `text` as the content of an element or of an attribute in quotes. Control characters
// and marks that reorder text are made visible.
std::string Escaped(absl::string_view text);

// An element around `markup`; without a class where it is empty.
std::string Element(absl::string_view name, absl::string_view css_class,
                    absl::string_view markup);

// A number for people with the exact one for programs: <data value="0.52">0.520</data>.
std::string Datum(double value, absl::string_view shown);

// A coordinate or a length, to a hundredth of a pixel.
std::string Pixels(double length);

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

class Svg {
 public:
  // `title` and `description` are what a reader who cannot see the figure is told.
  Svg(absl::string_view title, absl::string_view description, double width,
      double height);

  // Each takes a class for the style sheet; a `title`, where there is one, shows when a
  // pointer rests on the shape.
  void Rect(const Box& box, absl::string_view css_class, absl::string_view title = "");
  void ShadedRect(const Box& box, absl::string_view css_class, double opacity,
                  absl::string_view title);
  void Line(double x1, double y1, double x2, double y2, absl::string_view css_class);
  void Dot(double x, double y, double radius, absl::string_view css_class,
           absl::string_view title = "");
  void Diamond(double x, double y, double radius, absl::string_view css_class,
               absl::string_view title = "");

  // Text whose baseline is at y; `title` is the whole of what `text` shortens.
  void Label(double x, double y, Anchor anchor, absl::string_view css_class,
             absl::string_view text, absl::string_view title = "");

  // Text that runs upwards.
  void UprightLabel(double x, double y, Anchor anchor, absl::string_view css_class,
                    absl::string_view text, absl::string_view title = "");

  // The whole element.
  std::string Text() const;

 private:
  void Shape(absl::string_view name, const std::string& attributes,
             absl::string_view title);

  std::string head_;
  std::string body_;
};

// About how many pixels `text` takes in figures; a wide character takes two.
double TextWidth(absl::string_view text);

// `text` made printable and cut to what fits into `width` pixels.
std::string Fitted(absl::string_view text, double width);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_MARKUP_H_
