"""Variables that nobody who deploys the project sets: the operating system, the platform, the server or the start command does."""

from __future__ import annotations

_NAMES = frozenset(
    [
        *("DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "PYTHONPATH", "VIRTUAL_ENV", "RUN_MAIN", "WEB_CONCURRENCY", "SERVER_SOFTWARE", "PORT"),
        *("PATH", "HOME", "USER", "USERNAME", "LOGNAME", "HOSTNAME", "PWD", "SHELL", "LANG", "LC_ALL", "TZ", "TERM", "EDITOR", "DISPLAY"),
        *("TMP", "TMPDIR", "TEMP", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "RUNNING_IN_DOCKER"),
        *("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TRAVIS", "CIRCLECI", "DYNO", "RENDER", "VERCEL", "K_SERVICE", "KUBERNETES_SERVICE_HOST"),
        *("WEBSITE_HOSTNAME", "WEBSITE_SITE_NAME", "CODESPACES", "CODESPACE_NAME", "GAE_APPLICATION", "GAE_ENV", "GAE_INSTANCE", "GAE_VERSION"),
    ]
)
_PLATFORMS = ("RENDER_EXTERNAL_", "RENDER_SERVICE_", "RENDER_GIT_", "RENDER_INSTANCE_", "RAILWAY_", "VERCEL_", "FLY_", "HEROKU_", "PYTHONANYWHERE_")


def is_given(name: str) -> bool:
    """Whether a variable is there without being set by hand, so that it need neither stand in the environment file nor be documented."""
    return name in _NAMES or name.startswith(_PLATFORMS)
