"""A process that has given up what it does not need cannot have it back: tried in processes that did so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.ingest.confine import CREATE_RULESET, Reach, confine

TRY = """
import os, socket, sys
import sql
from pathlib import Path
from pipelines.ingest.confine import Reach, confine
base, parent = Path(sys.argv[1]), int(sys.argv[2])
if not confine(Reach(reads=(base / "landing",), writes=(base / "staging",))):
    sys.exit("no landlock")
def connect():
    with socket.socket() as line:
        line.connect(("127.0.0.1", int(sys.argv[3])))
tries = {
    "read landing": lambda: (base / "landing/a.csv").read_bytes(),
    "write staging": lambda: (base / "staging/new").write_text("x"),
    "remove staging": lambda: (base / "staging/new").unlink(),
    "import": lambda: __import__("pyarrow"),
    "statement": lambda: sql.statement("ingest/read_text"),
    "write landing": lambda: (base / "landing/b.csv").write_text("x"),
    "remove landing": lambda: (base / "landing/a.csv").unlink(),
    "read beside": lambda: (base / "secret").read_bytes(),
    "list above": lambda: os.listdir(base),
    "read by link": lambda: (base / "landing/link.csv").read_bytes(),
    "passwords": lambda: Path("/etc/passwd").read_bytes(),
    "parent's variables": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
    "signal": lambda: os.kill(parent, 0),
    "network": connect,
}
for name, attempt in tries.items():
    try:
        attempt()
        print(name)
    except OSError:
        pass
"""


def run(base: Path, port: int = 9) -> subprocess.CompletedProcess[str]:
    """Confine a process to folders below ``base`` and return what it could still do."""
    command = [sys.executable, "-c", TRY, str(base), str(os.getpid()), str(port)]
    # a process that may write nowhere else cannot leave its measurement of coverage behind
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    root = Path(__file__).parents[3]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, env=environment)


@pytest.fixture(name="base")
def _base(tmp_path: Path) -> Path:
    for name in ("landing/a.csv", "staging/old", "secret"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "landing/link.csv").symlink_to(tmp_path / "secret")
    return tmp_path


def test_what_is_left_is_the_landing_folder_to_read_and_the_staging_folder_to_write(base: Path) -> None:
    done = run(base)
    if "no landlock" in done.stderr:
        pytest.skip("this system has no Landlock")
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["read landing", "write staging", "remove staging", "import", "statement"]
    assert (base / "secret").exists()


def test_a_system_without_it_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.ingest.confine.sys.platform", "darwin")
    assert confine(Reach((), ())) is False
    assert CREATE_RULESET == 444


DIE = """
import subprocess, sys, time
child = '''
import sys, time
from pipelines.ingest.confine import die_with_parent
die_with_parent(int(sys.argv[1]))
print("ready", flush=True)
time.sleep(60)
'''
import os
process = subprocess.Popen([sys.executable, "-c", child, str(os.getpid() + int(sys.argv[1]))], stdout=subprocess.PIPE)
print(process.pid, process.stdout.readline().decode().strip(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("off", "said"), [(0, ["ready"]), (1, [])], ids=["its parent", "another's child"])
def test_a_process_ends_with_the_one_that_started_it(off: int, said: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIE, str(off)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    ) as parent:
        assert parent.stdout is not None
        pid, *rest = parent.stdout.readline().split()
        parent.kill()
    assert rest == said
    # the system hands an orphan to another process, which may wait for it a little later
    for _ in range(1_000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state in "ZX":
            return
    pytest.fail("the process outlived its parent")
