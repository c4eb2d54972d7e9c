#!/usr/bin/env bash
# Dumps the database to /var/backups/s2cart and copies the dump to the backup bucket.
# Takes DB_* and BACKUP_BUCKET from the environment (s2cart-backup.service sets them).
set -euo pipefail

folder=/var/backups/s2cart
file="$folder/s2cart-$(date -u +%Y%m%dT%H%M%SZ).dump"

umask 077
PGPASSWORD="$DB_PASSWORD" pg_dump --format=custom --no-owner --file="$file.part" \
    --host="$DB_HOST" --port="$DB_PORT" --username="$DB_USER" "$DB_NAME"
pg_restore --list "$file.part" > /dev/null
mv "$file.part" "$file"

aws s3 cp --only-show-errors "$file" "s3://$BACKUP_BUCKET/$(basename "$file")"
find "$folder" -name 's2cart-*.dump*' -mtime +30 -delete
echo "Backed up to $file"
