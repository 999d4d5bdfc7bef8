from __future__ import annotations

import os
from pathlib import Path

from tests.program import ROOT
from tests.warm import warm


def test_a_forked_run_has_a_folder_variables_and_words_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    server, variables = warm(ROOT), {"PATH": os.environ["PATH"]}
    argv = ["run", "--landing", "empty"]
    code, out, err = server.run(argv, tmp_path, variables)
    assert (code, out) == (1, "")
    assert "empty: no delivered files" in err
    code, out, err = server.run(argv, tmp_path, variables | {"RETURNWATCH_SPELT__WRONG": "1"})
    assert (code, out) == (1, "")
    assert "RETURNWATCH_SPELT__WRONG: no such setting" in err
    code, out, err = server.run(argv, ROOT, variables)
    assert (code, out) == (1, "")
    assert "empty: no such landing folder" in err
    code, out, err = server.run(["run"], tmp_path, variables)
    assert (code, out) == (2, "")
    assert "--landing" in err
