"""The rules of members that need no database: phones, names, cards, divisions, ranks, files."""
