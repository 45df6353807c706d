"""Licenses: expressions are weighed by the DFSG, and debian/copyright says which license covers a path."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lintian_ml.license import data_verdict, read_copyright, verdict, verdict_for
from lintian_ml.license.table import TABLE
from lintian_ml.policy import DataLicense, License

DFSG, NOT_DFSG, UNKNOWN = License.DFSG, License.NOT_DFSG, License.UNKNOWN

FREE = """
Apache-2.0 MIT Expat BSD-2-clause BSD-3-Clause BSD-3-clause~Google CC0-1.0 CC0 CC-BY-3.0 CC-BY-4.0
CC-BY-SA-3.0 CC-BY-SA-4.0 MPL-2.0 GPL-1+ GPL-2 GPL-2+ GPL-3.0-or-later GPLv2+ LGPL-2.1+ LGPL-3
AGPL-3+ GFDL-NIV-1.3+ Artistic GFDL-1.3-no-invariants-or-later Artistic-2.0 BSL-1.0 EPL-2.0 EUPL-1.2
ISC OFL-1.1 PDDL-1.0 Unlicense WTFPL Zlib CDLA-Permissive-2.0 public-domain apache-2.0
https://www.apache.org/licenses/LICENSE-2.0 https://spdx.org/licenses/MIT
https://creativecommons.org/licenses/by/4.0/ https://www.gnu.org/licenses/gpl-3.0.html
GPL-2+-with-OpenSSL-exception
"""

UNFREE = """
openrail creativeml-openrail-m openrail++ bigscience-bloom-rail-1.0 CC-BY-NC-4.0 cc-by-nc-sa-4.0
CC-BY-ND-3.0 llama2 llama3.1 gemma BSL-1.1 BUSL-1.1 SSPL-1.0 JSON BSD-3-Clause-No-Nuclear-License
GPL-2-noncommercial https://creativecommons.org/licenses/by-nc/4.0/ proprietary
"""

DOUBTFUL = """
cc other GFDL-1.3+ CC-BY-2.5 CC-BY-SA-2.0 ODbL-1.0 ODC-By-1.0 CDLA-Sharing-1.0 C-UDA OpenMDW-1.0
LGPL-LR Foo L0
"""

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files, to deal in the Software
without restriction, subject to the following conditions:
.
The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software."""

NOTICE = "On Debian systems, the full text is in /usr/share/common-licenses/GPL-3."


@pytest.mark.parametrize("name", FREE.split())
def test_these_names_meet_the_dfsg(name: str) -> None:
    assert verdict(name).license is DFSG


@pytest.mark.parametrize("name", UNFREE.split())
def test_these_names_do_not(name: str) -> None:
    assert verdict(name).license is NOT_DFSG


@pytest.mark.parametrize("name", DOUBTFUL.split())
def test_of_these_a_person_must_judge(name: str) -> None:
    assert verdict(name).license is UNKNOWN


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("GPL-2+ with OpenSSL exception", DFSG),
        ("GPL-2.0-only WITH Classpath-exception-2.0", DFSG),
        ("GPL-2 with restrictions", UNKNOWN),
        ("Apache-2.0 with Commons-Clause", NOT_DFSG),
        ("CC-BY-NC-4.0 or MIT", DFSG),
        ("CC-BY-NC-4.0 or Foo", UNKNOWN),
        ("MIT and Foo", UNKNOWN),
        ("Foo and CC-BY-NC-4.0", NOT_DFSG),
        ("CC-BY-NC-4.0 and all-rights-reserved", License.NOT_REDISTRIBUTABLE),
        ("MIT or Foo and CC-BY-NC-4.0", DFSG),
        ("MIT or Foo, and CC-BY-NC-4.0", NOT_DFSG),
        ("(MIT or Foo) and (BSD-2-clause or Bar)", DFSG),
        ("(MIT, or Foo) AND CC-BY-NC-4.0", NOT_DFSG),
        ("Foo, Bar, or MIT", DFSG),
        ("MIT, BSD, and CC-BY-NC-4.0", NOT_DFSG),
        ("MIT, CC-BY-NC-4.0", NOT_DFSG),
        ("MIT and/or CC-BY-NC-4.0", NOT_DFSG),
        ("Apache License 2.0", DFSG),
        ("BSD 3 Clause", DFSG),
        ("MIT Foo", UNKNOWN),
        ("", UNKNOWN),
        ("and", UNKNOWN),
        ("(MIT", UNKNOWN),
        ("MIT)", UNKNOWN),
        ("()", UNKNOWN),
        ("MIT (Foo)", UNKNOWN),
        ("(" * 50 + "MIT" + ")" * 50, UNKNOWN),
    ],
)
def test_an_expression_is_as_good_as_its_parts_allow(expression: str, expected: License) -> None:
    assert verdict(expression).license is expected


def test_every_row_of_the_table_gives_a_reason() -> None:
    assert all(entry.reason and entry.patterns for entry in TABLE)
    assert (
        verdict("CC-BY-NC-4.0").reason == "CC-BY-NC-4.0 is for non-commercial or academic use only (DFSG 6)"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MIT, DFSG),
        (MIT + "\nThe model may only be used for research.", UNKNOWN),
        (MIT + "\nword" * 300, UNKNOWN),
        (NOTICE, DFSG),
        (NOTICE + " Commercial use is prohibited.", UNKNOWN),
        ("See /usr/share/common-licenses/GFDL-1.3.", UNKNOWN),
        ("See /usr/share/common-licenses/Fantasy.", UNKNOWN),
        ("You may do what you like.", UNKNOWN),
        ("x" * (1 << 20), UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_name_on_no_list_is_judged_by_its_text_only_as_far_as_that_is_plain(
    text: str, expected: License
) -> None:
    assert verdict("Foo", {"foo": text}).license is expected


def test_a_variant_of_a_free_license_is_doubted_if_its_text_restricts() -> None:
    assert verdict("BSD-3-clause-Foo", {"bsd-3-clause-foo": MIT}).license is DFSG
    assert verdict("BSD-3-clause-Foo", {"bsd-3-clause-foo": "Not for military use."}).license is UNKNOWN


def test_the_license_of_data_may_be_stated_to_be_missing() -> None:
    assert data_verdict("not-stated")[0] is DataLicense.NOT_STATED
    assert [
        data_verdict(name)[0].value for name in ("CC-BY-4.0", "CC-BY-NC-4.0", "Foo", "all-rights-reserved")
    ] == [
        "dfsg",
        "not-dfsg",
        "unknown",
        "not-dfsg",
    ]


COPYRIGHT = b"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Files-Excluded: models/*.pt
Disclaimer: see ML-Policy

Files: *
Copyright: A
License: GPL-3+

Files: data/*
 ./extra/*.onnx,
Copyright: B
License: CC-BY-NC-4.0

Files: data/own.onnx
Copyright: C
License: Foo
 Inline
 .
 text

License: Foo
 See /usr/share/common-licenses/GPL-2.
"""


@pytest.mark.parametrize(
    ("path", "line", "license_line", "general", "expected"),
    [
        ("net.onnx", 5, 7, True, DFSG),
        ("data/deep/net.onnx", 9, 12, False, NOT_DFSG),
        ("extra/net.onnx", 9, 12, False, NOT_DFSG),
        ("data/own.onnx", 14, 16, False, DFSG),
    ],
)
def test_the_last_files_stanza_that_matches_covers_a_path(
    path: str, line: int, license_line: int, general: bool, expected: License
) -> None:
    copyright_file = read_copyright(COPYRIGHT)
    coverage = copyright_file.cover(path)
    assert coverage
    assert (coverage.stanza.line, coverage.stanza.license_line, coverage.general) == (
        line,
        license_line,
        general,
    )
    assert verdict_for(copyright_file, path).license is expected


def test_the_text_of_a_stanza_of_its_own_counts_more_than_one_inside_a_files_stanza() -> None:
    assert "common-licenses" in read_copyright(COPYRIGHT).texts["foo"]


def test_the_header_is_kept() -> None:
    copyright_file = read_copyright(COPYRIGHT)
    assert copyright_file.disclaimer == "see ML-Policy"
    assert [glob.text for glob in copyright_file.excluded] == ["models/*.pt"]


def test_a_path_that_no_stanza_covers_has_an_unknown_license() -> None:
    only = read_copyright(COPYRIGHT.replace(b"Files: *\n", b"Files: debian/*\n"))
    assert verdict_for(only, "net.onnx").license is UNKNOWN


@pytest.mark.parametrize(
    "data", [b"", b"Copyright 2020 A. Body\n", b"\x89PNG\r\n", b"Files: *\nLicense: MIT\n"]
)
def test_a_file_in_another_form_is_not_machine_readable(data: bytes) -> None:
    assert verdict_for(read_copyright(data), "net.onnx").license is License.NOT_MACHINE_READABLE


def test_what_is_malformed_is_passed_over() -> None:
    data = COPYRIGHT.replace(b"Files: data/*", b"Files: bad\\glob data/*").replace(
        b"Copyright: C\n", b"junk\n"
    )
    assert verdict_for(read_copyright(data), "data/x").license is NOT_DFSG


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=10))
@example(b"Format: dep5\n\nFiles:\n\nLicense:\n\nFiles: *\n", "x")
def test_no_file_makes_it_raise(data: bytes, path: str) -> None:
    for content in (data, COPYRIGHT[:80] + data):
        assert verdict_for(read_copyright(content), path).reason


WORDS = st.sampled_from(
    ["(", ")", ",", "and", "or", "with", "MIT", "Foo", "CC-BY-NC-4.0", "exception", "L0", "AND"]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_no_expression_makes_it_raise(expression: str) -> None:
    assert verdict(expression).reason


def test_long_names_take_no_more_than_moments() -> None:
    before = time.monotonic()
    for name in ("a-" * 2000, "-rail" * 800, "bsd-" * 1000, "https://gnu.org/licenses/" + "a." * 1900):
        verdict(name, {name: "may not " * 8000})
    assert time.monotonic() - before < 2


THANKS = "This work was supported in part by the Defense Advanced Research Projects Agency."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (THANKS, License.DFSG),
        ("For research purposes only.", License.UNKNOWN),
        ("It may be used in academic research only.", License.UNKNOWN),
        ("Permission is granted for non-profit research.", License.UNKNOWN),
        ("Commercial users need an evaluation license for evaluation use.", License.UNKNOWN),
    ],
)
def test_who_paid_is_no_restriction_but_what_for_is(sentence: str, expected: License) -> None:
    assert verdict("BSD-2", {"bsd-2": f"Redistribution is permitted.\n{sentence}"}).license is expected
