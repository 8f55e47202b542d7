#!/usr/bin/env bash
# Packs the tests and measurements that need a GPU, with all of .NET that they need: the machine with the GPU has the driver, and need
# have nothing else (python3 for the table, with PyTorch for what stands beside ours in it).
# usage: bench/gpu/pack.sh FILE.tar.xz, then on that machine: tar -xf FILE.tar.xz && gpu/run.sh RESULTS
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FILE.tar.xz" >&2; exit 2; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
file=$(realpath -m "$1")
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for project in src/SsmDsl.Cli tests/SsmDsl.Ilgpu.Tests tests/SsmDsl.Conformance.Tests; do
    dotnet publish "$project" -c Release -p:SsmDslBundle=linux-x64 -o "$folder/gpu" -v q -nologo
done
cp -r bench/SsmDsl.Bench/Models "$folder/gpu/models"
cp bench/gpu/run.sh bench/gpu/table.py bench/gpu/peers.py "$folder/gpu/"
tar -C "$folder" -cJf "$file" gpu
echo "$file: $(du -h "$file" | cut -f1)"
