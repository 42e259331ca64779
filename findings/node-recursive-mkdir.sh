#!/usr/bin/env bash
# fs.mkdirSync(path, { recursive: true }) of Node 20.20.2 and 24.21.0 on Linux never ends, at full load, where the parent exists and mkdir(2)
# answers ENOENT all the same, as in /proc: ENOENT is taken for a missing parent, which is "made" again and again. Without `recursive` it is an
# error at once. A folder that a person names can be such a one, so a program that makes it has to go step by step.
set -u
node --version
node -e "try { require('node:fs').mkdirSync('/proc/finding') } catch ({ code }) { console.log('plain:', code) }"
timeout 3 node -e "try { require('node:fs').mkdirSync('/proc/finding', { recursive: true }) } catch ({ code }) { console.log('recursive:', code) }"
code=$?
if [ "$code" = 124 ]; then echo 'recursive: still running after 3 s'; else echo "changed: it ended with $code"; exit 1; fi
