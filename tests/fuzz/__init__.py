"""Jobs that look for bad input for hours; they are no tests, and run on demand."""
