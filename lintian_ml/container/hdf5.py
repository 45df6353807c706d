"""What lies in an HDF5 file, whoever reads it."""

from dataclasses import dataclass, field

from lintian_ml.model import Tensor


@dataclass(slots=True)
class Contents:
    """Datasets by their paths, attributes of each object, groups, links, and remarks.

    ``attributes`` maps an object's path ("" for the root) to plain JSON data by name; ``groups`` lists the
    paths of groups; ``links`` tells where soft and second hard links lead; ``types`` names the type of opaque
    datasets.
    """

    tensors: list[Tensor] = field(default_factory=list)
    attributes: dict[str, dict[str, object]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
