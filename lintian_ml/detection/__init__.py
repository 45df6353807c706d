"""Which files are models, how sure that is, and what each holds.

An ``Examiner`` is shown every file once, as a stream. It keeps nothing of files that cannot matter; what
may be a model is held (in memory, or in a temporary file when large) while its format's reader looks at it.
"""

from lintian_ml.detection.examine import Examiner
from lintian_ml.detection.finding import FoundModel, NotExamined

DETECTION_VERSION = "1"
"""Changes whenever the same bytes may give other findings: stored findings of another version are not
reused.
"""

__all__ = ["DETECTION_VERSION", "Examiner", "FoundModel", "NotExamined"]
