# Sourced by the scripts of this folder.
# shellcheck shell=bash

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT
# Tools that Debian does not package; scripts/install-dependencies fills it.
TOOLS=$ROOT/build/tools
export PATH=$TOOLS:$PATH
# How many compilers run at once.
JOBS=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
export JOBS
# Every clone of a machine shares what ccache has compiled: paths count from the clone.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

# shellcheck source=scripts/versions.env
source "$ROOT/scripts/versions.env"

# fail MESSAGE…: says what is wrong and ends the script.
fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}
