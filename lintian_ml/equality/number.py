"""The numbers of the predicate language: exact rationals in, one canonical spelling out."""

import re
from fractions import Fraction

LONGEST = 40
"""Characters that a number may have."""

EXTREME = 400
"""The largest exponent of ten, either way, that a number's first digit may stand for."""

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,6}))?")
_RATIO = re.compile(r"(-?)([0-9]+)/([0-9]+)")


def number(text: str) -> Fraction | None:
    """Return the number that ``text`` (``3``, ``0.1``, ``-2.5e-3``, ``1/255``) is, or None where it is none.

    ValueError, with a sentence, for a number past the caps or a ratio to zero.
    """
    decimal, ratio = _DECIMAL.fullmatch(text), _RATIO.fullmatch(text)
    if not decimal and not ratio:
        return None
    if len(text) > LONGEST:
        raise ValueError(f"a number has at most {LONGEST} characters")
    if ratio:
        if not int(ratio[3]):
            raise ValueError("a ratio to zero is no number")
        return Fraction(text)
    assert decimal is not None
    digits = decimal[2] + (decimal[3] or "")
    exponent = int(decimal[4] or "0") - len(decimal[3] or "")
    if abs(exponent) > EXTREME + LONGEST or abs(exponent + len(digits.lstrip("0")) - 1) > EXTREME:
        raise ValueError(f"an exponent lies between -{EXTREME} and {EXTREME}")
    return Fraction(int(decimal[1] + digits)) * Fraction(10) ** exponent


def spelling(value: Fraction | int) -> str:
    """Return the shortest of the spellings of ``value`` that ``number`` reads back as the same number."""
    value = Fraction(value)
    sign = "-" if value < 0 else ""
    scaled = _decimal(abs(value))
    if scaled is None:
        return f"{sign}{abs(value.numerator)}/{value.denominator}"
    digits, exponent = scaled
    shapes = [
        f"{digits}e{exponent}",
        f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{exponent + len(digits) - 1}",
    ]
    if -LONGEST < exponent <= 0:
        padded = digits.rjust(1 - exponent, "0")
        shapes.append(padded[: len(padded) + exponent] + ("." + padded[exponent:] if exponent else ""))
    elif 0 < exponent < LONGEST:
        shapes.append(digits + "0" * exponent)
    shortest = min(reversed(shapes), key=len)
    ratio = f"{abs(value.numerator)}/{value.denominator}"
    return sign + (shortest if len(shortest) + len(sign) <= LONGEST else ratio)


def _decimal(value: Fraction) -> tuple[str, int] | None:
    """Return digits without trailing zeros and the exponent of ten of the last; None where there are
    infinitely many.
    """
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator)
    stripped = digits.rstrip("0") or "0"
    return stripped, (len(digits) - len(stripped) if value else 0) - (places if value else 0)
