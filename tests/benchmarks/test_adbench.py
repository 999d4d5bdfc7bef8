import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.adbench import FOLDER, OURS, detectors, main, measure, page, sets
from benchmarks.page import replace_section

PLAIN = pl.DataFrame(
    {
        "set": ["a", "a", "b", "b"],
        "detector": [OURS, "other"] * 2,
        "auroc": [0.9, 0.8, 0.7, 0.8],
        "average_precision": [0.5, 0.25, 0.5, 0.25],
        "seconds": [1.0, 2.0, 3.0, 4.0],
    }
)


def test_the_page_has_a_row_a_set_the_best_in_bold_and_the_means() -> None:
    lines = page(PLAIN).splitlines()
    assert "| a | **0.900** | 0.800 |" in lines
    assert "| b | 0.700 | **0.800** |" in lines
    assert "| **mean** | **0.500** | 0.250 |" in lines
    assert lines[-1] == f"One fit of each set took: {OURS} 4 s, other 6 s."


def test_a_section_is_replaced_and_what_is_around_it_stays(tmp_path: Path) -> None:
    place = tmp_path / "page.md"
    place.write_text("before\n<!-- begin x -->\nold\n<!-- end x -->\nafter\n", encoding="utf-8")
    for _ in range(2):
        replace_section(place, "x", "new")
    assert place.read_text(encoding="utf-8") == "before\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nafter\n"
    with pytest.raises(ValueError, match="has no section y"):
        replace_section(place, "y", "new")


def test_a_folder_without_sets_is_skipped_with_a_reason(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(tmp_path)]) == 0
    assert f"skipped: {tmp_path} holds no .npz sets" in caplog.text


def test_the_detectors_find_what_stands_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    columns = np.vstack([rng.normal(size=(300, 3)), rng.normal(7, 0.5, size=(5, 3))])
    np.savez(tmp_path / "1_apart.npz", X=columns, y=np.repeat([0, 1], [300, 5]))
    measured = measure(tmp_path, range(2))
    assert set(measured["detector"]) == set(detectors())
    assert measured["set"].to_list() == ["apart"] * measured.height
    assert measured["auroc"].min() == pytest.approx(1.0, abs=0.01)


@pytest.mark.real
def test_on_real_sets_ours_is_no_worse_than_the_isolation_forest() -> None:
    if not any(FOLDER.glob("*.npz")):
        assert os.environ.get("CI") != "true", f"{FOLDER} holds no sets of ADBench"
        pytest.skip(f"{FOLDER} holds no sets of ADBench")
    wanted = {"annthyroid", "cardio", "mammography", "thyroid", "vowels"}
    from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: PLC0415 -- only with the data

    gaps = []
    for name, columns, labels in sets(FOLDER):
        if name in wanted:
            ours, forest = (detectors()[each][0](columns, 1) for each in (OURS, "isolation forest"))
            gaps.append(
                [score(labels, ours) - score(labels, forest) for score in (roc_auc_score, average_precision_score)]
            )
    assert len(gaps) == len(wanted)
    assert (np.mean(gaps, axis=0) > -0.01).all()
