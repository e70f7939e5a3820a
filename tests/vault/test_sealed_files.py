"""A sealed file reads back whole and from anywhere, or not at all."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.kernel import WorkspaceId
from catchment.testing.vault_world import make_vault_world
from catchment.vault import Box, Cipher, CiphertextRefused
from catchment.vault.sealed_files import (
    FRAME_BYTES,
    SealedWriter,
    create_sealed,
    is_sealed,
    open_sealed,
)

WS = WorkspaceId("wsp_mine")
SECRET = b"13800138000 "


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return make_vault_world(tmp_path).ring().box(WS, "upload")


def sealed(path: Path, box: Box, content: bytes, aad: bytes = b"a") -> Path:
    with create_sealed(path, box, aad) as file:
        file.write(content)
    return path


@pytest.mark.parametrize(
    "size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 200_001]
)
def test_what_was_written_is_read_and_nothing_of_it_stands_on_disk(
    tmp_path: Path, box: Box, size: int
) -> None:
    content = (SECRET * (size // len(SECRET) + 1))[:size]
    path = sealed(tmp_path / "f", box, content)
    assert open_sealed(path, box, b"a").read() == content
    assert is_sealed(path)
    assert SECRET not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


@settings(max_examples=60, deadline=None)
@given(
    chunks=st.lists(st.integers(0, 90_000), max_size=6),
    reads=st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 150_000)), max_size=8),
)
def test_reading_anywhere_reads_what_stands_there(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[int], reads: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("sealed")
    box = make_vault_world(folder).ring().box(WS, "upload")
    content = bytes(i * 7 % 251 for i in range(sum(chunks)))
    with create_sealed(folder / "f", box, b"a") as file:
        start = 0
        for size in chunks:
            file.write(content[start : start + size])
            start += size
            assert file.tell() == start
    plain, found = io.BytesIO(content), open_sealed(folder / "f", box, b"a")
    for place, size in reads:
        assert found.seek(place) == plain.seek(place)
        assert found.read(size) == plain.read(size)
    assert found.seek(0, io.SEEK_END) == len(content)


def test_parquet_spreadsheets_and_archives_live_in_it(tmp_path: Path, box: Box) -> None:
    table = pa.table({"phone": [f"138{i:08}" for i in range(50_000)]})
    with create_sealed(tmp_path / "p", box, b"a") as file:
        pq.write_table(table, file)
    assert pq.read_table(open_sealed(tmp_path / "p", box, b"a")).equals(table)
    book = openpyxl.Workbook()
    book.create_sheet("people").append(["13800138000"])
    with create_sealed(tmp_path / "x", box, b"a") as file:
        book.save(file)
    found = openpyxl.load_workbook(open_sealed(tmp_path / "x", box, b"a"))
    assert found["people"]["A1"].value == "13800138000"
    with (
        create_sealed(tmp_path / "z", box, b"a") as file,
        zipfile.ZipFile(file, "w") as archive,
    ):
        archive.writestr("a.txt", "x" * 200_000)
    with zipfile.ZipFile(open_sealed(tmp_path / "z", box, b"a")) as archive:
        assert archive.read("a.txt") == b"x" * 200_000


@pytest.mark.parametrize("size", [0, 10, FRAME_BYTES, 2 * FRAME_BYTES + 5])
def test_a_cut_file_is_refused_wherever_it_was_cut(tmp_path: Path, box: Box, size: int) -> None:
    path = sealed(tmp_path / "f", box, b"x" * size)
    whole = path.read_bytes()
    frame = FRAME_BYTES + 16
    edges = {0, 4, 8, 11, 40, len(whole) - 1, len(whole) - 16, len(whole) - 17}
    edges |= {len(whole) % frame + frame * i for i in range(3)}
    start = len(sealed(tmp_path / "empty", box, b"").read_bytes()) - 16
    edges |= {start + frame * i for i in range(3)}
    for length in sorted(edge for edge in edges if 0 <= edge < len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(CiphertextRefused):
            open_sealed(path, box, b"a").read()


def test_swapped_frames_flipped_bits_and_added_bytes_are_refused(tmp_path: Path, box: Box) -> None:
    path = sealed(tmp_path / "f", box, b"x" * FRAME_BYTES + b"y" * FRAME_BYTES + b"z")
    whole, frame = path.read_bytes(), FRAME_BYTES + 16
    start = len(whole) - 2 * frame - 17
    first, second = whole[start : start + frame], whole[start + frame : start + 2 * frame]
    rest = whole[start + 2 * frame :]
    for changed in (
        whole[:start] + second + first + rest,
        whole[:start] + first + first + rest,
        whole[:start] + second + rest,
        whole + b"z",
        *(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(0, len(whole), 999)),
    ):
        path.write_bytes(changed)
        with pytest.raises(CiphertextRefused):
            open_sealed(path, box, b"a").read()


def test_a_file_opens_in_its_own_place_use_and_workspace_alone(tmp_path: Path) -> None:
    ring = make_vault_world(tmp_path).ring()
    path = sealed(tmp_path / "f", ring.box(WS, "upload"), b"x")
    for box, aad in (
        (ring.box(WS, "upload"), b"b"),
        (ring.box(WS, "export"), b"a"),
        (ring.box(WorkspaceId("wsp_theirs"), "upload"), b"a"),
    ):
        box.seal(b"", b"")
        with pytest.raises(CiphertextRefused):
            open_sealed(path, box, aad)


def test_what_an_error_or_neglect_left_unfinished_is_no_file(tmp_path: Path, box: Box) -> None:
    class Trouble(Exception): ...

    path = tmp_path / "f"

    def leave_in_the_middle() -> None:
        with create_sealed(path, box, b"a") as file:
            file.write(b"x" * FRAME_BYTES * 2)
            raise Trouble

    with pytest.raises(Trouble):
        leave_in_the_middle()
    with pytest.raises(CiphertextRefused):
        open_sealed(path, box, b"a")
    forgotten: SealedWriter | None = create_sealed(path, box, b"a")
    assert forgotten is not None
    forgotten.write(b"x" * 10)
    forgotten = None
    with pytest.raises(CiphertextRefused):
        open_sealed(path, box, b"a")


def test_sm4_files_are_files_too(tmp_path: Path) -> None:
    ring = make_vault_world(tmp_path).ring()
    old = sealed(tmp_path / "old", ring.box(WS, "upload"), b"before")
    ring.set_cipher(WS, Cipher.SM4_GCM)
    other = WorkspaceId("wsp_sm4")
    ring.set_cipher(other, Cipher.SM4_GCM)
    path = sealed(tmp_path / "f", ring.box(other, "upload"), b"x" * 100_000)
    assert open_sealed(path, ring.box(other, "upload"), b"a").read() == b"x" * 100_000
    assert open_sealed(old, ring.box(WS, "upload"), b"a").read() == b"before"
