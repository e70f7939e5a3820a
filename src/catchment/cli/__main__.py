"""`python -m catchment.cli`: how the supervisor starts its processes."""

from catchment.cli import main

if __name__ == "__main__":
    main()
