"""Install a wheel into an environment of its own and look at it: `python -m tests.wheel dist/kamerton-*.whl`.

The dependencies are those of the running environment; what is proved is that the package itself is whole:
command, templates, assets, migrations, schema.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from time import monotonic, sleep

PORT = 8765


def _environment(folder: Path, wheel: Path) -> Path:
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "pip", "install", "-q", "--no-deps", "--python", python, wheel], check=True)
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    parent = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    names = [
        p
        for p in parent.iterdir()
        if not p.name.lower().startswith(("kamerton", "_editable_impl_kamerton", "_kamerton"))
    ]
    for path in names:
        if path.suffix != ".pth" and not (site / path.name).exists():
            (site / path.name).symlink_to(path)
    return python


def _answers(url: str, seconds: float) -> bytes:
    until = monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.5)


def main(wheel: str) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _environment(folder, Path(wheel).resolve())
        command = folder / "env" / "bin" / "kamerton"
        clean = {"PATH": "/usr/bin:/bin", "KAMERTON_HOME": str(folder / "home"), "HOME": str(folder)}
        where = subprocess.run(
            [python, "-c", "import kamerton; print(kamerton.__file__)"],
            capture_output=True,
            text=True,
            env=clean,
            cwd=folder,
            check=True,
        )
        assert str(folder) in where.stdout, where.stdout
        server = subprocess.Popen([command, "serve", "--port", str(PORT)], env=clean, cwd=folder)
        try:
            page = _answers(f"http://127.0.0.1:{PORT}/sign-in/", 60).decode()
            asset = page.split('rel="stylesheet" href="/static/', 1)[1].split('"', 1)[0]
            assert len(_answers(f"http://127.0.0.1:{PORT}/static/{asset}", 5)) > 1000
        finally:
            server.terminate()
            server.wait(20)
    print(f"{Path(wheel).name}: serves its sign-in page and its assets without Node")
    return 0


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    sys.exit(main(sys.argv[1]))
