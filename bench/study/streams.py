"""Which rows are labelled, and streams of traffic: drawn with seeds.

A draw depends on its purpose, its number and the name of the task or setting only, so all
methods see the same rows.
"""

import zlib

import numpy

LABELLED_ROWS = 64
LABELLED_DRAWS = 5
SKEWED_ROWS = 150
SKEWED_SHARE = 0.9
SKEWED_DRAWS = 4


def generator(purpose: str, name: str, draw: int) -> numpy.random.Generator:
    return numpy.random.default_rng(
        [zlib.crc32(purpose.encode()), zlib.crc32(name.encode()), draw])


def labelled_rows(name: str, row_count: int, draw: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The rows whose labels are known, and the rest, which a method is measured on."""
    order = generator("labelled", name, draw).permutation(row_count)
    return order[:LABELLED_ROWS], numpy.sort(order[LABELLED_ROWS:])


def skewed_rows(name: str, answers: numpy.ndarray, draw: int) -> numpy.ndarray:
    """A stream of which 90 % have one label, drawn evenly; rows are drawn with
    replacement, as no label has so many."""
    random = generator("skewed", name, draw)
    common = random.choice(numpy.unique(answers))
    inside, outside = numpy.flatnonzero(answers == common), numpy.flatnonzero(answers != common)
    many = round(SKEWED_SHARE * SKEWED_ROWS)
    rows = numpy.concatenate([random.choice(inside, many),
                              random.choice(outside, SKEWED_ROWS - many)])
    return random.permutation(rows)
