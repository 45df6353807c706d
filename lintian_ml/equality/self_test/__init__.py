"""Whether this comparator, on this machine and with this numpy, still answers as the definitions ask."""
