import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import RobustScaler

from features.catalogue import Feature
from models.artifact import ArtifactError, load, metadata, metadata_path, save
from models.detector import Detector, fit_detector, raw_score
from models.explain import contributions
from models.params import DetectorParams


@pytest.fixture
def saved(tmp_path: Path, detector: Detector) -> Path:
    path = tmp_path / "models" / "detector.skops"
    save(detector, path)
    return path


def forge(path: Path, content: bytes, **changes: object) -> None:
    """Replace the model file, and make the JSON file agree with it."""
    path.write_bytes(content)
    described = json.loads(metadata_path(path).read_text())
    described.update(sha256=hashlib.sha256(content).hexdigest(), **changes)
    metadata_path(path).write_text(json.dumps(described))


def test_a_loaded_detector_is_the_saved_one_to_the_last_bit(
    saved: Path, detector: Detector, shop: pl.DataFrame, catalogue: tuple[Feature, ...]
) -> None:
    loaded = load(saved, catalogue)
    np.testing.assert_array_equal(raw_score(loaded, shop), raw_score(detector, shop))
    np.testing.assert_array_equal(contributions(loaded, shop), contributions(detector, shop))
    np.testing.assert_array_equal(loaded.quantiles, detector.quantiles)
    assert (loaded.version, loaded.intercept, loaded.medians) == (
        detector.version,
        detector.intercept,
        detector.medians,
    )
    assert (loaded.params, loaded.training, loaded.catalogue) == (detector.params, detector.training, catalogue)


def test_the_same_detector_gives_the_same_bytes(
    tmp_path: Path, saved: Path, shop: pl.DataFrame, detector: Detector, catalogue: tuple[Feature, ...]
) -> None:
    again = tmp_path / "again.skops"
    save(fit_detector(shop, detector.params, catalogue), again)
    assert again.read_bytes() == saved.read_bytes()
    assert metadata_path(again).read_bytes() == metadata_path(saved).read_bytes()


def test_the_metadata_say_what_the_model_was_made_from(saved: Path, detector: Detector) -> None:
    described = json.loads(metadata_path(saved).read_text())
    assert described["version"] == detector.version
    assert described["columns"] == ["rma_amount", "rma_units", "unmatched_unit_share", "hours_kept"]
    assert described["training"]["n_rows"] == 300
    assert described["training"]["first_request"] == "2026-01-01T00:00:00"
    assert described["params"]["n_trees"] == 25
    assert described["medians"] == detector.medians
    assert not described["is_small_training"]


def test_the_metadata_of_a_small_window_say_so(shop: pl.DataFrame, catalogue: tuple[Feature, ...]) -> None:
    small = fit_detector(shop.head(49), DetectorParams(n_trees=2), catalogue)
    assert metadata(small)["is_small_training"]


def test_a_changed_model_file_is_refused(saved: Path, catalogue: tuple[Feature, ...]) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(bytes(content))
    with pytest.raises(ArtifactError, match=r"not the one that its JSON file describes.*Train it again"):
        load(saved, catalogue)


def test_a_foreign_type_is_refused(saved: Path, catalogue: tuple[Feature, ...]) -> None:
    class Foreign:
        pass

    content = skops.io.dumps({"pipeline": Foreign(), "quantiles": np.ones(1)})
    forge(saved, content)
    with pytest.raises(ArtifactError, match="Untrusted types found in the file"):
        load(saved, catalogue)


def test_another_pipeline_is_refused(saved: Path, catalogue: tuple[Feature, ...]) -> None:
    other = Pipeline([("evidence", RobustScaler()), ("forest", LinearRegression())])
    forge(saved, skops.io.dumps({"pipeline": other, "quantiles": np.ones(1)}))
    with pytest.raises(ArtifactError, match="steps are not evidence and forest"):
        load(saved, catalogue)


def test_a_pipeline_of_another_width_is_refused(
    saved: Path, shop: pl.DataFrame, catalogue: tuple[Feature, ...]
) -> None:
    narrow = fit_detector(shop, DetectorParams(n_trees=2), catalogue[:-1])
    forge(saved, skops.io.dumps({"pipeline": narrow.pipeline, "quantiles": narrow.quantiles}))
    with pytest.raises(ArtifactError, match="does not fit the columns"):
        load(saved, catalogue)


@pytest.mark.parametrize(("field", "value"), [("left_child", 0), ("left_child", 10_000), ("feature", 99)])
def test_a_tree_that_points_outside_itself_is_refused(
    saved: Path, shop: pl.DataFrame, catalogue: tuple[Feature, ...], field: str, value: int
) -> None:
    damaged = fit_detector(shop, DetectorParams(n_trees=2), catalogue)
    tree = damaged.forest.estimators_[0].tree_
    state = tree.__getstate__()
    state["nodes"] = state["nodes"].copy()
    state["nodes"][field][0] = value
    tree.__setstate__(state)
    forge(saved, skops.io.dumps({"pipeline": damaged.pipeline, "quantiles": damaged.quantiles}))
    with pytest.raises(ArtifactError, match="a tree of the forest is damaged"):
        load(saved, catalogue)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sklearn": "0.1"}, r"trained with scikit-learn 0\.1, here is"),
        ({"version": "000000000000"}, "its version is 000000000000, its parts make"),
        ({"features": ["long_gone"]}, "long_gone"),
        ({"params": {"n_stumps": 3}}, "n_stumps"),
    ],
)
def test_metadata_that_do_not_fit_are_refused(
    saved: Path, catalogue: tuple[Feature, ...], changes: dict[str, object], message: str
) -> None:
    forge(saved, saved.read_bytes(), **changes)
    with pytest.raises(ArtifactError, match=message):
        load(saved, catalogue)


def test_a_file_that_is_no_archive_is_refused(saved: Path, catalogue: tuple[Feature, ...]) -> None:
    forge(saved, b"something else")
    with pytest.raises(ArtifactError, match="cannot be used"):
        load(saved, catalogue)


def test_a_missing_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"none\.skops cannot be used .*Train it again"):
        load(tmp_path / "none.skops")
