#!/bin/sh
# The start on Amvera. Only /data outlives a rebuild: database, job store and log go there, unless set otherwise.
set -eu
export DB_URL="${DB_URL:-sqlite+aiosqlite:////data/db.sqlite3}"
export STORE_URL="${STORE_URL:-sqlite:////data/jobs.sqlite}"
export LOG_FILE="${LOG_FILE-/data/log.txt}"
exec python -m app --host 0.0.0.0 --port 80
