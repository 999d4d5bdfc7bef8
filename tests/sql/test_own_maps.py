"""A folder of the user's own teaches a packaged source codes that its maps do not know."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TELL = "import sql; print(sql.maps()['shopify_reasons']); print(*sql.source_folders())"


def told(sources: Path) -> str:
    """Return what a new process knows of maps and sources."""
    variables = os.environ | {"RETURNWATCH_SOURCES_DIR": str(sources), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", TELL], env=variables, capture_output=True, text=True, check=True)
    return done.stdout


def test_codes_are_added_and_win(tmp_path: Path) -> None:
    maps = tmp_path / "shopify" / "maps"
    maps.mkdir(parents=True)
    (maps / "reasons.csv").write_text("code,reason_code,claim_type\nBAD_KARMA,karma,return\nother,misc,\n", "utf-8")
    lines = told(tmp_path).splitlines()
    assert lines[0] == "code,reason_code,claim_type"
    assert {"BAD_KARMA,karma,return", "other,misc,", "COLOR,wrong_color,return"} <= set(lines)
    assert "OTHER,other,return" not in lines


def test_a_folder_with_a_manifest_is_a_source_in_the_place_of_a_packaged_one(tmp_path: Path) -> None:
    for name in ("shopify", "tinyshop"):
        (tmp_path / name / "maps").mkdir(parents=True)
        (tmp_path / name / "manifest.toml").write_text("", "utf-8")
        (tmp_path / name / "maps" / "reasons.csv").write_text(f"code,reason_code\n{name.upper()},x\n", "utf-8")
    lines = told(tmp_path).splitlines()
    assert lines[:2] == ["code,reason_code", "SHOPIFY,x"]
    assert "tinyshop" in lines[-1].split()
