"""A packed file is read as what is in it, and never allowed to become a flood."""

import gzip
import zipfile
from pathlib import Path

import pytest

from catchment.collect.imports.errors import ArchiveRefused, UnreadableFile
from catchment.collect.imports.scan import scan
from catchment.collect.imports.unpack import UnpackLimits, open_file

LIMITS = UnpackLimits(bytes_max=2_000_000, ratio_max=50, ratio_free_bytes=100_000, entries_max=5)


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _read(path: Path) -> bytes:
    with open_file(path, LIMITS).open() as stream:
        return stream.read()


def test_gz_and_zip_give_what_is_in_them_whatever_they_are_called(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n"
    packed = tmp_path / "without-ending"
    packed.write_bytes(gzip.compress(content))
    archive = _zip(tmp_path / "x.bin", {"__MACOSX/._a.csv": b"junk", "dir/a.csv": content})
    assert _read(packed) == _read(archive) == content
    assert open_file(archive).name == "a.csv"


def test_plain_and_packed_have_one_content_hash(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n"
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    archive = _zip(tmp_path / "c.zip", {"z.csv": content})
    hashes = {scan(open_file(path)).content_hash for path in (plain, packed, archive)}
    assert len(hashes) == 1


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, kind: str) -> None:
    bomb = tmp_path / f"bomb.{kind}"
    if kind == "gz":
        bomb.write_bytes(gzip.compress(b"\0" * 1_500_000))
    else:
        _zip(bomb, {"a.csv": b"\0" * 1_500_000})
    with pytest.raises(ArchiveRefused, match="50 times"):
        _read(bomb)


def test_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    noise = b"".join(i.to_bytes(4, "big") for i in range(600_000))
    bomb = tmp_path / "big.gz"
    bomb.write_bytes(gzip.compress(noise))
    with pytest.raises(ArchiveRefused, match="2000000 bytes"):
        _read(bomb)


def test_a_long_chain_of_gzip_members_is_one_stream_under_one_limit(tmp_path: Path) -> None:
    bomb = tmp_path / "chain.gz"
    bomb.write_bytes(gzip.compress(b"\0" * 90_000) * 20)
    with pytest.raises(ArchiveRefused):
        _read(bomb)


def test_an_archive_inside_an_archive_is_refused(tmp_path: Path) -> None:
    inner = gzip.compress(b"a,b\n")
    outer = tmp_path / "outer.gz"
    outer.write_bytes(gzip.compress(inner))
    with pytest.raises(ArchiveRefused, match="another archive"):
        open_file(outer, LIMITS)
    with pytest.raises(ArchiveRefused, match="another archive"):
        open_file(_zip(tmp_path / "outer.zip", {"x.gz": inner}), LIMITS)


def test_an_archive_of_many_entries_or_of_several_files_is_refused(tmp_path: Path) -> None:
    many = _zip(tmp_path / "many.zip", {f"{i}.csv": b"x" for i in range(6)})
    with pytest.raises(ArchiveRefused, match="5 entries"):
        open_file(many, LIMITS)
    with pytest.raises(ArchiveRefused, match="2 files"):
        open_file(_zip(tmp_path / "two.zip", {"a.csv": b"x", "b.csv": b"y"}), LIMITS)
    with pytest.raises(ArchiveRefused, match="0 files"):
        open_file(_zip(tmp_path / "none.zip", {}), LIMITS)


def test_a_workbook_that_unfolds_too_far_is_refused_before_it_is_read(tmp_path: Path) -> None:
    book = _zip(
        tmp_path / "bomb.xlsx", {"[Content_Types].xml": b"<x/>", "xl/s.xml": b" " * 1_500_000}
    )
    with pytest.raises(ArchiveRefused, match="workbook"):
        open_file(book, LIMITS)


def test_a_cut_or_damaged_file_is_named_as_such(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
    with pytest.raises(UnreadableFile, match="damaged"):
        _read(cut)
    torn = tmp_path / "torn.zip"
    torn.write_bytes(b"PK\x03\x04" + b"rubbish" * 10)
    with pytest.raises(UnreadableFile, match="damaged archive"):
        open_file(torn)
    with pytest.raises(UnreadableFile):
        open_file(tmp_path / "absent.csv")
