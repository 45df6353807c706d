"""Known answers: pairs that comparators in use today get wrong, and the ends of every format.

Each row has a type, the codes of both elements in hexadecimal, a predicate that holds and one that does not
(``-`` where there is none to tell). They were worked out by hand from the definitions of the formats.
"""

from __future__ import annotations

from typing import NamedTuple


class Vector(NamedTuple):
    """One pair of codes, the predicate that it meets and the one that it does not; empty for none."""

    dtype: str
    first: int
    second: int
    met: str
    not_met: str


ROWS = """
float16   7bff fbfe ulp(63485) ulp(63484)
float16   7bff fbff - ulp(4096)
float16   7bff 7c00 - same(nan=any)
float16   7bff 7c00 - ulp(63485)
float16   7c00 fc00 - close(0.999,65504)
float16   7e00 7e01 same(nan=any) ulp(63485)
float16   7c01 fe00 same(nan=any) same
float16   7c00 7e00 - same(nan=any)
float16   0000 8000 ulp(0) same
float16   0000 8000 same(zeros=equal) same(nan=any)
float16   0001 8001 ulp(2) ulp(1)
float16   0001 0000 close(0,5.9604644775390625e-8) close(0.999999,0)
float16   03ff 0400 ulp(1) ulp(0)
float16   4880 4900 close(1/10) close(0.0999)
float16   4900 4880 close(1/10) close(0.0999)
bfloat16  7f7f ff7e ulp(65277) ulp(65276)
bfloat16  7f80 7f7f - ulp(1)
bfloat16  3f80 3f81 close(0,1/128) close(0,0.0078124)
float32   7f7fffff ff7ffffe ulp(4278190077) ulp(4278190076)
float32   7f7fffff 7f800000 - ulp(4278190077)
float32   7f7fffff ff000000 close(0,5.1043e38) close(0,5.1042e38)
float32   00000001 00000000 ulp(1) ulp(0)
float32   00000001 80000001 close(0,3e-45) close(0,2e-45)
float32   00000000 80000000 ulp(0) same
float32   3f800000 3f800001 ulp(1) close(1e-7)
float32   7fc00000 ffc00000 same(nan=any) same(zeros=equal)
float32   41100000 41200000 close(1/10) close(99999/1000000)
float32   3f800000 3f7fffff close(1/16777216) close(1/16777217)
float32   3f800000 21800000 close(0,1152921504606846975/1152921504606846976) close(0,0.9999999999999999)
bfloat16  3f80 2180 close(0,1152921504606846975/1152921504606846976) close(0,0.9999999999999999)
float32   3f800000 a1800000 close(0,1152921504606846977/1152921504606846976) close(0,1)
float64   7fefffffffffffff ffeffffffffffffe ulp(18437736874454810621) ulp(18437736874454810620)
float64   0000000000000001 8000000000000001 ulp(2) ulp(1)
float64   0000000000000001 0000000000000000 close(0,5e-324) close(0,4e-324)
float64   7fefffffffffffff ffe0000000000000 close(0,2.7e308) close(0,2.6e308)
float64   3ff0000000000000 3ff0000000000001 close(0,1/4503599627370496) close(0,1/4503599627370497)
float64   7ff0000000000000 7ff0000000000001 - ulp(18437736874454810621)
float8e4m3fn   7e fd ulp(251) ulp(250)
float8e4m3fn   7f ff same(nan=any) ulp(251)
float8e4m3fnuz 00 80 - ulp(253)
float8e4m3fnuz 7f fe ulp(253) ulp(252)
float8e5m2     7c fc - same(nan=any)
float8e5m2     7d 7e same(nan=any) same
float8e5m2fnuz 01 81 ulp(2) ulp(1)
float8e8m0     00 fd ulp(253) ulp(252)
float8e8m0     fe ff - ulp(253)
float4e2m1     07 0e ulp(13) ulp(12)
float4e2m1     00 08 ulp(0) same
int8      80 7f - steps(254)
int8      00 ff steps(1) steps(0)
uint8     00 ff - steps(254)
int32     80000000 7ffffffe steps(4294967294) steps(4294967293)
int64     8000000000000000 7ffffffffffffffe steps(18446744073709551614) steps(18446744073709551613)
int64     0020000000000000 0020000000000001 steps(1) steps(0)
uint64    ffffffffffffffff 0000000000000001 steps(18446744073709551614) steps(18446744073709551613)
int4      08 07 - steps(14)
uint2     00 03 - steps(2)
int2      01 02 - steps(2)
float32   3fa00000 3fc00000 - grid(2^0)
float32   3fc00000 40200000 grid(2^0) grid(2^-1)
float32   3f808000 3f800000 grid(bfloat16) ulp(32767)
float32   3f808001 3f800000 - grid(bfloat16)
float32   477fe001 477fe000 ulp(1) grid(float16)
""".strip().splitlines()


def vectors() -> list[Vector]:
    """Return every known answer."""
    split = (row.split() for row in ROWS)
    return [
        Vector(dtype, int(one, 16), int(other, 16), met.strip("-"), not_met.strip("-"))
        for dtype, one, other, met, not_met in split
    ]
