"""The PostgreSQL backend: schema and role switch together, constraints are never deferrable."""
