"""Which means notice which of ten broken comparators: each is noticed by two at least."""

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest

from lintian_ml.equality import Verdict
from lintian_ml.equality.self_test import checks
from lintian_ml.equality.self_test.questions import Question
from lintian_ml.equality.self_test.record import Record, compared
from tests.validation.broken import BROKEN, Broken
from tests.validation.exhaustion import small
from tests.validation.test_differential import numpy_ulp, ours

Means = Callable[[], bool]


def of_the_self_test(*names: str) -> Means:
    """Whether a check of the self-test finds something wrong."""

    def finds() -> bool:
        for check in checks.CHECKS:
            if check.name in names:
                record = Record()
                try:
                    check.run(Random("3"), record)
                except Exception:
                    return True
                if record.wrong:
                    return True
        return False

    return finds


def exhaustion() -> bool:
    """Whether all pairs of a small type tell."""
    asked = (Question("ulp", (2,)), Question("close", (Fraction(1, 3), Fraction(0))))
    if any(small.kernel("float8e5m2", question).wrong for question in asked):
        return True
    return bool(small.engine("float8e5m2", asked[0], range(0, 256, 51)).wrong)


def differential() -> bool:
    """Whether it says other than numpy where numpy is right."""
    import numpy as np

    noise = np.random.default_rng(2)
    codes = noise.integers(200, 0x7F000000, (40, 8)).astype(np.int32)
    for row in codes:
        other = row + noise.integers(-3, 4, 8).astype(np.int32)
        one, two = row.view(np.float32), other.view(np.float32)
        if (ours(one, two, "ulp(2)") is Verdict.MET) != numpy_ulp(one, two, 2):
            return True
    return ours([np.nan], [1.0], "ulp(2)") is Verdict.MET or ours([0.0], [-0.0], "ulp(0)") is not Verdict.MET


def control() -> bool:
    """Whether the negative control of a plain comparison fails."""
    for dtype, code in (("float32", 0x3F800001), ("float16", 0x3C01), ("float64", 0x3FF << 52)):
        for question in (Question("ulp", (4,)), Question("close", (Fraction(1, 1000), Fraction(0)))):
            if "control failed" in compared(question, ([code] * 4, [code] * 4), dtype).reason:
                return True
    return False


MEANS: dict[str, Means] = {
    "known answers": of_the_self_test("known answers"),
    "exhaustion": exhaustion,
    "oracle": of_the_self_test("drawn bit patterns", "tolerances on the border"),
    "metamorphic": of_the_self_test("pieces, threads, byte order"),
    "differential": differential,
    "negative control": control,
}


def noticed(broken: Broken | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the means that find something wrong with a comparator."""
    monkeypatch.setattr(checks, "ROUNDS", 60)
    monkeypatch.setattr(checks, "LONG", 3000)
    if broken:
        broken.make(monkeypatch)
    return [name for name, means in MEANS.items() if means()]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.title)
def test_a_broken_comparator_is_noticed_by_two_means_at_least(
    broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(noticed(broken, monkeypatch)) >= 2


def test_none_of_them_finds_anything_wrong_with_the_comparator(monkeypatch: pytest.MonkeyPatch) -> None:
    assert noticed(None, monkeypatch) == []


def main() -> None:
    """Print the table of what notices what."""
    for broken in BROKEN:
        with pytest.MonkeyPatch.context() as patch:
            print(f"| {broken.title} | {', '.join(noticed(broken, patch))} |", flush=True)


if __name__ == "__main__":
    main()
