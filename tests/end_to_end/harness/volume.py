"""A small file system in memory, to be filled, emptied and made read-only."""

import os
import pathlib
import subprocess

import pytest


class Volume:
    """Mounted on a directory of its own until end(). Skips the test where it may not."""

    def __init__(self, directory: pathlib.Path, megabytes: int) -> None:
        directory.mkdir(parents=True)
        self.directory = directory
        self.ballast = directory / "ballast"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(directory)],
            capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            pytest.skip(f"mounting a tmpfs is not permitted here: {mounted.stderr.strip()}")

    def end(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.directory)], check=True)

    def make_read_only(self) -> None:
        self._remount("ro")

    def make_writable(self) -> None:
        self._remount("rw")

    def _remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", str(self.directory)], check=True)

    def fill(self, bytes_left: int = 0) -> None:
        """Another program takes all space but `bytes_left`."""
        self.ballast.touch()
        size = _free(self.directory) - bytes_left
        with open(self.ballast, "ab", buffering=0) as ballast:
            try:
                while size > 0:
                    size -= ballast.write(b"\xaa" * min(size, 1 << 20))
            except OSError:
                pass  # not one byte more fits

    def free(self) -> None:
        """That program removes its file."""
        self.ballast.unlink()


def _free(directory: pathlib.Path) -> int:
    space = os.statvfs(directory)
    return space.f_bavail * space.f_frsize
