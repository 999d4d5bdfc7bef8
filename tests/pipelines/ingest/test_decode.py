from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import pytest
import zstandard

from pipelines.errors import FileRefusedError
from pipelines.ingest import decode
from pipelines.ingest.decode import NOT_TEXT, inspect_text

TEXT = "sku;name\n001;Crème brûlée\n"


def seen(folder: Path, content: bytes, compression: str | None = None) -> tuple[str, str, bool]:
    """Return the encoding that was found, the text that it yields, and whether a plain reader could read it."""
    place = folder / "file"
    place.write_bytes(content)
    file = inspect_text(place, compression)
    with file.open() as text:
        return file.encoding, text.read(), file.is_clean


@pytest.mark.parametrize(
    ("encoded", "encoding", "is_clean"),
    [
        (TEXT.encode(), "utf-8", True),
        (b"plain", "utf-8", True),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", True),
        (TEXT.encode("utf-16"), "utf-16", False),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16", False),
        (TEXT.encode("utf-16-le"), "utf-16-le", False),
        (TEXT.encode("utf-16-be"), "utf-16-be", False),
        (TEXT.encode("utf-32"), "utf-32", False),
        (TEXT.encode("cp1252"), "cp1252", False),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoded: bytes, encoding: str, is_clean: bool) -> None:
    expected = "plain" if encoded == b"plain" else TEXT
    assert seen(tmp_path, encoded) == (encoding, expected, is_clean)


def test_one_broken_byte_does_not_turn_a_utf8_file_into_windows_1252(tmp_path: Path) -> None:
    found, text, is_clean = seen(tmp_path, TEXT.encode() + b"002;caf\xe9\n")
    assert (found, is_clean) == ("utf-8", False)
    assert "Crème brûlée" in text
    assert text.endswith(f"caf{NOT_TEXT}\n")


def test_bytes_that_windows_1252_does_not_know_are_marked_too(tmp_path: Path) -> None:
    assert seen(tmp_path, b"na\xefve \x81") == ("cp1252", f"naïve {NOT_TEXT}", False)


def test_a_character_cut_in_two_at_the_end_is_seen(tmp_path: Path) -> None:
    assert seen(tmp_path, "ééé".encode()[:-1]) == ("utf-8", f"éé{NOT_TEXT}", False)


def test_a_character_that_spans_two_chunks_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "CHUNK", 3)
    assert seen(tmp_path, "aé€é".encode()) == ("utf-8", "aé€é", True)


def test_nul_bytes_are_seen(tmp_path: Path) -> None:
    assert seen(tmp_path, b"sku\n0\x001\n") == ("utf-8", "sku\n0\x001\n", False)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_packed_files_of_several_parts_are_read_to_their_end(tmp_path: Path, compression: str) -> None:
    pack = gzip.compress if compression == "gz" else zstandard.ZstdCompressor().compress
    assert seen(tmp_path, pack(b"one\n") + pack(b"two\n"), compression)[1] == "one\ntwo\n"


@pytest.mark.parametrize("compression", ["gz", "zst"])
@pytest.mark.parametrize("cut", [1, 3, 9, 20])
def test_packed_files_that_are_cut_short_are_refused(tmp_path: Path, compression: str, cut: int) -> None:
    text = bytes(range(256)) * 20
    packed = gzip.compress(text) if compression == "gz" else zstandard.ZstdCompressor().compress(text)
    with pytest.raises(FileRefusedError, match="cut short or damaged"):
        seen(tmp_path, packed[:-cut], compression)


@pytest.mark.parametrize("compression", ["gz", "zst"])
@pytest.mark.parametrize("content", [TEXT.encode(), bz2.compress(TEXT.encode())])
def test_what_is_not_packed_so_is_refused(tmp_path: Path, compression: str, content: bytes) -> None:
    with pytest.raises(FileRefusedError, match="cut short or damaged"):
        seen(tmp_path, content, compression)


@pytest.mark.parametrize(
    ("content", "compression"), [(b"", None), (b"", "zst"), (gzip.compress(b"", mtime=0), "gz"), (b"", "gz")]
)
def test_empty_files_are_refused(tmp_path: Path, content: bytes, compression: str | None) -> None:
    with pytest.raises(FileRefusedError, match="the file is empty"):
        seen(tmp_path, content, compression)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_a_packed_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "BOMB_BYTES", 1 << 22)
    zeros = bytes(1 << 23)
    packed = gzip.compress(zeros) if compression == "gz" else zstandard.ZstdCompressor().compress(zeros)
    with pytest.raises(FileRefusedError, match="more than 200 times"):
        seen(tmp_path, packed, compression)
