"""python -m bench [--quick] [NAME …]: run benchmarks by the name of their module."""

import argparse
import ast
import importlib
import json
import sys
import traceback
from pathlib import Path

from bench import machine

HERE = Path(__file__).parent


def is_benchmark(path: Path) -> bool:
    """A benchmark is a module of this folder with a function run(quick) that yields figures."""
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "run" for node in ast.parse(path.read_text()).body
    )


def benchmarks() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if is_benchmark(path))


def measure(name: str, *, quick: bool) -> bool:
    """Print the figures of one benchmark as they become known. False when it broke off."""
    try:
        for figure in importlib.import_module(f"bench.{name}").run(quick):
            print(figure.line(), flush=True)
    except Exception:
        traceback.print_exc()
        print(json.dumps({"benchmark": name, "error": str(sys.exception())}), flush=True)
        return False
    return True


def main() -> int:
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="rougher answers, within a minute")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; default: all")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(f"no such benchmark: {', '.join(unknown)} (there are: {', '.join(known)})")
    whole = [measure(name, quick=chosen.quick) for name in chosen.names or known]
    print(json.dumps(machine.described()), flush=True)
    return 0 if all(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
