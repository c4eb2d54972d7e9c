#!/usr/bin/env bash
# The one entry for working on ready-gate and for trying it; CI calls these commands and nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

help() {
  cat <<'EOF'
./dev.sh prod-check [PATH] [OPTIONS]   judge a Django project (default: the demo project examples/shop)
./dev.sh test [PYTEST OPTIONS]         set up and run all tests
./dev.sh fuzz [PYTEST OPTIONS]         run the generated tests on new random examples (the tests above repeat theirs)
./dev.sh lint                          ruff, mypy, import contracts, generated documents
./dev.sh bench agreement PROJECT …      compare with the running project (benchmarks/agreement/README.md)
./dev.sh bench speed PROJECT …          time against manage.py check --deploy
./dev.sh bench secrets accuracy SET …   secrets found and missed in a labelled set (benchmarks/secrets/README.md)
./dev.sh docs [--check]                write (or compare) what is generated: catalogues and the compiled secret rules
./dev.sh help                          this text
EOF
}

python_command() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11 python3.10 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then echo "$candidate"; return; fi
  done
  echo "dev.sh: Python 3.10 or newer is needed, and was not found" >&2
  exit 2
}

# environment FOLDER LOCK: a virtual environment with exactly what the lock names, made anew when the lock changes.
environment() {
  local folder=$1 lock=$2 stamp
  stamp="$(cksum < "$lock")"
  if [ "$(cat "$folder/.lock-sum" 2>/dev/null)" = "$stamp" ]; then return; fi
  echo "dev.sh: setting up ${folder#"$here"/} …" >&2
  rm -rf "$folder"
  if command -v uv >/dev/null 2>&1 && uv venv --quiet --python "$(python_command)" "$folder" 2>/dev/null &&
    uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$lock"; then :; else
    rm -rf "$folder"
    "$(python_command)" -m venv "$folder"
    "$folder/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" >&2
  fi
  echo "$stamp" > "$folder/.lock-sum"
}

run_gate() { PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$here/.venv/bin/python" -m ready_gate "$@"; }

prod_check() {
  environment "$here/.venv" "$here/requirements.lock"
  if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then
    "$here/.venv/bin/python" "$here/examples/make_env.py" >&2
    set -- "$here/examples/shop" "$@"
  fi
  run_gate check "$@"
}

# django_sources: the source distributions that tests/data/django-*.txt pin by hash, kept in .cache/django. They hold Django's own tests, which ours
# are made of; where one cannot be had, those tests are skipped and say so.
django_sources() {
  local folder=$here/.cache/django python=$here/.venv-dev/bin/python lock name
  mkdir -p "$folder"
  for lock in "$here"/tests/data/django-*.txt; do
    name=$(basename "$lock" .txt)
    if [ -f "$folder/$name.tar.gz" ]; then continue; fi
    if ! "$python" -m pip --version >/dev/null 2>&1; then
      python=$here/.cache/pip/bin/python
      [ -x "$python" ] || "$(python_command)" -m venv "$here/.cache/pip" || return 0
    fi
    echo "dev.sh: fetching the sources of $name …" >&2
    # The version of Python is that of the newest Django: nothing of it is installed or run, so the one at hand does not matter.
    "$python" -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --no-binary Django --python-version 3.13 \
      --dest "$folder" -r "$lock" >&2 || echo "dev.sh: $name could not be had, its tests will be skipped" >&2 &
  done
  wait
}

run_tests() {
  environment "$here/.venv-dev" "$here/requirements-dev.lock"
  django_sources
  # One order of sets in every run, like the examples that tests/conftest.py repeats; the fuzz brings its own.
  cd "$here" && PYTHONHASHSEED="${PYTHONHASHSEED:-0}" "$here/.venv-dev/bin/python" -m pytest "$@"
}

fuzz() {
  [ $# -gt 0 ] || set -- $(cd "$here" && grep -rl "^from hypothesis" tests --include='test_*.py')
  HYPOTHESIS_PROFILE=fuzz PYTHONHASHSEED=random run_tests "$@"
}

docs() {
  environment "$here/.venv" "$here/requirements.lock"
  cd "$here" && "$here/.venv/bin/python" scripts/write_catalogue.py "$@"
}

bench() {
  local name=${1:-}
  [ -n "$name" ] && [ -d "$here/benchmarks/$name" ] || { echo "dev.sh bench: one of $(cd "$here/benchmarks" && echo */)" >&2; exit 2; }
  shift
  environment "$here/.venv" "$here/requirements.lock"
  PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$here/.venv/bin/python" -m "benchmarks.$name" "$@"
}

lint() {
  environment "$here/.venv-dev" "$here/requirements-dev.lock"
  cd "$here"
  local bin="$here/.venv-dev/bin"
  "$bin/ruff" check . && "$bin/ruff" format --check . && "$bin/mypy" && PYTHONPATH="$here" "$bin/lint-imports" && docs --check
}

command=${1:-help}
[ $# -gt 0 ] && shift
case "$command" in
  prod-check) prod_check "$@" ;;
  test) run_tests "$@" ;;
  fuzz) fuzz "$@" ;;
  lint) lint ;;
  docs) docs "$@" ;;
  bench) bench "$@" ;;
  help | -h | --help) help ;;
  *) echo "dev.sh: no command '$command'" >&2; help >&2; exit 2 ;;
esac
