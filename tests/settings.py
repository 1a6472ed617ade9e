"""Settings of the tests: a home folder of its own for every test process, jobs done in place, cheap passwords."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="kamerton-tests-"))
os.environ["KAMERTON_HOME"] = str(_HOME)
os.environ["KAMERTON_JOBS_IN_PLACE"] = "1"
os.environ["KAMERTON_SECRET_KEY"] = "only-for-tests"
os.environ.pop("KAMERTON_LEDGER_DIR", None)

from kamerton.settings import *  # noqa: E402, F403
from kamerton.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in the product: the shared in-memory database locks differently.
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}
