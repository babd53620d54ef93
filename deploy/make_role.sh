#!/bin/sh
# Run once by the PostgreSQL image: the site's role owns its database and is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$DATABASE_PASSWORD" -U postgres <<'SQL'
CREATE ROLE m2c LOGIN PASSWORD :'password';
CREATE DATABASE m2c OWNER m2c TEMPLATE template0;
SQL
