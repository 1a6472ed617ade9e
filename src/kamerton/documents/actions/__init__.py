"""Whatever writes: making a document, templates, texts of the law, addresses of calendars."""
