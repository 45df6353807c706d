"""Numbers of bytes as people read them."""


def amount(size: float) -> str:
    """Return a number of bytes with the unit that fits."""
    if size < 1024:
        return f"{size:,.0f} B"
    for unit in ("KiB", "MiB"):
        size /= 1024
        if size < 1024:
            return f"{size:,.1f} {unit}"
    return f"{size / 1024:,.1f} GiB"
