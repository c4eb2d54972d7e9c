"""Generated tests draw the same examples on every run, so that a red build is the change's own doing; `./dev.sh fuzz` draws new ones."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# Fixtures that tests with generated values use hold no state, and a busy machine is no fault.
COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.register_profile("repeatable", COMMON, derandomize=True, max_examples=100)
settings.register_profile("fuzz", COMMON, max_examples=4000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Hypothesis also draws constants that it finds in the modules loaded so far, which differ by worker and by selection. Nothing public turns that off;
# where the name is gone, examples are still drawn, only less repeatably.
if hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = providers.Constants
