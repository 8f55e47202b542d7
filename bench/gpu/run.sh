#!/usr/bin/env bash
# Runs all tests that need a GPU and makes the table of docs/benchmarks.md, on a machine with the driver: see pack.sh.
# usage: run.sh FOLDER [arguments of table.py]; tests.txt, table.md and table.json go into the folder.
set -uo pipefail
[ $# -ge 1 ] || { echo "usage: $0 FOLDER [arguments of table.py]" >&2; exit 2; }
mkdir -p "$1" || exit 3
results=$(realpath "$1")
shift
cd "$(dirname "$0")" || exit 3
status=0
for tests in ./SsmDsl.Ilgpu.Tests "./SsmDsl.Conformance.Tests cuda"; do
    $tests >> "$results/tests.txt"
    code=$?
    [ "$code" -eq 3 ] && exit 3
    [ "$code" -eq 0 ] || status=1
    tail -1 "$results/tests.txt"
done
grep ^FAILED "$results/tests.txt"
python3 table.py ./ssm models --json "$results/table.json" "$@" | tee "$results/table.md"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
exit "$status"
