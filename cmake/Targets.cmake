# How every target of the project is declared.

# Our own code is held to these; generated code is not.
set(CALIBRD_WARNINGS
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-sign-conversion -Wno-missing-field-initializers)
if(CALIBRD_WERROR)
  list(APPEND CALIBRD_WARNINGS -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND CALIBRD_WARNINGS -Wthread-safety)
endif()

# calibrd_library(NAME SOURCES … DEPS …): one static library for one folder.
# Includes are written from the root of the repository.
function(calibrd_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${CALIBRD_WARNINGS})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
endfunction()

# calibrd_binary(NAME SOURCES … DEPS …): one program in build/<preset>/bin.
function(calibrd_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${CALIBRD_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
endfunction()

# calibrd_test(NAME SOURCES … DEPS …): one GoogleTest program, one ctest entry.
function(calibrd_test name)
  calibrd_binary(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE GTest::gmock GTest::gtest GTest::gtest_main
                        rapidcheck rapidcheck_gtest)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    CALIBRD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
