"""The requirements register and the tests that prove its rows: `python -m tests.register` prints both."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT / "docs" / "requirements.md"
_ROW = re.compile(r"^\| ([A-Z]{2,5}-\d{2}) \| (.+?) \|", re.MULTILINE)


def rows() -> dict[str, str]:
    """ID -> requirement, in the order of the register."""
    return dict(_ROW.findall(REGISTER.read_text(encoding="utf-8")))


def proofs() -> dict[str, list[str]]:
    """ID -> the tests that carry `@pytest.mark.requirement(ID)`, read from the sources, not from a run."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for identifier in _marks(node):
                    found[identifier].append(f"{file.relative_to(ROOT)}::{node.name}")
    return found


def _marks(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
    named = [d for d in calls if ast.unparse(d.func) == "pytest.mark.requirement"]
    return [str(argument.value) for d in named for argument in d.args if isinstance(argument, ast.Constant)]


def main() -> int:
    register, proved = rows(), proofs()
    for identifier, text in register.items():
        tests = proved.get(identifier, [])
        print(f"{'proved' if tests else '  open'}  {identifier:<8} {text[:100]}")
        for test in tests:
            print(f"                   {test}")
    done = sum(identifier in proved for identifier in register)
    print(f"\n{done} of {len(register)} rows are proved by a test, {len(register) - done} are not built yet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
