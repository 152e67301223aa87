"""Stores on disk, seen from outside: what they serve, their files, starts that fail."""

import ctypes
import ctypes.util
import hashlib
import json
import pathlib

from harness import programs
from harness.server import Calibrd


def served(server: Calibrd) -> dict[tuple[str, int], bytes]:
    """Every revision of every profile, and what Calibrate says with the active one.

    Not what the profile has seen, which is written now and then only."""
    client = server.client
    found = {}
    for profile in client.profiles(page_size=1000):
        for one in client.revisions(profile.name, page_size=1000):
            whole = client.get(profile.name, one.revision)
            whole.ClearField("live")
            found[profile.name, one.revision] = whole.SerializeToString(deterministic=True)
        row = [1.0 + label for label in range(profile.label_count)]
        answer = client.calibrate(profile.name, row, do_not_observe=True)
        found[profile.name, 0] = answer.SerializeToString(deterministic=True)
    return found


def files(directory: pathlib.Path) -> dict[str, str]:
    """The sum of the content of each file."""
    return {str(file.relative_to(directory)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in directory.rglob("*") if file.is_file()}


def largest(directory: pathlib.Path, extension: str) -> pathlib.Path:
    return max(directory.glob(f"*{extension}"), key=lambda file: file.stat().st_size)


def check_start_fails(store: pathlib.Path, *words: str) -> None:
    """calibrd on `store` ends with 1, never serves, and ends its log with these words."""
    ended = programs.calibrd(f"--store=rocksdb:{store}", "--listen=127.0.0.1:0",
                             "--metrics_listen=", "--log_format=json")
    assert ended.code == 1, ended.err
    log = [json.loads(line) for line in ended.err.splitlines()]
    assert "serving" not in [line["message"] for line in log]
    errors = [line for line in log if line["severity"] == "ERROR"]
    assert errors == [log[-1]]
    assert errors[0]["message"] == "the store cannot be used"
    assert errors[0]["store"] == f"rocksdb:{store}"
    for word in words:
        assert word in errors[0]["error"]


def put(store: pathlib.Path, key: bytes, value: bytes) -> None:
    """Writes past calibrd, with the library that calibrd itself is linked to."""
    rocksdb = ctypes.CDLL(ctypes.util.find_library("rocksdb"))
    for function in ("rocksdb_options_create", "rocksdb_writeoptions_create",
                     "rocksdb_open"):
        getattr(rocksdb, function).restype = ctypes.c_void_p
    error = ctypes.c_char_p()
    options = ctypes.c_void_p(rocksdb.rocksdb_options_create())
    rocksdb.rocksdb_options_set_create_if_missing(options, ctypes.c_ubyte(1))
    write = ctypes.c_void_p(rocksdb.rocksdb_writeoptions_create())
    opened = ctypes.c_void_p(
        rocksdb.rocksdb_open(options, str(store).encode(), ctypes.byref(error)))
    assert not error.value, error.value
    rocksdb.rocksdb_put(opened, write, key, ctypes.c_size_t(len(key)), value,
                        ctypes.c_size_t(len(value)), ctypes.byref(error))
    assert not error.value, error.value
    rocksdb.rocksdb_close(opened)
    rocksdb.rocksdb_writeoptions_destroy(write)
    rocksdb.rocksdb_options_destroy(options)
