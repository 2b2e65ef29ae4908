"""python -m bench.bigfile MEGABYTES: store a file of that size as an attachment's; prints its signed address as JSON."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")


def main(megabytes: int) -> str:
    import django

    django.setup()
    from okienko.files import links, store

    return links.address(store.store(os.urandom(megabytes * 1024 * 1024)), "film.bin")


if __name__ == "__main__":
    print(json.dumps({"address": main(int(sys.argv[1]))}))
