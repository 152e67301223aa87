#!/usr/bin/python3
"""Compares the reasons that errors can carry with their golden file.

    error_reasons.py [--update]

Users match on google.rpc.ErrorInfo.reason, so a reason is never renamed. They are
declared in calibration/error.h.
"""

import re
import sys

import golden

DECLARATION = re.compile(r'inline\s+constexpr\s+absl::string_view\s+k\w+\s*=\s*"([A-Z_]+)"')


def main():
    arguments = golden.arguments(__doc__.splitlines()[0]).parse_args()
    header = (golden.ROOT / "calibration/error.h").read_text(encoding="utf-8")
    reasons = "".join(f"{reason}\n" for reason in sorted(DECLARATION.findall(header)))
    return golden.settle("error_reasons.txt", "calibration/error.h", reasons,
                         arguments.update)


if __name__ == "__main__":
    sys.exit(main())
