#!/bin/sh
# Builds .venv from the hash-pinned locks: setup.sh run | dev | image | lock
# Needs python3 (or $PYTHON) 3.11 or newer with venv; brings everything else itself.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=.venv
# Beside the packages, not among them: syncing to a lock removes what the lock does not name.
uv=$venv/uv/bin/uv

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

check_python() {
    command -v "$python" >/dev/null 2>&1 ||
        fail "$python was not found: install Python 3.11 or newer, or name one with PYTHON=..."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$("$python" -V 2>&1) is too old: 3.11 or newer is needed; name one with PYTHON=..."
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python lacks venv: install it (on Debian and Ubuntu: apt install python3-venv)."
    [ -w . ] || fail "$PWD is not writable: .venv is built there, so it must be."
}

# Two makes at once must not build one environment: the second waits here, then finds it done.
# Python takes the lock, for not every system has a flock command; this file is what it locks.
under_lock() {
    check_python
    SALLY_SETUP_LOCKED=1 exec "$python" -c '
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(lock, fcntl.LOCK_EX)
os.set_inheritable(lock, True)
os.execvp("sh", ["sh", *sys.argv[1:]])' deployments/setup.sh "$1"
}

locks_of() {
    case $1 in
    dev) echo requirements-dev.txt ;;
    # What only containers need lies beside the runtime lock, and never differs from it.
    image) echo requirements.txt requirements-image.txt ;;
    *) echo requirements.txt ;;
    esac
}

# What an environment is built from. Fails, and prints nothing, when there is none.
digest() {
    "$venv/bin/python" -c '
import hashlib, pathlib, sys
sha = hashlib.sha256(str(pathlib.Path.cwd()).encode())
for name in sys.argv[1:]:
    sha.update(pathlib.Path(name).read_bytes())
print(sha.hexdigest())' $(locks_of "$1") requirements-image.txt requirements-uv.txt pyproject.toml 2>/dev/null
}

is_installed() {
    [ -s "$venv/.installed-$1" ] && [ "$(cat "$venv/.installed-$1")" = "$(digest "$1")" ]
}

make_venv() {
    # A moved folder leaves scripts that name the old one.
    if [ "$(cat $venv/.place 2>/dev/null)" != "$PWD" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
        say "Building $PWD/$venv with $("$python" -V) ..."
        "$python" -m venv --clear "$venv"
        printf '%s\n' "$PWD" >"$venv/.place"
    fi
    if ! cmp -s requirements-uv.txt "$venv/uv/lock"; then
        rm -rf "$venv/uv"
        "$venv/bin/python" -m ensurepip >/dev/null 2>&1
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
            --no-warn-script-location --root-user-action ignore --target "$venv/uv" \
            -r requirements-uv.txt
        cp requirements-uv.txt "$venv/uv/lock"
    fi
}

install() {
    make_venv
    say "Installing the packages of $(locks_of "$1") ..."
    for stamp in "$venv"/.installed-*; do
        [ ! -e "$stamp" ] || : >"$stamp"
    done
    export VIRTUAL_ENV="$PWD/$venv"
    # Compiled here, once: a process of the stack that has to compile Prefect takes twice as long to
    # start, and where Python may not write beside the packages each of them would, each time.
    "$uv" pip sync --quiet --require-hashes --compile-bytecode $(locks_of "$1")
    "$uv" pip install --quiet --no-deps --no-build-isolation --editable .
    if [ "$1" = dev ]; then
        # For tests of what containers get, beside the packages: nothing else is to import them.
        rm -rf "$venv/image"
        "$uv" pip install --quiet --no-deps --require-hashes --target "$venv/image" \
            -r requirements-image.txt
    fi
    digest "$1" >"$venv/.installed-$1"
}

ensure() {
    is_installed "$1" && return
    [ "${SALLY_SETUP_LOCKED:-}" ] || under_lock "$1"
    install "$1"
}

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --upgrade "$@"
}

case ${1:-} in
run)
    # The development lock holds all of the runtime lock: once there, never go back from it.
    if [ -e "$venv/.installed-dev" ]; then ensure dev; else ensure run; fi
    ;;
dev | image)
    ensure "$1"
    ;;
lock)
    compile requirements-uv.in --output-file requirements-uv.txt
    compile pyproject.toml --output-file requirements.txt
    compile pyproject.toml --extra dev --constraints requirements.txt \
        --output-file requirements-dev.txt
    # shellcheck disable=SC2046  # each package that the runtime lock has is one word
    compile $(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.txt) \
        requirements-image.in --constraints requirements.txt --output-file requirements-image.txt
    compile clients/requirements.in --output-file clients/requirements.txt
    ;;
*)
    fail "usage: setup.sh run | dev | image | lock"
    ;;
esac
