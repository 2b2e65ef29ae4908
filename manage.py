#!/usr/bin/env python
from okienko.cli import main

if __name__ == "__main__":
    main()
