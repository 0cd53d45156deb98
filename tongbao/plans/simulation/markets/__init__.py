"""Markets that are shipped, as documents."""
