"""lintian-ml finds the trained models in Debian packages, classifies them by a policy and verifies claims.

The public Python interface is ``lintian_ml.equality``; everything else serves the command.
"""

__version__ = "0.1.0"
