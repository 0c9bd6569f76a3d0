"""Figure export alone: seconds per figure, each as verified PNG, SVG, CSV and JSON, of one notebook."""

import sys
import time

from plain import main
from warledger.figures import Figures

spent: list[float] = []
save_figure = Figures.save_figure


def timed(*arguments, **named):
    """Save a figure and note how long it took."""
    started = time.perf_counter()
    try:
        return save_figure(*arguments, **named)
    finally:
        spent.append(time.perf_counter() - started)


if __name__ == "__main__":
    Figures.save_figure = timed
    main(sys.argv[2:], sys.argv[1])
    print(sum(spent) / len(spent), file=sys.stderr)
