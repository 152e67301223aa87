#!/usr/bin/python3
"""Plants wrong arrows in a small tree and expects layers.py to name each."""

import pathlib
import tempfile
import unittest

import layers

GRPC_STATUS = "return grpc::Status(grpc::StatusCode::NOT_FOUND, message);\n"


class Layers(unittest.TestCase):
    def errors(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(text, encoding="utf-8")
            return layers.errors_of(pathlib.Path(folder))

    def assert_caught(self, path, text, words):
        errors = self.errors(path, text)
        self.assertEqual(len(errors), 1, errors)
        self.assertIn(path, errors[0])
        self.assertIn(words, errors[0])

    def assert_clean(self, path, text):
        self.assertEqual(self.errors(path, text), [])

    def test_calibration_includes_neither_protobuf_nor_grpc_nor_server(self):
        path = "calibration/prior.cc"
        self.assert_clean(path, '#include "calibration/prior.h"\n#include <vector>\n')
        self.assert_caught(path, "#include <grpcpp/grpcpp.h>\n", "gRPC")
        self.assert_caught(path, "#include <google/protobuf/message.h>\n", "protobuf")
        self.assert_caught(path, '#include "server/store/key_value_store.h"\n', "server/store")
        self.assert_caught(path, '#include "client/client.h"\n', "client")

    def test_calibration_does_not_include_its_wire_types(self):
        errors = self.errors("calibration/prior.cc",
                             '#include "calibration/v1/profile.pb.h"\n')
        self.assertTrue(any("protobuf" in error for error in errors), errors)

    def test_store_and_catalog_do_not_include_upward(self):
        store, catalog = "server/store/a.cc", "server/catalog/a.cc"
        self.assert_clean(store, '#include "calibration/v1/profile.pb.h"\n')
        self.assert_clean(catalog, '#include "server/store/profile_store.h"\n')
        self.assert_caught(store, '#include "server/service/a.h"\n', "server/service")
        self.assert_caught(store, '#include "server/catalog/a.h"\n', "server/catalog")
        self.assert_caught(catalog, '#include "server/service/a.h"\n', "server/service")
        self.assert_caught(catalog, '#include "server/server.h"\n', "server")

    def test_only_the_program_wires_the_layers_together(self):
        self.assert_clean("server/main.cc", '#include "server/service/a.h"\n')
        self.assert_caught("server/service/a.cc", '#include "server/options.h"\n', "server")

    def test_foundation_of_the_server_includes_no_layer(self):
        self.assert_clean("server/store/a.h", '#include "server/mutex.h"\n')
        self.assert_caught("client/a.h", '#include "server/mutex.h"\n', "server")
        self.assert_caught("server/mutex.h", '#include "server/store/a.h"\n', "server/store")

    def test_client_never_includes_server(self):
        self.assert_clean("client/calibctl/a.cc", '#include "client/client.h"\n')
        self.assert_caught("client/calibctl/a.cc", '#include "server/catalog/a.h"\n',
                           "server/catalog")

    def test_nothing_that_is_shipped_includes_tests(self):
        self.assert_caught("server/store/a.cc", '#include "tests/fake.h"\n', "tests")

    def test_statuses_are_made_in_one_place(self):
        self.assert_clean("server/service/grpc_status.cc", GRPC_STATUS)
        self.assert_caught("server/service/fit.cc", GRPC_STATUS, "grpc_status")
        self.assert_caught("server/service/fit.cc",
                           'return {grpc::StatusCode::INTERNAL, "x"};\n', "grpc_status")
        self.assert_caught("server/service/fit.cc",
                           'grpc::Status status{grpc::StatusCode::INTERNAL, "x"};\n',
                           "grpc_status")

    def test_passing_a_status_on_is_no_making(self):
        self.assert_clean("server/service/fit.cc", "reactor->Finish(grpc::Status::OK);\n")
        self.assert_clean("server/service/fit.cc", "return grpc::Status();\n")
        self.assert_clean("server/service/fit.cc",
                          "grpc::Status Check(const Request& request);\n")
        self.assert_clean("server/service/fit.cc",
                          "if (s.error_code() == grpc::StatusCode::OK) return;\n")
        self.assert_clean("server/service/fit.cc", "// " + GRPC_STATUS)

    def test_a_clone_works_alone(self):
        self.assert_caught("docs/a.md", "see .." + "/shared/design\n", "clone")


if __name__ == "__main__":
    unittest.main()
