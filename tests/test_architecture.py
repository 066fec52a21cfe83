"""The arrows between the apps run one way, and the pure modules know no Django."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
HOUSE, PURE = (contract["name"] for contract in CONTRACTS["contracts"])


def lint_imports(folder: Path) -> tuple[int, str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in CONTRACTS["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_arrow_runs_the_right_way() -> None:
    status, report = lint_imports(ROOT)
    assert status == 0, report


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("accounts/roles.py", "import dataset.periods", HOUSE),
        ("dataset/urls.py", "import dashboard.theme", HOUSE),
        ("dataset/periods.py", "from django.conf import settings", PURE),
        ("dataset/intervals.py", "import dataset.models", PURE),
    ],
)
def test_an_arrow_that_runs_back_breaks_the_contract(
    copy_of_the_house: Path, module: str, line: str, broken: str
) -> None:
    with (copy_of_the_house / module).open("a") as file:
        file.write(f"\n{line}\n")
    status, report = lint_imports(copy_of_the_house)
    assert status == 1
    assert f"{broken} BROKEN" in report
