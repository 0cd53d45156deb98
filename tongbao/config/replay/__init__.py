"""What a plan would have paid on real orders: pure Python over three files, no database and no server.

The rules are those of the running system: the same evaluator, the same policies for ranks and differences.
"""
