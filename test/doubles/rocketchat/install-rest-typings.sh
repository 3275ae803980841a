#!/bin/sh
# Installs the official request schemas of Rocket.Chat, @rocket.chat/rest-typings, into a folder of its own.
#
#   install-rest-typings.sh DIR
#
# Then ROCKETCHAT_TYPINGS=DIR makes the tests check every recorded REST call against them. They stay out of
# package.json: 92 MB, and published with a dependency that npm cannot read (a yarn patch of typia), hence the override.
# Their files are ES modules that Node does not resolve, so esbuild makes one file of them: DIR/rest-typings.mjs.
set -eu

dir=${1:?usage: install-rest-typings.sh DIR}
mkdir -p "$dir"
cd "$dir"

want='@rocket.chat/rest-typings 8.8.1, esbuild 0.27.2'
if [ -f rest-typings.mjs ] && [ "$(cat installed 2>/dev/null || true)" = "$want" ]; then
  echo "rest-typings: already in $(pwd)"
  exit 0
fi

cat >package.json <<'JSON'
{
  "name": "rocketchat-rest-typings-for-tests",
  "private": true,
  "dependencies": { "@rocket.chat/rest-typings": "8.8.1", "esbuild": "0.27.2" },
  "overrides": { "typia": "9.7.2" }
}
JSON
npm install --ignore-scripts --no-audit --no-fund --loglevel=error
node_modules/.bin/esbuild node_modules/@rocket.chat/rest-typings/dist/index.js \
  --bundle --platform=node --format=esm --outfile=rest-typings.mjs --log-level=error \
  --banner:js="import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
echo "$want" >installed
echo "rest-typings: installed into $(pwd)"
