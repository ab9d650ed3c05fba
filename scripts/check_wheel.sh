#!/usr/bin/env bash
# Builds the wheel, installs it into a bare environment with the pinned versions of what it needs, and does there what a
# visitor does first: predict, index, search and serve. Nothing of the checkout is in reach but the lock file.
set -euo pipefail
python=$(realpath -s "${1:-python3.11}")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

cp -r "$root/src" "$root/pyproject.toml" "$root/README.md" "$root/LICENSE" "$work/"
rm -rf "$work"/src/*.egg-info
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$work/dist" "$work"
"$python" -m zipfile --list "$work"/dist/*.whl > "$work/content"
for file in py.typed starter/model.safetensors starter/config.json app/web/index.html app/web/main.js app/web/css/base.css \
  app/web/words/de.js app/web/vendor/openseadragon/openseadragon.min.js; do
  grep -q "artextract/$file " "$work/content" || { echo "the wheel lacks artextract/$file"; exit 1; }
done

"$python" -m venv "$work/bare"
"$work/bare/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --constraint "$root/requirements.lock" "$work"/dist/*.whl
cd "$work"
artextract() { "$work/bare/bin/artextract" "$@"; }
as() { "$work/bare/bin/python" -c "import json, sys; answer = json.load(sys.stdin); assert $1, answer"; }

artextract import sample --out drawn --count 12 --json | as 'answer["paintings"] == 12'
picture=$(find drawn/images -type f | sort | head -n 1)
artextract predict "$picture" --json | as 'len(answer[0]["attributes"]["style"]) > 1'
artextract index drawn --json | as 'answer["paintings"] == 12 and answer["features"].keys() == {"deep", "style", "palette"}'
artextract search drawn "$picture" -k 3 --json | as 'len(answer["hits"]) == 3'

"$work/bare/bin/artextract" serve drawn --port 0 > served 2>&1 &  # not by the function, whose shell would be killed alone
server=$!
for _ in $(seq 120); do
  address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' served | head -n 1) || true
  [ -n "$address" ] && "$work/bare/bin/python" -c "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=2)" "$address" 2>/dev/null && break
  kill -0 "$server" || { cat served; exit 1; }
  sleep 0.5
done
fetch() { "$work/bare/bin/python" -c "import sys, urllib.request as r; sys.stdout.write(r.urlopen(sys.argv[1], timeout=10).read().decode())" "$address$1"; }
fetch / | grep '<title>ArtExtract' > /dev/null
fetch /main.js | grep import > /dev/null
fetch /api/collection | as 'answer["n"] == 12'
echo "the wheel works in a bare environment: predict, index, search, serve"
