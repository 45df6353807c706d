"""Reads a predicate's arguments one by one, each held to what its parameter may be."""

import re
from collections.abc import Collection
from fractions import Fraction

from lintian_ml.equality.number import number
from lintian_ml.equality.syntax import Argument, Call, Literal, PredicateError

_POWER = re.compile(r"2\^(-?[0-9]{1,5})")


class Arguments:
    """The arguments of one call; the order of the questions is the order of arguments without a name."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._unnamed: list[Argument] = []
        self._named: dict[str, Argument] = {}
        for argument in call.arguments:
            self._sort(argument)

    def wrong(self, what: str, at: Argument | None = None) -> PredicateError:
        """Return the error ``what`` about one argument, by default about the whole predicate."""
        place = at or self.call
        return PredicateError(place.line, place.column, f"{self.call.name}: {what}")

    def take(self, name: str) -> Argument | None:
        """Return the next argument without a name, else the one named ``name``, or None."""
        named = self._named.pop(name, None)
        if not self._unnamed:
            return named
        if named:
            raise self.wrong(f"{name} is given twice", named)
        return self._unnamed.pop(0)

    def rational(
        self,
        name: str,
        *,
        minimum: int | None = None,
        below: int | None = None,
        above: int | None = None,
        default: Fraction | None = None,
    ) -> Fraction:
        """Return a number with ``minimum`` ≤ number, ``above`` < number and number < ``below``."""
        argument = self.take(name)
        if argument is None:
            return self._missing(name) if default is None else default
        value = self._number(name, argument)
        if minimum is not None and value < minimum:
            raise self.wrong(f"{name} must be {minimum} or more", argument)
        if above is not None and value <= above:
            raise self.wrong(f"{name} must be more than {above}", argument)
        if below is not None and value >= below:
            raise self.wrong(f"{name} must be less than {below}", argument)
        return value

    def natural(self, name: str, *, bits: int) -> int:
        """Return a whole number from 0 to 2**bits - 1."""
        argument = self.take(name)
        if argument is None:
            return int(self._missing(name))
        value = self._number(name, argument)
        if value.denominator != 1 or not 0 <= value < 1 << bits:
            raise self.wrong(f"{name} must be a whole number, 0 or more and less than 2^{bits}", argument)
        return int(value)

    def text(self, name: str) -> str:
        """Return a word or string that is not empty."""
        argument = self.take(name)
        if argument is None:
            raise self.wrong(f"{name} is missing")
        literal = self.literal(name, argument)
        if not literal.text:
            raise self.wrong(f"{name} is empty", argument)
        return literal.text

    def choice(self, name: str, choices: Collection[str]) -> str:
        """Return one of the words ``choices``, or an empty string where the argument is not given."""
        argument = self.take(name)
        if argument is None:
            return ""
        literal = self.literal(name, argument)
        if literal.quoted or literal.text not in choices:
            raise self.wrong(f"{name} must be {' or '.join(choices)}", argument)
        return literal.text

    def calls(self, name: str) -> tuple[Call, ...]:
        """Return the calls of an argument that is a predicate itself; a word is a call without arguments."""
        argument = self.take(name)
        if argument is None:
            raise self.wrong(f"{name} is missing: a predicate is expected")
        if isinstance(argument.value, tuple):
            return argument.value
        if argument.value.quoted:
            raise self.wrong(f"{name} must be a predicate", argument)
        return (Call(argument.value.text, (), argument.line, argument.value.column),)

    def literal(self, name: str, argument: Argument) -> Literal:
        """Return the argument's word or string; PredicateError where it is a predicate."""
        if isinstance(argument.value, tuple):
            raise self.wrong(f"{name} cannot be a predicate", argument)
        return argument.value

    def finish(self) -> None:
        """Raise PredicateError for the first argument that was not asked for."""
        for argument in (*self._unnamed, *self._named.values()):
            what = f"there is no parameter {argument.name}" if argument.name else "too many values"
            raise self.wrong(what, argument)

    def _sort(self, argument: Argument) -> None:
        if argument.name is None:
            if self._named:
                raise self.wrong("a value without a name cannot follow one with a name", argument)
            self._unnamed.append(argument)
        elif argument.name in self._named:
            raise self.wrong(f"{argument.name} is given twice", argument)
        else:
            self._named[argument.name] = argument

    def _number(self, name: str, argument: Argument) -> Fraction:
        literal = self.literal(name, argument)
        try:
            value = None if literal.quoted else number(literal.text)
        except ValueError as error:
            raise self.wrong(f"{name}: {error}", argument) from None
        if value is None:
            raise self.wrong(f"{name} must be a number, not {literal.text!r}", argument)
        return value

    def _missing(self, name: str) -> Fraction:
        raise self.wrong(f"{name} is missing")


def power_of_two(word: str) -> int | None:
    """Return k where the word is ``2^k``, else None."""
    found = _POWER.fullmatch(word)
    return int(found[1]) if found else None
