"""Stores that cannot be used: what calibrd says, and that it loses and changes nothing."""

import pathlib
import shutil
from typing import Callable, Iterator

import grpc
import pytest
from calibration.v1 import profile_pb2

from harness.refusal import Refusal, refusal_of
from harness.server import Calibrd
from harness.stored import check_start_fails, files, largest, put, served
from harness.volume import Volume

PROFILE = "models/m/prompts/p"
LARGE = 4000  # labels of a fit that takes some 50 KB of the disk
RESTORE = "restore the store from a backup"


def fill_with_profiles(server: Calibrd) -> None:
    for i in range(40):
        server.client.fit(f"models/m/prompts/p{i}", [0.9, 0.1 + i / 100])
        server.client.fit(f"models/m/prompts/p{i}", [0.5, 0.1 + i / 100])


def large_fit(server: Calibrd, number: int) -> profile_pb2.Profile:
    row = [1.0 + (label * 7919 + number * 104729) % 65536 for label in range(LARGE)]
    return server.client.fit(f"models/large/prompts/p{number}", row, names=None,
                             label_count=LARGE)


def fit_until_refused(server: Calibrd, first: int) -> tuple[int, Refusal]:
    """The number of the fit that was refused."""
    for number in range(first, first + 10_000):
        try:
            large_fit(server, number)
        except grpc.RpcError as error:
            return number, Refusal.of(error)
    raise AssertionError("the disk never became full")


def check_store_full(refusal: Refusal, store: pathlib.Path) -> None:
    assert refusal.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refusal.reason == "STORE_FULL"
    assert refusal.message == (f"the disk of the store in {store} is full: "
                               "free some space; no restart is needed")


@pytest.fixture
def make_volume(tmp_path: pathlib.Path) -> Iterator[Callable[[int], Volume]]:
    made = []

    def make(megabytes: int) -> Volume:
        volume = Volume(tmp_path / f"volume{len(made)}", megabytes)
        made.append(volume)
        return volume

    yield make
    for volume in made:
        volume.end()


# The directory.

def test_a_missing_parent_is_named_and_not_made(servers, tmp_path: pathlib.Path) -> None:
    store = tmp_path / "missing" / "store"
    check_start_fails(store, str(store), f"its parent {store.parent} does not exist",
                      "create it, or mount the volume that should be there")
    assert not store.parent.exists()
    store.parent.mkdir()
    server = servers.start(store=f"rocksdb:{store}")
    assert server.client.fit(PROFILE, [0.9, 0.1]).revision == 1


def test_a_file_is_no_store_and_stays_as_it_is(tmp_path: pathlib.Path) -> None:
    store = tmp_path / "notes"
    store.write_text("mine")
    check_start_fails(store, str(store), "it is a file, and has to be a directory")
    assert store.read_text() == "mine"


def test_a_store_in_use_is_left_to_its_first_server(servers) -> None:
    first = servers.start()
    fill_with_profiles(first)
    before = served(first)
    store = first.directory / "store"
    content = files(store)
    check_start_fails(store, f"the store in {store} is in use by another process",
                      "stop it or choose another --store")
    assert files(store) == content
    assert served(first) == before
    assert first.client.fit("models/m/prompts/p0", [0.4, 0.6]).revision == 3
    after = served(first)
    first.stop()
    second = servers.start(store=first.store)
    assert served(second) == after


def test_a_read_only_store_is_refused_and_unchanged(make_volume, servers) -> None:
    volume = make_volume(64)
    store = volume.directory / "store"
    server = servers.start(store=f"rocksdb:{store}")
    fill_with_profiles(server)
    before = served(server)
    server.stop()
    content = files(store)
    volume.make_read_only()
    check_start_fails(store, str(store), "Read-only file system",
                      "calibrd has to be able to write there")
    check_start_fails(volume.directory / "new",
                      "it does not exist and cannot be made: Read-only file system")
    assert files(store) == content
    volume.make_writable()
    assert served(server.start()) == before


# A full disk.

def test_no_store_is_made_on_a_full_disk(make_volume, servers) -> None:
    volume = make_volume(16)
    store = volume.directory / "store"
    volume.fill()
    check_start_fails(store, f"the disk of the store in {store} is full",
                      "it cannot be opened: free some space")
    volume.free()
    server = servers.start(store=f"rocksdb:{store}")
    assert server.client.fit(PROFILE, [0.9, 0.1]).revision == 1


def test_a_store_that_its_disk_has_no_room_to_open_keeps_all(make_volume, servers) -> None:
    volume = make_volume(64)
    store = volume.directory / "store"
    server = servers.start(store=f"rocksdb:{store}")
    fill_with_profiles(server)
    before = served(server)
    server.kill()
    volume.fill()
    check_start_fails(store, f"the disk of the store in {store} is full",
                      "it cannot be opened: free some space")
    volume.free()
    assert served(server.start()) == before


def test_a_disk_that_fits_filled_refuses_fits_and_nothing_else(make_volume,
                                                               servers) -> None:
    volume = make_volume(24)
    store = volume.directory / "store"
    volume.fill(bytes_left=12 << 20)
    server = servers.start(store=f"rocksdb:{store}")
    server.client.fit(PROFILE, [0.9, 0.1])
    refused, refusal = fit_until_refused(server, 0)
    assert refused > 10
    check_store_full(refusal, store)
    before = served(server)
    assert len(before) == 2 * (refused + 1)
    assert refusal_of(large_fit, server, refused).reason == "STORE_FULL"
    assert list(server.client.calibrate(PROFILE, [0.9, 0.1]).best) == [0]

    server.kill()  # calibrd has left itself room to start
    assert served(server.start()) == before
    refused, refusal = fit_until_refused(server, refused)
    check_store_full(refusal, store)
    before = served(server)

    volume.free()
    assert large_fit(server, refused).revision == 1
    after = served(server)
    assert after.items() > before.items()
    server.kill()
    assert served(server.start()) == after
    assert served(server.restart()) == after


def test_a_disk_that_others_filled_refuses_fits_until_there_is_room(make_volume,
                                                                    servers) -> None:
    volume = make_volume(24)
    store = volume.directory / "store"
    server = servers.start(store=f"rocksdb:{store}")
    for number in range(5):
        large_fit(server, number)
    before = served(server)
    volume.fill()
    for _ in range(3):
        check_store_full(refusal_of(large_fit, server, 5), store)
        assert served(server) == before
    volume.free()
    assert large_fit(server, 5).revision == 1
    after = served(server)
    assert after.items() > before.items()
    server.kill()
    assert served(server.start()) == after


# Damage.

@pytest.fixture(scope="module")
def closed(module_servers) -> Iterator[tuple[pathlib.Path, dict]]:
    """A store whose profiles are in tables, and what it serves."""
    server = module_servers.start()
    fill_with_profiles(server)
    content = served(server)
    server.stop()
    yield server.directory / "store", content


@pytest.fixture(scope="module")
def crashed(module_servers) -> Iterator[tuple[pathlib.Path, dict]]:
    """A store whose profiles are in the write-ahead log."""
    server = module_servers.start()
    fill_with_profiles(server)
    content = served(server)
    server.kill()
    yield server.directory / "store", content


def flip(file: pathlib.Path, part: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * part)] ^= 0x10
    file.write_bytes(content)


def check_damage(servers, store: pathlib.Path, content: dict, file: pathlib.Path,
                 undo: Callable[[], None]) -> None:
    """Two starts name `file` and leave it; when it is restored, all is there."""
    damaged = files(store).get(file.name)
    for _ in range(2):
        check_start_fails(store, f"the store in {store} is damaged", str(file), RESTORE)
        assert files(store).get(file.name) == damaged
    undo()
    assert served(servers.start(store=f"rocksdb:{store}")) == content


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", [".sst", ".log"])
def test_a_flipped_bit_is_found_and_its_file_named(request, servers,
                                                   tmp_path: pathlib.Path, kind: str,
                                                   part: float) -> None:
    whole, content = request.getfixturevalue("closed" if kind == ".sst" else "crashed")
    store = shutil.copytree(whole, tmp_path / "store")
    file = largest(store, kind)
    flip(file, part)
    check_damage(servers, store, content, file, undo=lambda: flip(file, part))


@pytest.mark.parametrize("name", ["*.sst", "CURRENT"])
def test_a_deleted_file_is_missed_and_named(closed, servers, tmp_path: pathlib.Path,
                                            name: str) -> None:
    whole, content = closed
    store = shutil.copytree(whole, tmp_path / "store")
    file = largest(store, ".sst") if name == "*.sst" else store / name
    file.unlink()
    check_damage(servers, store, content, file,
                 undo=lambda: shutil.copy(whole / file.name, file))


def test_a_deleted_log_is_missed_and_named(crashed, servers,
                                           tmp_path: pathlib.Path) -> None:
    whole, content = crashed
    store = shutil.copytree(whole, tmp_path / "store")
    file = largest(store, ".log")
    file.unlink()
    check_start_fails(store, f"{store}/*.log", "is missing", RESTORE)
    shutil.copy(whole / file.name, file)
    assert served(servers.start(store=f"rocksdb:{store}")) == content


# Another format.

def test_an_unknown_format_version_is_refused_and_left(closed, servers,
                                                       tmp_path: pathlib.Path) -> None:
    whole, content = closed
    store = shutil.copytree(whole, tmp_path / "store")
    put(store, b"meta/format", b"2")
    check_start_fails(store, str(store), 'has format version "2"',
                      "this calibrd knows version 1",
                      "run the calibrd that wrote it, or choose another --store")
    put(store, b"meta/format", b"1")
    assert served(servers.start(store=f"rocksdb:{store}")) == content


def test_a_store_of_another_program_is_refused_and_left(tmp_path: pathlib.Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    put(store, b"another", b"program")
    check_start_fails(store, str(store), "holds something, but no format version")
