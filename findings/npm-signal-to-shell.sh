#!/usr/bin/env bash
# npm 11.19.1 with dash as /bin/sh (Debian 12): SIGTERM to `npm run` reaches only the shell that the script runs in (@npmcli/run-script kills
# its child). The shell ends, npm ends with 143, and the program of the script goes on without a parent. `exec` before the command helps where
# the shell knows it; Windows does not.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '%s' '{"name":"finding","version":"1.0.0","scripts":{"wait":"node wait.cjs"}}' > package.json
printf '%s' "require('node:fs').writeFileSync('pid', String(process.pid)); setTimeout(() => {}, 60000)" > wait.cjs
echo "npm $(npm --version), /bin/sh is $(readlink -f /bin/sh)"
npm run --silent wait &
npm=$!
until [ -s pid ]; do sleep 0.2; done
kill -TERM "$npm"
wait "$npm"
echo "npm ended with $?"
sleep 1
if kill -0 "$(cat pid)" 2>/dev/null; then
  echo 'the program of the script is still running'
  kill -KILL "$(cat pid)"
else
  echo 'changed: the program has ended with npm'
  exit 1
fi
