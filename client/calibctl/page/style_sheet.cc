#include "client/calibctl/page/style_sheet.h"

namespace calibrd::calibctl {
namespace {

constexpr char kStyleSheet[] = R"css(
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #5b6676; --line: #dde2e9;
  --before: #b85f0e; --after: #2367b8; --best: #0b7a53; --gap: #b3261e; --count: #9aa5b4;
  --on-middle: #1b2330; --on-strong: #ffffff; --tint: #e9f5f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1b212a; --ink: #e7ebf1; --soft: #9ba7b6; --line: #323b47;
    --before: #f0a04b; --after: #6aa9f5; --best: #45c795; --gap: #f28b82; --count: #6b7787;
    --on-middle: #0d141d; --on-strong: #0d141d; --tint: #17302a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 1060px; margin: 0 auto; padding: 28px 20px 48px; }
header p { margin: 4px 0 0; color: var(--soft); }
h1 { margin: 0; font-size: 24px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 4px; font-size: 18px; }
h3 { margin: 0 0 6px; font-size: 15px; }
h3.before { color: var(--before); }
h3.after { color: var(--after); }
.eyebrow {
  font-size: 12px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase;
  color: var(--soft);
}
section {
  margin-top: 20px; padding: 20px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px;
}
section p { margin: 0 0 12px; max-width: 88ch; }
.lead { color: var(--soft); }
.verdict { background: var(--tint); border-color: var(--best); }
.verdict strong { color: var(--best); font-size: 20px; }
.verdict p { margin: 6px 0 0; overflow-wrap: anywhere; }
.warning { border-left: 3px solid var(--before); padding-left: 10px; overflow-wrap: anywhere; }
.tiles { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); }
.tile { padding: 14px 16px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; }
.tiles { margin-top: 20px; }
.tile .value { font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.tile .value .was { color: var(--before); }
.tile .value .is { color: var(--after); }
.tile .note { font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.pair { display: grid; gap: 20px 28px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.pair > * { min-width: 0; }
figure { margin: 0; }
figcaption { margin-bottom: 6px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 12px; padding: 0;
  list-style: none; font-size: 13px; color: var(--soft); }
.key li::before { content: ""; display: inline-block; width: 11px; height: 11px;
  margin-right: 6px; border-radius: 2px; background: currentColor; vertical-align: -1px; }
.key .before::before { color: var(--before); }
.key .after::before { color: var(--after); }
.key .gap::before { color: var(--gap); opacity: .55; }
.key .count::before { color: var(--count); }
.key .goal::before { color: var(--ink); width: 3px; height: 14px; border-radius: 0; }
.key .best::before { color: var(--best); border-radius: 0; transform: rotate(45deg) scale(.85); }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--soft); font-size: 14px; }
.scroll { overflow-x: auto; margin-top: 8px; }
.scroll + p { margin-top: 14px; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 6px; }
th, td { padding: 4px 16px 4px 0; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
th:first-child { text-align: left; font-weight: 500; white-space: normal;
  overflow-wrap: anywhere; min-width: 9em; max-width: 24em; }
.interval { color: var(--soft); font-weight: 400; }
th .interval { display: block; font-size: 12.5px; }
td.name { text-align: left; white-space: normal; overflow-wrap: anywhere; max-width: 18em; }
tr.recommended th:first-child { color: var(--best); font-weight: 700; }
svg { display: block; width: 100%; height: auto;
  font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
text { fill: var(--ink); }
.tick, .small, .axis { fill: var(--soft); font-size: 11px; }
.axis { font-size: 12px; }
.figure-note { font-weight: 600; font-size: 14px; }
.strong-name { font-weight: 700; fill: var(--best); }
.grid { stroke: var(--line); stroke-width: 1; }
.diagonal { stroke: var(--soft); stroke-width: 1.3; stroke-dasharray: 5 4; }
.zero, .goal { stroke: var(--ink); stroke-width: 2; }
.zero { stroke-width: 1.3; }
.bar.before, .cell.before { fill: var(--before); }
.bar.after, .cell.after { fill: var(--after); }
rect.bar { opacity: .85; }
rect.gap { fill: var(--gap); fill-opacity: .22; stroke: var(--gap); stroke-width: .8;
  stroke-opacity: .7; }
rect.rest { fill-opacity: .4; stroke-width: .8; }
rect.rest.before { fill: var(--before); stroke: var(--before); }
rect.rest.after { fill: var(--after); stroke: var(--after); }
rect.count { fill: var(--count); }
rect.matrix { fill: none; stroke: var(--line); }
rect.diagonal-cell { fill: none; stroke: var(--soft); stroke-width: 1; }
.cell-count { font-size: 12px; }
.cell-count.middle { fill: var(--on-middle); }
.cell-count.strong { fill: var(--on-strong); font-weight: 600; }
.dot { fill: var(--soft); stroke: var(--card); stroke-width: 1.2; }
.dot.before { fill: var(--before); }
.dot.after { fill: var(--after); }
.dot.recommended { fill: var(--best); }
.whisker { stroke: var(--soft); stroke-width: 1.6; }
.whisker.before { stroke: var(--before); }
.whisker.after { stroke: var(--after); }
.whisker.recommended { stroke: var(--best); stroke-width: 2.4; }
footer { margin-top: 24px; color: var(--soft); font-size: 13px; }
@media (max-width: 520px) {
  main { padding: 18px 12px 32px; }
  section { padding: 16px 14px; }
  h1 { font-size: 20px; }
}
@media print {
  :root { --paper: #ffffff; --tint: #ffffff; }
  section, .tile { break-inside: avoid; }
}
)css";

}  // namespace

absl::string_view StyleSheet() {
  return kStyleSheet;
}

}  // namespace calibrd::calibctl
