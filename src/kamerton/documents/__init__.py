"""Documents made from the rooms' data: slides, letters, tables, to take out of the house."""
