#!/bin/sh
# Makes clients/python from the API's document: run it after a change of the API (make client).
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
venv=.venv/client

[ -x "$venv/bin/python" ] || "$bin/python" -m venv "$venv"
VIRTUAL_ENV="$PWD/$venv" .venv/uv/bin/uv pip sync --quiet --require-hashes clients/requirements.txt
"$bin/python" -m clients.document
"$venv/bin/openapi-python-client" generate --meta none --overwrite \
    --path clients/openapi.json --output-path clients/python/sally_client \
    --config clients/config.yml
"$bin/python" -m clients.document --seal
