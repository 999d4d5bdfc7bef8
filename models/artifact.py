"""The detector on disk: a skops file and a JSON file beside it, loaded without running code.

The skops file holds the fitted pipeline and the training scores, the JSON file everything that people and
programs ask about a model without loading it. Loading checks, in this order: that both files belong
together, that scikit-learn is the one that trained the model, that only the types named here occur, that
no tree points outside itself (scikit-learn follows such pointers unchecked), and that the version fits.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import sklearn
import skops.io
from sklearn.ensemble import IsolationForest
from sklearn.tree._tree import Tree

from features.contracts import FEATURES, Feature
from models.archive import reproducible
from models.detector import Detector, Training, model_version, taught_version
from models.evidence import TailEvidence
from models.lessons import Lessons
from models.params import DetectorParams

TRUSTED = ("models.evidence.TailEvidence", "models.tail.Tail", "sklearn.tree._tree.Tree")
"""The types that an artifact may hold beside those that skops itself knows to be harmless."""


class ArtifactError(Exception):
    """The artifact cannot be used: missing, damaged, changed, or of other software. Says what to do."""


def metadata_path(path: Path) -> Path:
    """Return where the JSON file of the artifact at ``path`` lies."""
    return path.with_suffix(".json")


def metadata(detector: Detector) -> dict[str, Any]:
    """Return what is said about a model beside it: version, training window, columns, parameters, medians."""
    training = asdict(detector.training)
    for moment in ("first_request", "last_request"):
        training[moment] = training[moment].isoformat() if training[moment] else None
    return {
        "version": detector.version,
        "sklearn": sklearn.__version__,
        "training": training,
        "is_small_training": detector.training.n_rows < detector.params.small_training,
        "params": asdict(detector.params),
        "columns": [feature.name for feature in detector.columns],
        "features": [feature.name for feature in detector.catalogue],
        "medians": detector.medians,
        "intercept": detector.intercept,
        "forest_weight": detector.forest_weight,
        "taught": detector.taught.described() if detector.taught else None,
    }


def save(detector: Detector, path: Path) -> None:
    """Write the artifact at ``path`` (ending .skops) and its JSON file; their folder is made.

    The same detector gives the same bytes.
    """
    state = {"pipeline": detector.pipeline, "quantiles": detector.quantiles}
    dumped = skops.io.dumps(state | ({"order": detector.order} if detector.taught else {}))
    content = reproducible(dumped)
    described = {**metadata(detector), "sha256": hashlib.sha256(content).hexdigest()}
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, content)
    _write(metadata_path(path), (json.dumps(described, indent=2) + "\n").encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step and to disk: an artifact that scores were made with is never half of one."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def load(path: Path, catalogue: tuple[Feature, ...] = FEATURES) -> Detector:
    """Return the detector that was saved at ``path``; its scores are bit for bit those of the saved one.

    Raises ArtifactError when it cannot be trusted or does not fit this software or catalogue.
    """
    try:
        described = json.loads(metadata_path(path).read_text(encoding="utf-8"))
        content = path.read_bytes()
        _check_origin(described, content)
        state = skops.io.loads(content, trusted=list(TRUSTED))
        return _detector(described, state, catalogue)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile) as error:
        what = " ".join(str(error).split())[:200]
        raise ArtifactError(f"The model at {path} cannot be used ({what}). Train it again.") from error


def _check_origin(described: dict[str, Any], content: bytes) -> None:
    """Raise ValueError unless the model file is the described one, made by this scikit-learn."""
    if hashlib.sha256(content).hexdigest() != described["sha256"]:
        raise ValueError("the model file is not the one that its JSON file describes")
    if described["sklearn"] != sklearn.__version__:
        raise ValueError(f"trained with scikit-learn {described['sklearn']}, here is {sklearn.__version__}")


def _detector(described: dict[str, Any], state: dict[str, Any], catalogue: tuple[Feature, ...]) -> Detector:
    """Return the detector of a checked file; ValueError or KeyError where its parts do not fit together."""
    by_name = {feature.name: feature for feature in catalogue}
    known = tuple(by_name[name] for name in described["features"])
    training = Training(**{key: _moment(key, value) for key, value in described["training"].items()})
    params = DetectorParams(**described["params"])
    taught = Lessons.read(described["taught"], state["order"]) if described["taught"] else None
    version = model_version(params, known, training.data_hash)
    version = taught_version(version, taught) if taught else version
    if version != described["version"]:
        raise ValueError(f"its version is {described['version']}, its parts make {version}")
    detector = Detector(
        pipeline=state["pipeline"],
        params=params,
        catalogue=known,
        medians=described["medians"],
        quantiles=state["quantiles"],
        intercept=described["intercept"],
        forest_weight=described["forest_weight"],
        training=training,
        version=version,
        taught=taught,
    )
    _check_pipeline(detector)
    return detector


def _moment(key: str, value: Any) -> Any:  # noqa: ANN401 -- a JSON value
    """Return a training field's value, moments read from ISO text."""
    return datetime.fromisoformat(value) if value is not None and key.endswith("_request") else value


def _check_pipeline(detector: Detector) -> None:
    """Raise ValueError unless the steps are ours, of the right width, with trees that stay within themselves."""
    tails, forest = detector.tails, detector.forest
    if type(tails) is not TailEvidence or type(forest) is not IsolationForest:
        raise ValueError("the pipeline's steps are not evidence and forest")
    is_width = _width(tails) == len(detector.columns) == _taught_width(detector)
    are_orders = all(isinstance(order, np.ndarray) for order in (detector.quantiles, detector.order))
    if not are_orders or not is_width:
        raise ValueError("the pipeline does not fit the columns")
    for estimator in forest.estimators_:
        _check_tree(estimator.tree_, len(tails.members()))


def _taught_width(detector: Detector) -> int:
    """Return how many features the lessons are for; -1 where their own parts do not fit together."""
    if detector.taught is None:
        return len(detector.columns)
    lessons = detector.taught
    sizes = {lessons.weights.weights.size, lessons.weights.extras.size}
    do_fit = len(sizes) == 1 and lessons.credit.size == lessons.decided.rmas.height
    return sizes.pop() if do_fit else -1


def _width(tails: TailEvidence) -> int:
    """Return how many features the first step reads; -1 where its own parts do not fit together."""
    agree = len(tails.families) == len(tails.tails_) and len(tails.family_tails_) == len(tails.members())
    return len(tails.tails_) if agree else -1


def _check_tree(tree: Tree, n_columns: int) -> None:
    """Raise ValueError when a node's children do not come after it, or it splits on a column that is not there."""
    places = np.arange(tree.node_count)
    left, right = tree.children_left, tree.children_right
    leaf = (left == -1) & (right == -1)
    inner = (left > places) & (right > places) & (left < tree.node_count) & (right < tree.node_count)
    inner &= (tree.feature >= 0) & (tree.feature < n_columns)
    if not bool((leaf | inner).all()):
        raise ValueError("a tree of the forest is damaged")
