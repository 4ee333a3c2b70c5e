#!/bin/sh
# The start on Amvera. Only /data outlives a rebuild: database, job store and log go there, unless set otherwise.
set -eu
export DB_URL="${DB_URL:-sqlite+aiosqlite:////data/db.sqlite3}"
export STORE_URL="${STORE_URL:-sqlite:////data/jobs.sqlite}"
export LOG_FILE="${LOG_FILE-/data/log.txt}"

warn() {
    echo "Warning: $1 is not in /data, and what is outside of it is lost with the next build." >&2
}

case "$DB_URL" in sqlite*:////data/* | postgresql*) ;; *) warn DB_URL ;; esac
case "$STORE_URL" in sqlite*:////data/* | postgresql*) ;; *) warn STORE_URL ;; esac
case "$LOG_FILE" in /data/* | "") ;; *) warn LOG_FILE ;; esac

exec python -m app --host 0.0.0.0 --port 80
