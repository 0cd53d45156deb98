"""Assets, integer amounts, rates and allotment. Pure: no framework, no floats."""
