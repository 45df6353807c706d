"""The fields of the message that Keras writes beside a SavedModel (keras, protobuf/saved_metadata.proto)."""

from lintian_ml.encoding.protobuf_schema import schema

SCHEMA = schema(
    """
    SavedMetadata: 1 nodes SavedObject*
    SavedObject: 2 node_id int, 3 node_path text, 4 identifier text, 5 metadata text, 6 version VersionDef
    VersionDef: 1 producer int, 2 min_consumer int, 3 bad_consumers int*+
    """
)
