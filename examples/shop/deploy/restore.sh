#!/usr/bin/env bash
# Restores a dump into a database, replacing what is in there.
# Usage: restore.sh DUMP DATABASE
set -euo pipefail

dump=${1:?usage: restore.sh DUMP DATABASE}
database=${2:?usage: restore.sh DUMP DATABASE}

PGPASSWORD="$DB_PASSWORD" pg_restore --clean --if-exists --no-owner --exit-on-error \
    --single-transaction --host="$DB_HOST" --port="$DB_PORT" --username="$DB_USER" \
    --dbname="$database" "$dump"
echo "Restored $dump into $database"
