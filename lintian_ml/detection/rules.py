"""Which lines of debian/rules every build runs: those of the targets that Debian Policy requires."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lintian_ml.pattern import pattern

REQUIRED = pattern(
    r"%|clean|build|build-arch|build-indep|binary|binary-arch|binary-indep|override_dh_.*|execute_(?:before|after)_.*"
)
"""The targets of Debian Policy 4.9 that every build runs, and those that dh runs for them."""

_HEADER = pattern(rb"(?P<targets>[^\t\n#:=][^\n#:=]*):{1,2}(?![:=])(?P<needs>[^\n#;]*)(?P<inline>;[^\n]*)?")
_ASSIGNMENT = pattern(rb"(?:export[ \t]+|override[ \t]+)?(?P<name>[\w.-]+)[ \t]*[:?+!]{0,3}=")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule: its targets, what they need, and the lines of its recipe, as numbers and texts."""

    targets: tuple[str, ...]
    needs: tuple[str, ...]
    recipe: dict[int, bytes]


@dataclass(frozen=True)
class Rules:
    """The text of a debian/rules file, in which comments may be blanked."""

    text: bytes

    @cached_property
    def _lines(self) -> list[bytes]:
        """The lines; one that is continued stands in all the lines that it takes."""
        lines = self.text.split(b"\n")
        whole = list(lines)
        for number in range(1, len(lines)):
            if lines[number - 1].endswith(b"\\") and not lines[number].startswith(b"\t"):
                whole[number] = b"\t" + lines[number] if whole[number - 1].startswith(b"\t") else b""
        return whole

    @cached_property
    def _rules(self) -> list[_Rule]:
        rules: list[_Rule] = []
        for number, line in enumerate(self._lines, 1):
            if line.startswith(b"\t"):
                if rules:
                    rules[-1].recipe[number] = line
            elif header := _HEADER().match(line):
                targets, needs = (_words(header[group]) for group in ("targets", "needs"))
                inline = {number: header["inline"]} if header["inline"] else {}
                rules.append(_Rule(targets, needs, inline))
        return rules

    @cached_property
    def _run(self) -> Mapping[int, bytes]:
        """The recipe lines that every build runs, by number."""
        by_target: dict[str, list[_Rule]] = {}
        for rule in self._rules:
            for target in rule.targets:
                by_target.setdefault(target, []).append(rule)
        waiting = [target for target in by_target if REQUIRED().fullmatch(target)]
        run: dict[int, bytes] = {}
        done: set[int] = set()
        while waiting:
            for rule in by_target.pop(waiting.pop(), ()):
                if id(rule) not in done:
                    done.add(id(rule))
                    run.update(rule.recipe)
                    waiting.extend(rule.needs)
        return run

    def runs(self, number: int) -> bool:
        """Whether every build runs a line, or one that uses the variable which the line sets."""
        return number in self._run or any(True for _ in self.uses(number))

    def uses(self, number: int) -> Iterator[bytes]:
        """Yield the recipe lines of every build that use the variable which a line sets."""
        assignment = _ASSIGNMENT().match(self._lines[number - 1]) if number <= len(self._lines) else None
        if assignment:
            name = assignment["name"]
            spellings = (b"$(" + name + b")", b"${" + name + b"}")
            yield from (line for line in self._run.values() if any(word in line for word in spellings))


def _words(text: bytes) -> tuple[str, ...]:
    return tuple(text.decode("utf-8", "replace").split())
