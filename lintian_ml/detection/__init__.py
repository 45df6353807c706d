"""Which files are models, how sure that is, and what each holds.

An ``Examiner`` is shown every file once, as a stream. It keeps nothing of files that cannot matter; what
may be a model is held (in memory, or in a temporary file when large) while its format's reader looks at it.
"""

from lintian_ml.detection.addresses import names_model
from lintian_ml.detection.cards import Card, card, carded
from lintian_ml.detection.clues import Clues
from lintian_ml.detection.finding import FoundModel, NotExamined
from lintian_ml.detection.hooks import Hook, When, hooks
from lintian_ml.detection.nested import Examiner
from lintian_ml.detection.parts import joined
from lintian_ml.detection.pointers import LfsPointer
from lintian_ml.detection.statements import Statement, Subject

DETECTION_VERSION = "4"
"""Changes whenever the same bytes may give other findings: stored findings of another version are not
reused.
"""

__all__ = [
    "DETECTION_VERSION",
    "Card",
    "Clues",
    "Examiner",
    "FoundModel",
    "Hook",
    "LfsPointer",
    "NotExamined",
    "Statement",
    "Subject",
    "When",
    "card",
    "carded",
    "hooks",
    "joined",
    "names_model",
]
