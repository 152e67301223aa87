#include "client/calibctl/page/markup.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

// Of a 12 pixel sans-serif font, on the wide side.
constexpr double kCharacterWidth = 6.8;

absl::string_view AnchorWord(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
  }
  return "start";
}

std::string Attribute(absl::string_view name, double length) {
  return absl::StrCat(" ", name, "=\"", Pixels(length), "\"");
}

std::string BoxAttributes(const Box& box, absl::string_view css_class) {
  return absl::StrCat(" class=\"", css_class, "\"", Attribute("x", box.x),
                      Attribute("y", box.y), Attribute("width", std::max(0.0, box.width)),
                      Attribute("height", std::max(0.0, box.height)));
}

std::string TextElement(const std::string& place, Anchor anchor,
                        absl::string_view css_class, absl::string_view text,
                        absl::string_view title) {
  return absl::StrCat("<text class=\"", css_class, "\"", place, " text-anchor=\"",
                      AnchorWord(anchor), "\">",
                      title.empty() ? "" : Element("title", "", Escaped(title)),
                      Escaped(text), "</text>\n");
}

}  // namespace

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      Printable(text),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string Element(absl::string_view name, absl::string_view css_class,
                    absl::string_view markup) {
  const std::string attribute =
      css_class.empty() ? "" : absl::StrCat(" class=\"", css_class, "\"");
  return absl::StrCat("<", name, attribute, ">", markup, "</", name, ">");
}

std::string Datum(double value, absl::string_view shown) {
  return absl::StrFormat("<data value=\"%.12g\">%s</data>", value, Escaped(shown));
}

std::string Pixels(double length) {
  std::string text = absl::StrFormat("%.2f", length);
  absl::string_view rest = text;
  while (absl::ConsumeSuffix(&rest, "0")) {
  }
  absl::ConsumeSuffix(&rest, ".");
  return rest == "-0" ? "0" : std::string(rest);
}

Svg::Svg(absl::string_view title, absl::string_view description, double width,
         double height)
    : head_(absl::StrCat("<svg viewBox=\"0 0 ", Pixels(width), " ", Pixels(height),
                         "\" style=\"max-width:", Pixels(width), "px\" role=\"img\">\n",
                         Element("title", "", Escaped(title)), "\n",
                         Element("desc", "", Escaped(description)), "\n")) {}

void Svg::Shape(absl::string_view name, const std::string& attributes,
                absl::string_view title) {
  absl::StrAppend(&body_, "<", name, attributes);
  if (title.empty()) {
    absl::StrAppend(&body_, "/>\n");
  } else {
    absl::StrAppend(&body_, ">", Element("title", "", Escaped(title)), "</", name, ">\n");
  }
}

void Svg::Rect(const Box& box, absl::string_view css_class, absl::string_view title) {
  Shape("rect", BoxAttributes(box, css_class), title);
}

void Svg::ShadedRect(const Box& box, absl::string_view css_class, double opacity,
                     absl::string_view title) {
  Shape("rect",
        absl::StrCat(BoxAttributes(box, css_class), Attribute("fill-opacity", opacity)),
        title);
}

void Svg::Line(double x1, double y1, double x2, double y2, absl::string_view css_class) {
  Shape("line",
        absl::StrCat(" class=\"", css_class, "\"", Attribute("x1", x1),
                     Attribute("y1", y1), Attribute("x2", x2), Attribute("y2", y2)),
        "");
}

void Svg::Dot(double x, double y, double radius, absl::string_view css_class,
              absl::string_view title) {
  Shape("circle",
        absl::StrCat(" class=\"", css_class, "\"", Attribute("cx", x), Attribute("cy", y),
                     Attribute("r", radius)),
        title);
}

void Svg::Diamond(double x, double y, double radius, absl::string_view css_class,
                  absl::string_view title) {
  Shape(
      "path",
      absl::StrCat(" class=\"", css_class, "\" d=\"M", Pixels(x - radius), " ", Pixels(y),
                   "L", Pixels(x), " ", Pixels(y - radius), "L", Pixels(x + radius), " ",
                   Pixels(y), "L", Pixels(x), " ", Pixels(y + radius), "Z\""),
      title);
}

void Svg::Label(double x, double y, Anchor anchor, absl::string_view css_class,
                absl::string_view text, absl::string_view title) {
  absl::StrAppend(&body_, TextElement(absl::StrCat(Attribute("x", x), Attribute("y", y)),
                                      anchor, css_class, text, title));
}

void Svg::UprightLabel(double x, double y, Anchor anchor, absl::string_view css_class,
                       absl::string_view text, absl::string_view title) {
  const std::string place = absl::StrCat(" transform=\"translate(", Pixels(x), " ",
                                         Pixels(y), ") rotate(-90)\"");
  absl::StrAppend(&body_, TextElement(place, anchor, css_class, text, title));
}

std::string Svg::Text() const {
  return absl::StrCat(head_, body_, "</svg>\n");
}

double TextWidth(absl::string_view text) {
  return kCharacterWidth * DisplayWidth(text);
}

std::string Fitted(absl::string_view text, double width) {
  return Shorten(Printable(text), std::max(1, static_cast<int>(width / kCharacterWidth)));
}

}  // namespace calibrd::calibctl
