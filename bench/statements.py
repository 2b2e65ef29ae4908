"""python -m bench.statements SESSION PATH …: how many SQL statements each page costs, its session and agent included."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")


def main(session: str, paths: list[str]) -> dict:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    counts = {}
    for path in paths:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        counts[path] = len(asked)
    return counts


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2:])))
