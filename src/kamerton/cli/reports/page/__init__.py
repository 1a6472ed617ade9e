"""The parts of the HTML report: each function returns markup in which every text from the data is escaped."""
