#include "bench/load/requests.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "calibration/v1/calibration_service.pb.h"

namespace calibrd {
namespace {

namespace proto = ::calibration::v1;

grpc::ByteBuffer BytesOf(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// A biased model whose answers lean on one label or another.
void AddRow(std::minstd_rand& random, int labels, proto::FloatMatrix& rows) {
  std::exponential_distribution<float> mass(1.0F);
  std::vector<float> row(static_cast<size_t>(labels));
  float sum = 0;
  for (float& p : row) sum += p = 0.05F + mass(random);
  for (const float p : row) rows.add_values(p / sum);
}

}  // namespace

std::string ProfileName(const std::string& set, int number) {
  return absl::StrFormat("models/bench/%s-%03d/prompts/task-%06d", set, number % 1000,
                         number);
}

std::vector<grpc::ByteBuffer> FitRequests(const std::string& set, int count,
                                          FitShape shape) {
  std::minstd_rand random(1);
  std::vector<grpc::ByteBuffer> requests;
  for (int i = 0; i < count; ++i) {
    proto::FitProfileRequest request;
    request.set_name(ProfileName(set, i));
    for (int label = 0; label < shape.labels; ++label) {
      request.add_labels()->set_name(absl::StrCat("label ", label));
    }
    for (int row = 0; row < 3; ++row) {
      AddRow(random, shape.labels,
             *request.mutable_content_free()->mutable_probabilities());
    }
    if (shape.adaptive) request.mutable_options()->mutable_adaptive();
    requests.push_back(BytesOf(request));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> CalibrateRequests(const std::string& set, int count,
                                                CalibrateShape shape) {
  std::minstd_rand random(2);
  std::vector<grpc::ByteBuffer> requests;
  for (int i = 0; i < std::max(count, kDistinctRows); ++i) {
    proto::CalibrateRequest request;
    request.set_name(ProfileName(set, i % count));
    request.set_do_not_observe(!shape.observe);
    for (int row = 0; row < shape.rows; ++row) {
      AddRow(random, shape.labels, *request.mutable_rows()->mutable_probabilities());
    }
    requests.push_back(BytesOf(request));
  }
  return requests;
}

}  // namespace calibrd
