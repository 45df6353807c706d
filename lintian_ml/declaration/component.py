"""The components of the Model Openness Framework, by the classes that ask for them.

The lists are those of the framework's own tool (lfai/model_openness_tool, mof.settings.yml). The final
parameters are missing from them: they are the model itself.
"""

from dataclasses import dataclass

MODEL = ("model-architecture", "model-card", "data-card", "technical-report", "evaluation-results")
TOOLING = ("training-code", "inference-code", "evaluation-code", "evaluation-data")
SCIENCE = ("datasets", "data-preprocessing-code", "model-parameters-intermediate", "research-paper")
OPTIONAL = ("model-metadata", "sample-model-outputs", "supporting-libraries")

COMPONENTS = (*MODEL, *TOOLING, *SCIENCE, *OPTIONAL)
"""All that may be declared."""


@dataclass(frozen=True, slots=True)
class Component:
    """What a component is, its path in the source or its address, and its license (empty for a file in the
    source, whose license debian/copyright tells).
    """

    name: str
    place: str
    license: str
    line: int
