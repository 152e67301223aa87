#!/usr/bin/python3
"""Compares the contract with its golden file, so that a change of it shows in a diff.

    descriptor.py --protoc PROTOC [--update]

The golden file has one line for each message, field, enum value and call of
proto/calibration/v1, in the order of their names and numbers. Comments and the
order of declarations do not matter.
"""

import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

import golden

Field = descriptor_pb2.FieldDescriptorProto


def field_type(field):
    """The type as a .proto file writes it."""
    if field.type_name:
        return field.type_name.lstrip(".")
    return Field.Type.Name(field.type).removeprefix("TYPE_").lower()


def field_line(scope, message, field):
    words = []
    if field.label == Field.LABEL_REPEATED:
        words.append("repeated")
    words.append(field_type(field))
    if field.proto3_optional:
        words.append("optional")
    elif field.HasField("oneof_index"):
        words.append(f"oneof {message.oneof_decl[field.oneof_index].name}")
    if field.options.deprecated:
        words.append("deprecated")
    return f"{scope}.{field.name} = {field.number} {' '.join(words)}"


def enum_lines(scope, enum):
    yield f"enum {scope}.{enum.name}"
    for value in sorted(enum.value, key=lambda value: value.number):
        yield f"{scope}.{enum.name}.{value.name} = {value.number}"


def message_lines(scope, message):
    scope = f"{scope}.{message.name}"
    kind = "map entry" if message.options.map_entry else "message"
    yield f"{kind} {scope}"
    for field in sorted(message.field, key=lambda field: field.number):
        yield field_line(scope, message, field)
    for gap in sorted(message.reserved_range, key=lambda gap: gap.start):
        yield f"{scope} reserves {gap.start} to {gap.end - 1}"
    for name in sorted(message.reserved_name):
        yield f"{scope} reserves {name}"
    for enum in sorted(message.enum_type, key=lambda enum: enum.name):
        yield from enum_lines(scope, enum)
    for nested in sorted(message.nested_type, key=lambda nested: nested.name):
        yield from message_lines(scope, nested)


def service_lines(scope, service):
    yield f"service {scope}.{service.name}"
    for method in sorted(service.method, key=lambda method: method.name):
        request = method.input_type.lstrip(".")
        reply = method.output_type.lstrip(".")
        if method.client_streaming:
            request = f"stream {request}"
        if method.server_streaming:
            reply = f"stream {reply}"
        yield f"rpc {scope}.{service.name}.{method.name}({request}) returns ({reply})"


def render(files):
    """The lines of a FileDescriptorSet, the same whatever the order of files."""
    blocks = []
    for file in files.file:
        scope = file.package
        for message in file.message_type:
            blocks.append(list(message_lines(scope, message)))
        for enum in file.enum_type:
            blocks.append(list(enum_lines(scope, enum)))
        for service in file.service:
            blocks.append(list(service_lines(scope, service)))
    return "".join("\n".join(block) + "\n\n" for block in sorted(blocks)).rstrip() + "\n"


def compile_contract(protoc):
    proto = golden.ROOT / "proto"
    sources = sorted(str(path) for path in proto.glob("calibration/v1/*.proto"))
    with tempfile.NamedTemporaryFile(suffix=".binpb") as out:
        subprocess.run(
            [protoc, "-I", str(proto), f"--descriptor_set_out={out.name}", *sources],
            check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read())


def main():
    parser = golden.arguments(__doc__.splitlines()[0])
    parser.add_argument("--protoc", default="protoc")
    arguments = parser.parse_args()
    return golden.settle("calibration_v1.txt", "proto/calibration/v1",
                         render(compile_contract(arguments.protoc)), arguments.update)


if __name__ == "__main__":
    sys.exit(main())
