#!/usr/bin/env bash
# Deploys a commit: builds a release folder of its own, migrates, then moves the link `current`.
# Usage: deploy.sh COMMIT
set -euo pipefail

commit=${1:?usage: deploy.sh COMMIT}
root=/srv/s2cart
release="$root/releases/$commit"

git -C "$root/repository" fetch --quiet origin
[ -d "$release" ] || git -C "$root/repository" worktree add --quiet --detach "$release" "$commit"
cd "$release"
python3.13 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
ln -sfn "$root/shared/.env.production" .env.production

export DJANGO_SETTINGS_MODULE=s2cart.settings.production
.venv/bin/python manage.py check --deploy --fail-level WARNING
if [ -e "$root/current" ]; then
    sudo systemctl start s2cart-backup.service
    readlink "$root/current" > "$root/previous"
fi
.venv/bin/python manage.py migrate --noinput
.venv/bin/python manage.py collectstatic --noinput

ln -sfn "$release" "$root/current"
sudo systemctl restart s2cart.service
curl --fail --silent --show-error --retry 10 --retry-delay 2 --retry-all-errors \
    https://api.s2cart.example/health/
