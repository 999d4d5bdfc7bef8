from __future__ import annotations

import numpy as np
import pytest

from pipelines.simulate.comments import SILENT, WAYS, comment_texts, draw_comments
from pipelines.simulate.draw import NONE
from pipelines.simulate.vocabulary import CLOSINGS, COMMENTS, DETAILS, OPENINGS

N = 20_000


def test_a_comment_says_its_reason() -> None:
    reason = np.random.default_rng(0).integers(0, len(COMMENTS), N)
    comment = draw_comments(np.random.default_rng(1), reason, np.zeros(N, dtype=bool), np.zeros(N, dtype=np.int64))
    texts = comment_texts(comment)
    for code, text in zip(reason[:500].tolist(), texts[:500].to_list(), strict=True):
        assert text is None or any(saying in text for saying in COMMENTS[code])
    assert (comment == NONE).mean() == pytest.approx(SILENT, abs=0.02)
    assert ((comment == NONE) == texts.is_null().to_numpy()).all()


def test_every_text_is_put_together_from_its_parts() -> None:
    assert len(COMMENTS[0]) * len(OPENINGS) * len(DETAILS) * len(CLOSINGS) == WAYS
    assert comment_texts(np.array([0, 1, WAYS]))[:2].to_list() == [COMMENTS[0][0], COMMENTS[0][0] + CLOSINGS[1]]
    assert comment_texts(np.array([WAYS]))[0] == COMMENTS[1][0]
    last = comment_texts(np.array([len(COMMENTS) * WAYS - 1]))[0]
    assert last == OPENINGS[-1] + COMMENTS[-1][-1] + DETAILS[-1] + CLOSINGS[-1]


def test_given_texts_repeat_and_others_hardly_do() -> None:
    reason = np.full(N, 3)
    source = np.arange(N) // 50
    rng = np.random.default_rng(2)
    given = comment_texts(draw_comments(rng, reason, np.ones(N, dtype=bool), source)).drop_nulls()
    own = comment_texts(draw_comments(rng, reason, np.zeros(N, dtype=bool), source)).drop_nulls()
    assert given.n_unique() < 0.3 * len(given)
    long = own.filter(own.str.len_chars() > 60)
    assert long.n_unique() > 0.55 * len(long)


def test_nobody_writes_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert len(draw_comments(np.random.default_rng(0), none, none.astype(bool), none)) == 0
