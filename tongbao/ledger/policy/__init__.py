"""Pure parts of the books: Merkle trees, what their leaves are made of, signed checkpoints."""
