#!/usr/bin/python3
"""Checks that every arrow of the tree points one way.

    layers.py [ROOT]

    calibration <- server/store, server/catalog <- server/service <- server/main
    calibration <- client

Prints one line for each wrong include and each gRPC status made in the wrong
place; exits with 1 where there is any. The rules are the tables below.
"""

import os
import pathlib
import re
import sys

SOURCE_SUFFIXES = {".cc", ".h"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {
    "", ".cmake", ".json", ".md", ".proto", ".py", ".sh", ".txt", ".yaml", ".yml"}
SKIPPED = {".git", "build", "node_modules", "__pycache__", ".cache"}

# Folder: the folders of this project that its files may include, besides itself.
# "proto" stands for what protoc makes of proto/calibration. The longest folder that
# holds a file decides; folders that are not named here are free.
ALLOWED = {
    "calibration": [],
    "server/telemetry": ["calibration"],
    "server/security": ["calibration", "server/telemetry"],
    "server/store": ["calibration", "proto", "server/telemetry"],
    "server/catalog": ["calibration", "proto", "server/store", "server/telemetry"],
    "server/service": ["calibration", "proto", "server/store", "server/catalog",
                       "server/telemetry", "server/security"],
    "server": ["calibration", "proto"],
    "client": ["calibration", "proto"],
    "demo": ["calibration", "proto", "client"],
}

# What every layer of the server may include; it includes nothing of this project itself.
FOUNDATION = {"server/mutex.h"}

# Folder: what its files may not include from outside, and how to say it.
FORBIDDEN_OUTSIDE = {
    "calibration": [
        (re.compile(r"^google/|\.pb\.h$"), "protobuf"),
        (re.compile(r"^grpc"), "gRPC"),
        (re.compile(r"^(rocksdb|prometheus|spdlog|nlohmann|CLI)/"), "I/O"),
    ],
    "server/catalog": [(re.compile(r"^(grpc|rocksdb)"), "gRPC or a storage engine")],
    "server/service": [(re.compile(r"^rocksdb/"), "a storage engine")],
}

# gRPC statuses are made here and nowhere else in server/.
STATUS_MAKER = re.compile(r"^server/service/grpc_status(_\w+)?\.(cc|h)$")
STATUS_MADE = re.compile(
    r"\bgrpc::Status\s*(\w+\s*)?[({]\s*[^)}\s]"  # grpc::Status(code, …), Status s{code, …}
    r"|[({]\s*(grpc::)?StatusCode::\w+\s*,")     # return {grpc::StatusCode::…, …}
STATUS_DECLARED = re.compile(r"\bgrpc::Status\s+\w+\s*\(\s*(const\s+)?[\w:]+\s*[&*<>\w]*\s*[&*]?\s*\w+")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*")

# A clone has to work alone.
NEIGHBOUR = ".." + "/shared"


def folder_of(path, folders):
    """The longest of `folders` that holds `path`, or None."""
    holding = [folder for folder in folders if path.startswith(folder + "/")]
    return max(holding, key=len, default=None)


def target_of(include, top_folders):
    """The layer that an include names; None for one from outside the project."""
    if include.startswith("calibration/v1/") and include.endswith(".pb.h"):
        return "proto"
    if include.split("/")[0] not in top_folders:
        return None
    return folder_of(include, ALLOWED) or include.split("/")[0]


def include_errors(path, text):
    folder = folder_of(path, ALLOWED)
    if folder is None:
        return
    top_folders = {name.split("/")[0] for name in ALLOWED} | {"tests", "bench"}
    # A file right in server/ is the program: it wires every layer of it together.
    wires_all = folder == "server" and path.count("/") == 1
    for include in INCLUDE.findall(text):
        for pattern, what in FORBIDDEN_OUTSIDE.get(folder, []):
            if pattern.search(include):
                yield f'{path}: {folder} may not use {what}: "{include}"'
        target = target_of(include, top_folders)
        if path in FOUNDATION and target is not None:
            yield f'{path}: the foundation may not include {target}: "{include}"'
            continue
        if include in FOUNDATION and folder.startswith("server"):
            continue
        if target in (None, folder) or target in ALLOWED[folder]:
            continue
        if wires_all and target.startswith("server/"):
            continue
        yield f'{path}: {folder} may not include {target}: "{include}"'


def status_errors(path, text):
    if not path.startswith("server/") or STATUS_MAKER.match(path):
        return
    for number, line in enumerate(COMMENT.sub("", text).splitlines(), start=1):
        if STATUS_MADE.search(line) and not STATUS_DECLARED.search(line):
            yield (f"{path}:{number}: only server/service/grpc_status.cc makes gRPC "
                   f"statuses: {line.strip()}")


def files_of(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            yield path, path.relative_to(root).as_posix()


def errors_of(root):
    """Every error in the tree under `root`, as sentences."""
    errors = []
    for path, name in files_of(root):
        if path.suffix not in TEXT_SUFFIXES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if NEIGHBOUR in text:
            errors.append(f"{name}: a clone has no {NEIGHBOUR}")
        if path.suffix in SOURCE_SUFFIXES:
            errors.extend(include_errors(name, text))
            errors.extend(status_errors(name, text))
    return errors


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).resolve().parents[2])
    errors = errors_of(root)
    print(*errors, sep="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
