# Everything comes from Debian packages (scripts/install-dependencies); nothing
# is downloaded while building.

find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)

# google.rpc.Status and its details: the .proto files of a Debian package.
find_path(GOOGLEAPIS_PROTO_DIR google/rpc/error_details.proto
  PATHS /usr/share/gocode/src/github.com/gogo/googleapis
  REQUIRED
  DOC "The folder that holds google/rpc/error_details.proto (golang-github-gogo-googleapis-dev)")

if(CALIBRD_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck CONFIG REQUIRED)
endif()
if(CALIBRD_BUILD_BENCHMARKS)
  find_package(benchmark CONFIG REQUIRED)
endif()
