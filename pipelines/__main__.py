"""``python -m pipelines`` is the program ``returnwatch``."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
