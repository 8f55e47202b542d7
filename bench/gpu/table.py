#!/usr/bin/env python3
"""Measures the bench's models on a GPU, and PyTorch beside them where python3 has it, in one run; prints a table in Markdown.

usage: table.py SSM MODELS [--device cuda] [--seconds 1] [--only NAME,...] [--json FILE]

SSM is the tool, MODELS the folder with the bench's models. The device's rates are those that `ssm bench` measures: copies within its
memory and multiply-adds in registers. A fraction is that of the counted bytes (each input read once, each result written once) or
operations. Times of ours include copies of inputs from the host and of results to it; "kernels" leaves these out, and PyTorch's tensors
are on the device throughout, so that it is to be compared with "kernels".
"""
import argparse
import json
import subprocess
import sys

# name, model, batch, length
WORKLOADS = [
    ("scan, a coefficient for each step", "RealScan", 8, 4096),
    ("complex scan", "ComplexScan", 8, 4096),
    ("selective scan, one long sequence", "SelectiveScan", 1, 8192),
    ("selective scan, a batch", "SelectiveScan", 8, 2048),
    ("MLP 64-256-64", "Perceptron", 8, 4096),
    ("MLP 256-1024-256", "Perceptron256", 8, 4096),
]


def ours(tool, models, model, batch, length, device, seconds):
    command = [tool, "bench", models, "--model", model, "--batch", str(batch), "--length", str(length), "--device", device, "--seconds", str(seconds), "--json"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.stderr.write(run.stderr or run.stdout)
        sys.exit(run.returncode)
    return json.loads(run.stdout)


def kernel_ms(mode):
    return sum(k["ms"] for k in mode["kernels"] if k["name"] != "outside of kernels")


def rows(name, model, batch, length, result, peers):
    for mode in result["modes"]:
        if mode["mode"] not in ("forward", "backward"):
            continue
        own = kernel_ms(mode)
        seconds = own / 1000
        others = "; ".join(peers(model, batch, length, mode["mode"]))
        yield (
            f"{name}, batch {batch}, T {length:,}",
            "forward" if mode["mode"] == "forward" else "forward and backward",
            f"{mode['median_ms']:.3f}",
            f"{own:.3f}",
            str(mode.get("launches", "–")),
            f"{mode['bytes'] / seconds / 1e9:,.0f} ({mode['bytes'] / seconds / result['memory_copy']:.0%})",
            f"{mode['flops'] / seconds / 1e12:.2f} ({mode['flops'] / seconds / result['peak_flops']:.0%})",
            others,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("models")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--only", default="", help="models, separated by commas")
    parser.add_argument("--shrink", type=int, default=1, help="divides the lengths: to try this out")
    parser.add_argument("--json", help="also writes what was measured")
    options = parser.parse_args()
    wanted = [w for w in WORKLOADS if not options.only or w[1] in options.only.split(",")]

    # Ours come first: where there is no GPU, the tool says so.
    results = [(w, ours(options.tool, options.models, w[1], w[2], max(1, w[3] // options.shrink), options.device, options.seconds)) for w in wanted]
    from peers import Peers
    peers = Peers(options.device, options.seconds)
    first = results[0][1]
    print(f"{first['device']}; copies within its memory {first['memory_copy'] / 1e9:,.0f} GB/s, multiply-adds {first['peak_flops'] / 1e12:.1f} TFLOP/s")
    print(f"{peers.description}\n")
    print("| workload | phase | ours, ms | kernels, ms | launches | GB/s (of copies) | TFLOP/s (of the peak) | PyTorch, ms |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for (name, model, batch, length), result in results:
        for row in rows(name, model, batch, max(1, length // options.shrink), result, peers.times):
            print("| " + " | ".join(row) + " |", flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"ours": [r for _, r in results], "peers": peers.all}, file, indent=2)


if __name__ == "__main__":
    main()
