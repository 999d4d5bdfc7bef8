"""The command line. Each command imports what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import gc
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from pipelines.errors import StoppedError

app = typer.Typer(
    name="returnwatch",
    help="Returns analytics and return-fraud detection: what returns cost and why, and which RMAs deserve a look.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

policy = typer.Typer(name="policy", help="The returns policy: what its clauses cost and save.", no_args_is_help=True)
app.add_typer(policy)

Home = Annotated[
    Path | None, typer.Option("--home", help="Home folder. Default: $RETURNWATCH_HOME, else ./var.", show_default=False)
]
Config = Annotated[
    Path | None, typer.Option("--config", help="Settings file. Default: ./returnwatch.toml, if there is one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Capacity = Annotated[
    int | None, typer.Option("--review-capacity", min=0, help="RMAs the team can look at. Default: 2 % of all.")
]
Name = Annotated[str, typer.Argument(help="Name of the account.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another run that holds the home.")]


class EngineName(StrEnum):
    """Where a run computes features and scores."""

    LOCAL = "local"
    SPARK = "spark"


EXPECTED = frozenset(
    {"ReturnwatchError", "PublishedSetError", "ArtifactError", "StoreError", "DashboardError", "EngineError"}
)
"""Failures that a user can mend, by the name of their class: their modules load only on use."""


def home_of(home: Path | None) -> Path:
    """Return the home folder that a command works in."""
    return home or Path(os.environ.get("RETURNWATCH_HOME") or "var")


@app.command()
def run(
    landing: Annotated[Path, typer.Option("--landing", help="Folder of the delivered exports.")],
    home: Home = None,
    config: Config = None,
    as_of: Annotated[str, typer.Option("--as-of", help="Take the shop as it was at this moment (ISO 8601).")] = "",
    review_capacity: Capacity = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Forget earlier deliveries; read all that is in the folder again.")
    ] = False,
    wait: Wait = 0,
    engine: Annotated[
        EngineName, typer.Option("--engine", help="Where features and scores are computed (docs/spark.md).")
    ] = EngineName.LOCAL,
    master: Annotated[str, typer.Option("--master", help="Spark's master. Default: [spark] master.")] = "",
    as_json: Json = False,
) -> None:
    """Load what is new, score every RMA, reckon what returns cost, and publish."""
    from pipelines.console import RunConsole
    from pipelines.runner import RunRequest
    from pipelines.runner import run as run_graph

    capacity = -1 if review_capacity is None else review_capacity
    request = RunRequest(home_of(home), landing, config, as_of, capacity, full_refresh, wait, engine.value, master)
    with RunConsole() as console:
        summary = run_graph(request, console.step, console.say)
    console.show(summary, as_json=as_json)


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="First day of request (YYYY-MM-DD).")],
    last: Annotated[str, typer.Option("--to", help="Last day of request, included. Default: as --from.")] = "",
    home: Home = None,
    config: Config = None,
    review_capacity: Capacity = None,
    wait: Wait = 3600,
    as_json: Json = False,
) -> None:
    """Make the features of some days anew, then the scores and what depends on them, and publish."""
    from pipelines.console import RunConsole
    from pipelines.runner import RunRequest, parse_days
    from pipelines.runner import backfill as backfill_days

    days = parse_days(first, last or first)
    capacity = -1 if review_capacity is None else review_capacity
    request = RunRequest(home_of(home), Path(), config, review_capacity=capacity, wait_seconds=wait)
    with RunConsole() as console:
        summary = backfill_days(request, days, console.step, console.say)
    console.show(summary, as_json=as_json)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder for the made-up exports; they go to OUT/canonical/.")],
    truth: Annotated[Path, typer.Option("--truth", help="File for the truth, apart from the exports.")],
    orders: Annotated[int, typer.Option("--orders", help="Orders of the shop.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed: the same seed makes the same shop.")] = 7,
    abuse_rate: Annotated[float, typer.Option("--abuse-rate", help="Share of RMAs that are abuse.")] = 0.03,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write a made-up shop's exports, and apart from them which RMAs are abuse."""
    from pipelines.commands import simulate_shop

    del home
    simulate_shop(out, truth, orders, seed, abuse_rate, as_json=as_json)


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Option("--truth", help="Truth file: rma_id, is_fraud, archetype, lookalike.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what the last published scores are worth against a truth file."""
    from pipelines.commands import evaluate_scores

    evaluate_scores(home_of(home), truth, as_json=as_json)


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="A published table, or `reports`: all report tables in one workbook.")],
    format_: Annotated[str, typer.Option("--format", help="csv, parquet, jsonl or xlsx.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write one published table to a file."""
    from pipelines.commands import export_table

    export_table(home_of(home), table, format_, out, as_json=as_json)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")], home: Home = None, as_json: Json = False
) -> None:
    """Write the cost-of-returns report as one HTML file that opens without a network."""
    from pipelines.commands import report_page

    report_page(home_of(home), out, as_json=as_json)


@policy.command()
def replay(
    changes: Annotated[
        list[str],
        typer.Option("--change", help="A changed clause, `window_days=30`; once for each (docs/policy_replay.md)."),
    ],
    assumed_loss: Annotated[
        str, typer.Option("--assumed-loss", help="Share of their purchases that honest shoppers affected give up.")
    ] = "0.1",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Replay changes of the returns policy over the published history: each alone, and all together."""
    from pipelines.policy.commands import replay_policy

    replay_policy(home_of(home), changes, assumed_loss, as_json=as_json)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on. Default: this machine alone.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port. Default: 8050.")] = None,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Serve the dashboards and the review queue until it is stopped."""
    from pipelines.serve import ServeRequest
    from pipelines.serve import serve as serve_pages

    serve_pages(ServeRequest(home_of(home), config, host, port), as_json=as_json)


users = typer.Typer(help="Who may work on the dashboards and the review queue.", no_args_is_help=True)
app.add_typer(users, name="users")


@users.command(name="add")
def users_add(
    name: Name,
    role: Annotated[str, typer.Option("--role", help="analyst, reviewer or admin.")],
    password_stdin: PasswordStdin = False,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an account; the password is asked for."""
    from pipelines.users import add_user

    add_user(home_of(home), config, name, role, from_stdin=password_stdin, as_json=as_json)


@users.command(name="password")
def users_password(
    name: Name, password_stdin: PasswordStdin = False, home: Home = None, config: Config = None, as_json: Json = False
) -> None:
    """Give an account a new password; its sessions and tokens end."""
    from pipelines.users import change_password

    change_password(home_of(home), config, name, from_stdin=password_stdin, as_json=as_json)


@users.command(name="list")
def users_list(home: Home = None, config: Config = None, as_json: Json = False) -> None:
    """Print every account."""
    from pipelines.users import list_users

    list_users(home_of(home), config, as_json=as_json)


@users.command(name="disable")
def users_disable(name: Name, home: Home = None, config: Config = None, as_json: Json = False) -> None:
    """Close an account at once; what it decided stays."""
    from pipelines.users import disable_user

    disable_user(home_of(home), config, name, as_json=as_json)


@users.command(name="token")
def users_token(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option("--scope", help="queue:read, case:read, scores:read or decision:write; may be repeated."),
    ],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Days after which it ends.")] = 90,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a token by which another system acts for an account; it is shown this once."""
    from pipelines.users import make_token

    make_token(home_of(home), config, name, scope, days, as_json=as_json)


@app.command()
def doctor(home: Home = None, config: Config = None, as_json: Json = False) -> None:
    """Say what is installed, configured and published, and what is wrong with it."""
    from pipelines.doctor import examine

    examine(home_of(home), config, as_json=as_json)


@app.command()
def forget(
    customer_id: Annotated[str, typer.Argument(help="customer_id as it stands in the published tables.")],
    landing: Annotated[
        Path | None, typer.Option("--landing", help="Folder of the exports: the receipt tells which still name them.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the rows that would change; change nothing.")
    ] = False,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Erase a person from the home for good; amounts stay, without the person."""
    from pipelines.privacy.commands import erase_person

    erase_person(home_of(home), customer_id, landing, config, is_dry_run=dry_run, as_json=as_json)


@app.command(name="rotate-key")
def rotate_key(home: Home = None, config: Config = None, as_json: Json = False) -> None:
    """Hash everything under a new key: $RETURNWATCH_NEW_KEY, else one that is drawn."""
    from pipelines.privacy.commands import change_key

    change_key(home_of(home), config, as_json=as_json)


def main() -> None:
    """Run the program; an expected failure is one line on stderr and exit code 1, a signal is exit code 130."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    # what the libraries load stays: looking for garbage among it every 700 objects is a tenth of a small run
    gc.set_threshold(50_000, 20, 50)
    try:
        app()
    except StoppedError:
        _fail("interrupted; what was published stands, and the next run does what this one did not", 130)
    except Exception as error:
        names = {kind.__name__ for kind in type(error).__mro__}
        if isinstance(error, OSError) and error.strerror:
            _fail(f"{error.filename or 'the home folder'}: {error.strerror}; check the path and its permissions", 1)
        if not names & EXPECTED:
            raise
        _fail(str(error), 2 if "WrongArgumentError" in names else 1)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """End the program from wherever it is; typer would make silence of a KeyboardInterrupt."""
    del number, frame
    raise StoppedError


def _fail(message: str, code: int) -> NoReturn:
    """Print one line and end the program."""
    sys.stderr.write(f"returnwatch: {' '.join(message.split())}\n")
    sys.exit(code)
