"""The command line: arguments only. Reports go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys

from ready_gate import __version__
from ready_gate.errors import Unavailable, UserError

TYPE_CHECKING = False  # importing it from typing costs half as much as Python's own start
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Callable, Iterator, Sequence

    from ready_gate.context import Display, RunContext
    from ready_gate.facts.registry import Facts
    from ready_gate.model import Checklist, Item, Report, RuleText

OPEN, BLOCKED, UNUSABLE, BROKEN = 0, 1, 2, 3
FORMATS = ("text", "json", "markdown")
SUBJECTS = ("settings", "routes", "models", "migrations")
LATER_FORMATS = ("sarif", "html", "junit")
MAX_JOBS = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Exit status: 0 open, 1 blocked, 2 unusable input, 3 a bug of ours."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments == ["--version"]:  # without argparse: asked for by scripts, often
        return _say(f"ready-gate {__version__}\n")
    try:
        return _dispatch(arguments)
    except UserError as error:
        return _complain(f"ready-gate: {error}", UNUSABLE)
    except Unavailable as error:
        return _complain(f"ready-gate: {error}", UNUSABLE)
    except BrokenPipeError:  # the reader of our output left, `ready-gate list | head`
        sys.stderr.close()
        return OPEN
    except KeyboardInterrupt:
        return _complain("ready-gate: interrupted", 130)
    except Exception as bug:  # noqa: BLE001 - the last line of defence: a bug is exit 3, never an open gate
        return _complain(f"ready-gate: a bug of ready-gate itself: {_where(bug)}", BROKEN)


def _where(bug: Exception) -> str:
    """Type and place of an exception. Its text is left out, since it may quote the project's values."""
    import traceback
    from pathlib import Path

    frames = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(bug.__traceback__)[-4:])
    return f"{type(bug).__name__} at {' < '.join(reversed(list(frames)))}"


def _dispatch(arguments: Sequence[str]) -> int:
    parsed = build_parser().parse_args(arguments)
    command: Callable[[Namespace], int] = parsed.command
    return _uncollected(lambda: command(parsed))


def _uncollected(work: Callable[[], int]) -> int:
    """Run it without the collector of cycles: a command keeps nearly all that it makes to its end, and looking through it again and again took a
    third of the time of a large project, for the same memory."""
    import gc

    collects = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if collects:
            gc.enable()


def build_parser() -> ArgumentParser:
    """All commands and their options."""
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="ready-gate", description="A production-readiness gate for Django projects.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"ready-gate {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_list(commands)
    _add_explain(commands)
    _add_inspect(commands)
    return parser


def _add_check(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = commands.add_parser("check", help="evaluate the checklist on a project and print every item's verdict", allow_abbrev=False)
    parser.set_defaults(command=check)
    _add_project_options(parser)
    parser.add_argument("--staging-url", metavar="URL", help="where the release candidate runs")
    parser.add_argument("--format", choices=(*FORMATS, *LATER_FORMATS), default="text", help="what is printed (default: text)")
    parser.add_argument("--report", action="append", default=[], metavar="FORMAT=FILE", help="also write a report to a file; may be repeated")
    parser.add_argument("--only", action="append", default=[], metavar="ITEM", help="judge only these items (ids, or globs such as 'payment.*')")
    parser.add_argument("--skip", action="append", default=[], metavar="ITEM", help="leave these items out")
    parser.add_argument("--fail-on", choices=("blocker", "major", "minor", "never"), help="the lightest severity that blocks (default: major)")
    parser.add_argument("--history", choices=("none", "pr", "all"), default="none", help="how much of git's history is searched for secrets")
    parser.add_argument("--base", metavar="REV", help="the commit that the release is compared with")
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="checks run side by side (default: 1)")
    parser.add_argument("--staging-record", metavar="FILE", help="keep what staging showed")
    parser.add_argument("--staging-replay", metavar="FILE", help="judge a kept recording instead of asking staging")


def _jobs(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isdecimal() or not 1 <= int(text) <= MAX_JOBS:
        raise ArgumentTypeError(f"a whole number from 1 to {MAX_JOBS} is wanted, not {text!r}")
    return int(text)


def _add_project_options(parser: ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the project's folder (default: this one)")
    parser.add_argument("--config", metavar="FILE", help="the config (default: .ready-gate.yml in the project's folder)")
    parser.add_argument("--checklist", metavar="FILE", help="a checklist of your own")
    parser.add_argument("--env-file", metavar="FILE", help="the environment file of production")
    parser.add_argument("--settings-module", metavar="NAME", help="the settings module of production")
    parser.add_argument("-q", "--quiet", action="store_true", help="only the decision and what blocks")
    parser.add_argument("-v", "--verbose", action="store_true", help="every item with all its findings")


def _add_list(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = commands.add_parser("list", help="the items with severity, rule and the checks behind them", allow_abbrev=False)
    parser.add_argument("--checklist", metavar="FILE", help="a checklist of your own")
    parser.set_defaults(command=list_items)


def _add_explain(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = commands.add_parser("explain", help="what an item or a rule looks at, why it matters, how to fix it", allow_abbrev=False)
    parser.add_argument("name", metavar="ITEM|RULE")
    parser.add_argument("--checklist", metavar="FILE", help="a checklist of your own")
    parser.set_defaults(command=explain)


def _add_inspect(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = commands.add_parser("inspect", help="what the gate understood of the project", allow_abbrev=False)
    parser.add_argument("subject", choices=SUBJECTS)
    _add_project_options(parser)
    parser.add_argument("--base", metavar="REV", help="the commit that the release is compared with")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--show-secrets", action="store_true", help="do not hide literal secrets")
    parser.set_defaults(command=inspect)


def check(arguments: Namespace) -> int:
    """`ready-gate check`."""
    from ready_gate import pipeline

    _refuse_what_is_not_there_yet(arguments)
    files = [_report_target(text) for text in arguments.report]
    screen = _screen()
    progress = _Progress(screen.progress and not arguments.quiet)
    try:
        report = pipeline.run(_context(arguments), progress.tell)
    finally:
        progress.clear()
    for format, path in files:
        _write(path, _render(report, format, arguments))
    _say(_render(report, arguments.format, arguments))
    if errors := [verdict.error for verdict in report.verdicts if verdict.error]:
        return _complain("\n".join(f"ready-gate: a bug of ready-gate itself: {error}" for error in errors), BROKEN)
    return OPEN if report.decision.open else BLOCKED


def _refuse_what_is_not_there_yet(arguments: Namespace) -> None:
    """Options that would change the verdict and do nothing yet are refused, not ignored."""
    wanted = {
        "--staging-record": arguments.staging_record,
        "--staging-replay": arguments.staging_replay,
    }
    for option, value in wanted.items():
        if value is not None:
            raise UserError(f"{option} is not supported by this version")
    if arguments.format in LATER_FORMATS:
        raise UserError(f"--format {arguments.format} is not supported by this version")


def _report_target(text: str) -> tuple[str, str]:
    format, separator, path = text.partition("=")
    if not separator or not path:
        raise UserError(f"--report wants FORMAT=FILE, not {text!r}")
    if format not in FORMATS:
        from ready_gate.nearest import nearest

        raise UserError(f"--report: no format {format!r} in this version{nearest(format, FORMATS)}")
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):  # said before the work, not after it
        raise UserError(f"--report: there is no folder {folder} to write {format} to")
    return format, path


def _context(arguments: Namespace) -> RunContext:
    from datetime import date

    from ready_gate.context import RunContext, active_environment, cache_folder

    return RunContext(
        path=arguments.path,
        today=date.today(),
        config=arguments.config,
        checklist=arguments.checklist,
        env_file=arguments.env_file,
        settings_module=arguments.settings_module,
        staging_url=getattr(arguments, "staging_url", None),
        only=tuple(getattr(arguments, "only", ())),
        skip=tuple(getattr(arguments, "skip", ())),
        fail_on=getattr(arguments, "fail_on", None),
        jobs=getattr(arguments, "jobs", 1),
        history=getattr(arguments, "history", "none"),
        base=getattr(arguments, "base", None),
        cache=cache_folder(),
        virtual_env=active_environment(),
    )


def _render(report: Report, format: str, arguments: Namespace) -> str:
    if format == "json":
        from ready_gate.reporters import json_report

        return json_report.render(report)
    if format == "markdown":
        from ready_gate.reporters import markdown

        return markdown.render(report)
    from ready_gate.reporters import terminal

    screen = _screen()
    return terminal.render(report, width=screen.width, colour=screen.colour, quiet=arguments.quiet, verbose=arguments.verbose)


def _screen() -> Display:
    from shutil import get_terminal_size

    from ready_gate.context import display

    return display(stdout_is_terminal=sys.stdout.isatty(), stderr_is_terminal=sys.stderr.isatty(), width=get_terminal_size((100, 24)).columns)


class _Progress:
    """One line on stderr that says what is being looked at; nothing where stderr is no terminal."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    def tell(self, text: str) -> None:
        """Show this step."""
        if self.shown:
            sys.stderr.write(f"\r\x1b[Klooking at {text[:60]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def list_items(arguments: Namespace) -> int:
    """`ready-gate list`."""
    from ready_gate.reporters import catalogue

    return _say(catalogue.listing(_checklist(arguments)))


def explain(arguments: Namespace) -> int:
    """`ready-gate explain ITEM|RULE`."""
    from ready_gate.nearest import nearest
    from ready_gate.reporters import catalogue

    items = _checklist(arguments)
    if item := items.item(arguments.name):
        return _say(catalogue.explanation(item))
    rules = {rule.id: (item, rule) for item in items.items for rule in (*item.rules, *_rules_of(item))}
    if arguments.name in rules:
        item, rule = rules[arguments.name]
        return _say(catalogue.explanation_of_rule(item, rule))
    raise UserError(f"no item or rule is called {arguments.name!r}{nearest(arguments.name, [*(i.id for i in items.items), *rules])}")


def _rules_of(item: Item) -> Iterator[RuleText]:
    """The rules of the search for secrets, which the item of that search has beside its own."""
    if "security.hardcoded-secrets" not in item.checks():
        return
    from ready_gate.facts.secrets import rules
    from ready_gate.model import RuleText

    for id, kind in rules.kinds().items():
        yield RuleText(id, kind.title, f"Read it from the environment, and revoke the one that was committed: {kind.revoke}.")


def _checklist(arguments: Namespace) -> Checklist:
    from ready_gate import checklist

    return checklist.load(arguments.checklist)


def inspect(arguments: Namespace) -> int:
    """`ready-gate inspect SUBJECT`."""
    from ready_gate import pipeline
    from ready_gate.facts.registry import Facts

    context = _context(arguments)
    facts: Facts = Facts({"options": pipeline.options_of(context, pipeline.load_policy(context).config)})
    return _say(_understood(arguments.subject, facts, arguments))


def _understood(subject: str, facts: Facts, arguments: Namespace) -> str:
    """What the gate understood of one subject: `inspect_models.models_text` and its like write it down."""
    if subject != "settings":
        from importlib import import_module

        shown = getattr(import_module(f"ready_gate.reporters.inspect_{subject}"), f"{subject}_{arguments.format}")
        return str(shown(facts[subject]))
    from ready_gate.reporters import inspect as views

    render = views.settings_json if arguments.format == "json" else views.settings_text
    return render(facts["settings"], facts["project"], show_secrets=arguments.show_secrets)  # type: ignore[arg-type]


def _say(text: str) -> int:
    """Print a report. What the terminal's encoding cannot hold is replaced rather than raised."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()
    return OPEN


def _complain(text: str, status: int) -> int:
    sys.stderr.write("".join(c if c.isprintable() or c == "\n" else "?" for c in text) + "\n")
    return status


def _write(path: str, text: str) -> None:
    """Write a report whole or not at all: to a file beside it first, then in its place."""
    from pathlib import Path

    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f"the report cannot be written: {error.strerror}", path) from error
