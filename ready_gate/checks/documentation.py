"""Documentation: what the code needs against what is written down."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.given import is_given
from ready_gate.checks.registry import check, finding, judged, not_applicable, passed, warning
from ready_gate.facts.views import Documents, Options, VariableRead, Variables
from ready_gate.model import Finding, Origin, Outcome


@check("documentation.mobile-client")
def mobile_client(options: Options) -> Outcome:
    """Not applicable where the config says that there is no mobile client."""
    if options.of("documentation.android-guide", "mobile-client", True) is False:
        return not_applicable("the config says that the project has no mobile client")
    return passed("the config does not say that there is no mobile client")


@check("documentation.environment")
def environment(variables: Variables, documents: Documents) -> Outcome:
    """Every variable that the code reads stands in a template or a page."""
    reads = {read.name: read for read in reversed(variables.reads) if not is_given(read.name)}
    if not reads and not variables.doubts:
        return not_applicable("the project's code reads no environment variable")
    missing = [read for name, read in sorted(reads.items()) if documents.naming(name) is None]
    doubts = list(variables.doubts)
    if missing and documents.cut:
        doubts.append(f"{documents.cut}; not found so far: {', '.join(read.name for read in missing[:5])}")
        missing = []
    places = ", ".join(sorted({page.path for name in reads if (page := documents.naming(name))})[:3])
    seen = [*(_undocumented(read, documents) for read in missing), *_stale(variables, documents)]
    return judged(seen, f"all {len(reads)} variables that the code reads are documented ({places})", doubts)


def _undocumented(read: VariableRead, documents: Documents) -> Finding:
    where = "" if documents.pages else "; there is no environment template and no document"
    return finding("documentation.undocumented-variable", f"{read.name} is documented nowhere{where}", read.at)


def _stale(variables: Variables, documents: Documents) -> Iterator[Finding]:
    """Nothing is called stale while some reads could not be told."""
    used = {read.name for read in variables.reads} | documents.elsewhere
    for page in () if variables.doubts or documents.cut else documents.pages:
        for name, line in page.assigned.items():
            if name not in used and not is_given(name):
                message = f"{name} is in {page.path}, and nothing in the project uses it"
                yield warning("documentation.stale-variable", message, Origin(page.path, line))
