"""The plan language: YAML documents with marks, read into frozen types."""
