"""A review deck of 40 slides about 10 accounts, from gathered content to the file.

`python -m benchmarks.documents` makes it once and prints nothing: `run` measures the whole process.
"""

from __future__ import annotations

import django

_ACCOUNTS = 10


def make() -> bytes:
    from kamerton.documents import writing
    from kamerton.documents.kinds import account_sections, review

    content = review.content([account_sections.example()] * _ACCOUNTS, review.example().day)
    return writing.written(review.KEY, "pptx", content, None)


def main() -> None:
    django.setup()
    import io

    from pptx import Presentation

    slides = len(Presentation(io.BytesIO(make())).slides)
    if slides != 4 * _ACCOUNTS + 1:
        raise SystemExit(f"{slides} slides")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    main()
