"""How the members of a zip archive are compressed: the same content has many compressed forms."""

import hashlib
from dataclasses import replace
from itertools import pairwise

from lintian_ml.blob import Blob
from lintian_ml.container.directory import Entry, locate
from lintian_ml.model import Model

COMPRESSION = "compressed members"
"""The name of this noise on a format's list."""

HASHED = 64 << 20
"""Compressed bytes that are hashed at most: of longer ones only a part is compared."""


def with_compression(model: Model, archive: Blob, entries: tuple[Entry, ...]) -> Model:
    """Add the compressed bytes of an archive to a model's noise: none where all members are stored.

    What they say is the SHA-256 of each run from a compressed member to what follows it, up to HASHED bytes.
    """
    places = sorted({*(entry.offset for entry in entries), locate(archive).offset})
    ends = dict(pairwise(places))
    state, left, size = hashlib.sha256(), HASHED, 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.method == 0 or entry.offset not in ends:
            continue
        size += entry.compressed
        length = min(left, ends[entry.offset] - entry.offset)
        left -= length
        for block in archive.blocks(entry.offset, length):
            state.update(block)
    if not size:
        return model
    noise = {**model.noise, COMPRESSION: state.digest()}
    return replace(model, noise=noise, noise_bits={**model.noise_bits, COMPRESSION: 8 * size})
