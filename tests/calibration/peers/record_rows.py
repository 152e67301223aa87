#!/usr/bin/env python3
"""The rows that the fits are made of: tests/data/peers/rows.json.

fits_test.cc reads them from there, and so does what records the heavy packages, which
come with other versions of numpy.
"""

import fit_rows
import peer_file


def record():
    return [{"name": rows.name, "label_count": rows.label_count,
             "values": peer_file.floats(rows.values), "labels": rows.labels.tolist()}
            for rows in fit_rows.all_rows()]


if __name__ == "__main__":
    peer_file.settle("rows.json", ("numpy",), record(), __doc__)
