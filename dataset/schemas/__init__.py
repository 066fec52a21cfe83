"""The data dictionary for machines: what the definitions say, in the words of published standards."""
