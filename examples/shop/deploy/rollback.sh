#!/usr/bin/env bash
# Goes back to the release before, or to the one that is named.
# Usage: rollback.sh [COMMIT]
set -euo pipefail

root=/srv/s2cart
release=${1:+$root/releases/$1}
release=${release:-$(cat "$root/previous")}

[ -x "$release/.venv/bin/gunicorn" ] || { echo "$release is not a release" >&2; exit 1; }
ln -sfn "$release" "$root/current"
sudo systemctl restart s2cart.service
curl --fail --silent --show-error --retry 10 --retry-delay 2 --retry-all-errors \
    https://api.s2cart.example/health/
