"""Word, PowerPoint and Excel files: checked, filled and written. Bytes and plain values only: no database, no clock."""
