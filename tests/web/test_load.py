"""The short form of the load benchmark: people at once over the real WebSocket, and none fails."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_people_at_once_are_all_served(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/load.py", "--patches", "2000", "--sessions", "8"]
    options = ["--minutes", "0.2", "--every", "1.5", "--workspace", str(tmp_path / "workspace")]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["failures"] == 0, found
    # Nothing here is decided by time; that everybody acted is.
    assert found["reruns"] >= found["sessions"] == 8
    assert found["passes"] > 0
