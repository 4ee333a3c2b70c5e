"""`python -m app`."""

import gc
import sys

if __name__ == "__main__":
    gc.disable()  # all that is imported stays: to look for garbage in it takes a fifth of the start
    from app.server import main

    gc.freeze()
    gc.enable()
    sys.exit(main())
