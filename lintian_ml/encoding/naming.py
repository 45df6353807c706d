"""Names that must not collide, given to what a file names twice."""


class Names:
    """The names given so far: a second ``x`` becomes ``x#2``. Each is found at once, however many alike."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def free(self, name: str) -> str:
        """Return ``name``, or where it is taken ``name`` with a number; from now on that is taken too."""
        times = self._times.get(name, 0) + 1
        given = f"{name}#{times}" if times > 1 else name
        while times > 1 and given in self._times:
            times += 1
            given = f"{name}#{times}"
        self._times[name] = times
        self._times.setdefault(given, 1)
        return given
