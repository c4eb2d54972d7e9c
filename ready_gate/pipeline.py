"""The whole flow: context → facts → checks → verdicts → gate → report. The file to open first."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from ready_gate import __version__, attestations, checklist, config, gate, verdicts
from ready_gate.checks import Check, load, load_all
from ready_gate.context import RunContext
from ready_gate.errors import NothingToJudge, Unavailable, UserError
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Git, Options, Project
from ready_gate.model import Attestation, Checklist, Item, Outcome, Report, Severity, Status, Subject, Verdict
from ready_gate.nearest import nearest

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Policy:
    """What the user decides: the checklist as selected and re-weighted, the config, and people's words."""

    checklist: Checklist
    config: config.Config
    attestations: tuple[Attestation, ...]


def run(context: RunContext, tell: Tell = lambda text: None) -> Report:
    """Evaluate the checklist on a project.

    `tell` is called with a short text on each step. Raises `UserError` where the call, the config, the checklist or an input file is unusable.
    """
    started = time.monotonic()
    policy = load_policy(context)
    facts = Facts({"options": options_of(context, policy.config)})
    checks = load(dict.fromkeys(id for item in policy.checklist.items for id in item.checks()))
    if any("secrets" in checks[id].needs for item in policy.checklist.items for id in item.checks()):
        facts.begin("secrets")
    project = cast(Project, facts["project"])
    outcomes = run_checks(policy.checklist.items, checks, facts, context.jobs, tell)
    judged = tuple(judge(item, outcomes, policy, context) for item in policy.checklist.items)
    decision = gate.decide(judged, fail_on=context.fail_on or policy.config.gate.fail_on, inconclusive=policy.config.gate.inconclusive)
    return Report(
        subject=subject_of(context, policy.config, project, facts),
        decision=decision,
        verdicts=judged,
        sections=policy.checklist.sections,
        notes=(*project.notes, *unused_words(policy, judged, context)),
        seconds=time.monotonic() - started,
        tool_version=__version__,
    )


def load_policy(context: RunContext) -> Policy:
    """Config, checklist and attestations, each validated; items narrowed by `only`/`skip` and re-weighted by the config."""
    if not Path(context.path).is_dir():
        raise UserError(f"there is no folder {context.path}")
    # The config names items and the checklist may be named by the config: read it once for the name, once against the items.
    named = context.checklist or config.checklist_of(context.path, context.config)
    known = load_all() if named else None  # ours is in order, which the tests hold
    items = checklist.load(named, known)
    if known is not None and (unknown := checklist.unknown_checks(items, known)):
        raise UserError(f"no check is called {unknown[0]!r}{nearest(unknown[0], known)}", path=named)
    settings = config.load(context.path, context.config, items)
    words = attestations.load(context.path, settings.attestations, items, context.today)
    return Policy(select(reweigh(items, settings), context.only, context.skip), settings, words)


def reweigh(items: Checklist, settings: config.Config) -> Checklist:
    """The checklist with the severities that the config gives its items."""
    changed = (replace(item, severity=Severity(settings.severity_of(item.id) or item.severity.value)) for item in items.items)
    return replace(items, items=tuple(changed))


def select(items: Checklist, only: Iterable[str], skip: Iterable[str]) -> Checklist:
    """The items that match `only` (all, where it is empty) and not `skip`. A pattern that matches nothing is the user's error."""
    only, skip = tuple(only), tuple(skip)
    ids = [item.id for item in items.items]
    for pattern in (*only, *skip):
        if not any(fnmatchcase(id, pattern) for id in ids):
            raise UserError(f"no item matches {pattern!r}{nearest(pattern, ids)}")
    wanted = [id for id in ids if (not only or _matches(id, only)) and not _matches(id, skip)]
    kept = tuple(item for item in items.items if item.id in wanted)
    if not kept:
        raise UserError("--only and --skip leave no item to judge")
    return replace(items, items=kept)


def _matches(id: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(id, pattern) for pattern in patterns)


def options_of(context: RunContext, settings: config.Config) -> Options:
    """What facts and checks may know of the call and the config. The call wins over the config."""
    project = settings.project
    return Options(
        path=str(Path(context.path, project.root).resolve()),
        env_file=context.env_file or project.env_file,
        env_file_required=context.env_file is not None,
        environment=project.environment,
        settings_module=context.settings_module or project.settings_module,
        configuration=project.configuration,
        staging_url=context.staging_url or settings.staging.url,
        item_options=settings.items,
        today=context.today,
        history=context.history,
        base=context.base,
        cache=context.cache,
        kingfisher=settings.kingfisher,
        allowed_secrets=settings.allowed_secrets,
        virtual_env=context.virtual_env,
    )


def run_checks(items: Iterable[Item], registry: Mapping[str, Check], facts: Facts, jobs: int, tell: Tell) -> dict[str, Outcome]:
    """The outcome of every check behind these items, each run once."""
    wanted = tuple(dict.fromkeys(id for item in items for id in item.checks()))

    def answer(id: str) -> Outcome:
        tell(id)
        return run_check(registry[id], facts)

    if jobs <= 1:
        return {id: answer(id) for id in wanted}
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(wanted, pool.map(answer, wanted), strict=True))


def run_check(check: Check, facts: Facts) -> Outcome:
    """One check's answer. Evidence that cannot be had is `unknown`; a crash of ours is `error`, with where but without any value."""
    try:
        return check.function(*facts.gather(check.needs))
    except Unavailable as reason:
        return Outcome(Status.UNKNOWN, str(reason))
    except NothingToJudge as reason:
        return Outcome(Status.NOT_APPLICABLE, str(reason))
    except UserError:
        raise
    except Exception as bug:  # noqa: BLE001 - whatever it is, it is our bug, and must not be taken for a verdict
        place = traceback.extract_tb(bug.__traceback__)[-1]
        return Outcome(Status.ERROR, f"{check.id} crashed: {type(bug).__name__} at {Path(place.filename).name}:{place.lineno}")


def judge(item: Item, outcomes: Mapping[str, Outcome], policy: Policy, context: RunContext) -> Verdict:
    """The verdict of one item, with people's words on it."""
    standing, expired = attestations.standing(item, policy.attestations, context.today)
    return verdicts.judge(item, outcomes, verdicts.Word(standing, expired, policy.config.waiver_of(item.id, context.today)))


def unused_words(policy: Policy, judged: Iterable[Verdict], context: RunContext) -> tuple[str, ...]:
    """Waivers that have expired or that nothing needs any more, one line each."""
    return policy.config.waiver_notes({verdict.item.id: verdict.status for verdict in judged}, context.today)


def subject_of(context: RunContext, settings: config.Config, project: Project, facts: Facts) -> Subject:
    """What was judged."""
    try:
        git = facts["git"]
        commit = git.head if isinstance(git, Git) else None
    except (Unavailable, NothingToJudge):
        commit = None
    return Subject(
        path=context.path,
        commit=commit,
        settings_module=project.settings_module,
        settings_reason=project.reason,
        staging_url=context.staging_url or settings.staging.url,
    )
