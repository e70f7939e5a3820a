"""Pins every dependency with its hashes, for all platforms, without naming an index.

Needs `uv` on the path (only here, never to run or test). `dev.txt` is resolved first and the
others are cut from it, so that what is tested is what runs.
"""

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
COMPILE = [
    "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header",
]  # fmt: skip
LISTS = {
    "dev.txt": ["pyproject.toml", "--group", "build", "--group", "dev"],
    "run.txt": ["pyproject.toml", "-c", "requirements/dev.txt"],
    "build.txt": ["--group", "build", "-c", "requirements/dev.txt"],
}

if __name__ == "__main__":
    for name, inputs in LISTS.items():
        command = [*COMPILE, *inputs, "-o", f"requirements/{name}"]
        subprocess.run(command, cwd=HERE.parent, check=True)
