"""The tables of the store, and how an older store becomes a newer one."""

APPLICATION_ID = 0x4C4D4C41
"""Marks an SQLite file as a store of this program: "LMLA"."""

FIRST = """
-- One scan over one source of packages, under one set of terms; unfinished while "finished" is null.
-- "again" says which packages were read although their result was there: none, failed or all.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    all_versions INTEGER NOT NULL,
    again TEXT NOT NULL,
    profile TEXT NOT NULL,
    profile_digest TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    detection_version TEXT NOT NULL,
    planned INTEGER NOT NULL,
    started TEXT NOT NULL,
    finished TEXT
);

-- What came of reading one .dsc under one set of terms; all that hangs on it came with it.
CREATE TABLE packages (
    id INTEGER PRIMARY KEY,
    dsc_sha256 TEXT NOT NULL,
    profile TEXT NOT NULL,
    profile_digest TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    detection_version TEXT NOT NULL,
    input TEXT NOT NULL,
    size INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'partial', 'failed')),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    type TEXT,
    area TEXT,
    suite TEXT,
    maintainer TEXT,
    uploaders TEXT NOT NULL,
    binaries TEXT NOT NULL,
    UNIQUE (dsc_sha256, profile_digest, tool_version, detection_version)
);
CREATE INDEX packages_by_name ON packages (name);

-- The packages that a run found, whether it read them or knew their result.
CREATE TABLE run_packages (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    PRIMARY KEY (run, package)
) WITHOUT ROWID;
CREATE INDEX run_packages_by_package ON run_packages (package);

-- "held" tells a model that is held to the policy from a file that may or may not be one.
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    path TEXT NOT NULL,
    parts TEXT NOT NULL,
    format TEXT,
    certainty TEXT,
    nature TEXT NOT NULL,
    held INTEGER NOT NULL,
    size INTEGER,
    sha256 TEXT,
    tensors INTEGER,
    parameters INTEGER,
    reproducibility TEXT NOT NULL,
    predicate TEXT,
    verdict TEXT,
    evidence TEXT NOT NULL,
    metadata TEXT NOT NULL,
    remarks TEXT NOT NULL
);
CREATE INDEX models_by_package ON models (package);
CREATE INDEX models_by_sha256 ON models (sha256);

CREATE TABLE facts (
    model INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT,
    PRIMARY KEY (model, name)
) WITHOUT ROWID;

-- "permitted" says whether a model of this class may be in its package's archive area; null: not settled.
CREATE TABLE classes (
    model INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    profile TEXT NOT NULL,
    class TEXT NOT NULL,
    "row" TEXT NOT NULL,
    areas TEXT NOT NULL,
    assurance TEXT NOT NULL,
    permitted INTEGER,
    PRIMARY KEY (model, profile)
) WITHOUT ROWID;

CREATE TABLE hints (
    id INTEGER PRIMARY KEY,
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    tag TEXT NOT NULL,
    visibility TEXT NOT NULL,
    certainty TEXT NOT NULL,
    experimental INTEGER NOT NULL,
    note TEXT NOT NULL,
    file TEXT,
    line INTEGER,
    overridden INTEGER NOT NULL,
    justification TEXT,
    override_file TEXT,
    override_line INTEGER
);
CREATE INDEX hints_by_package ON hints (package);
CREATE INDEX hints_by_tag ON hints (tag);

-- Why a try to read a package came to nothing; a package may have failed once and still be "ok".
CREATE TABLE failures (
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (package, attempt)
) WITHOUT ROWID;

CREATE TABLE not_examined (
    id INTEGER PRIMARY KEY,
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    path TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX not_examined_by_package ON not_examined (package);
"""

SECOND = """
-- "read" is bytes: of a package those of its files that were read for this result, none where an inventory
-- was enough; of a run the sum. "seconds" is processor time within the child. "unavailable" tells that a file
-- was not there.
ALTER TABLE packages ADD COLUMN unavailable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN planned_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN read INTEGER NOT NULL DEFAULT 0;

-- What was found in a package, from which it can be judged again: of each the newest only.
CREATE TABLE inventories (
    dsc_sha256 TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    data BLOB NOT NULL
) WITHOUT ROWID;

-- Models that are not in the package: downloads, and pointers to files that are kept elsewhere.
CREATE TABLE elsewhere (
    id INTEGER PRIMARY KEY,
    package INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('download', 'pointer')),
    path TEXT NOT NULL,
    told TEXT NOT NULL
);
CREATE INDEX elsewhere_by_package ON elsewhere (package);
"""

MIGRATIONS = (FIRST, SECOND)
"""What to execute on a store of version 0, 1, …; the version is how many of them a store has seen."""

VERSION = len(MIGRATIONS)
