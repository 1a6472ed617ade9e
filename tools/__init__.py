"""What a developer runs besides the tests: screenshots, catalogues of messages."""
