#include "tests/fuzz/finite.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace calibrd {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void CheckNumber(double number, const FieldDescriptor& field) {
  if (std::isfinite(number)) return;
  std::fprintf(stderr, "%s is %f\n", field.full_name().c_str(), number);
  std::abort();
}

// The field's value, or its value `index` where it is repeated.
void CheckValue(const Message& message, const FieldDescriptor& field, int index) {
  const google::protobuf::Reflection& of = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return CheckNumber(repeated ? of.GetRepeatedDouble(message, &field, index)
                                  : of.GetDouble(message, &field),
                         field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return CheckNumber(
          static_cast<double>(repeated ? of.GetRepeatedFloat(message, &field, index)
                                       : of.GetFloat(message, &field)),
          field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AbortUnlessFinite(repeated ? of.GetRepeatedMessage(message, &field, index)
                                        : of.GetMessage(message, &field));
    default:
      return;
  }
}

}  // namespace

void AbortUnlessFinite(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count =
        field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) CheckValue(message, *field, i);
  }
}

}  // namespace calibrd
