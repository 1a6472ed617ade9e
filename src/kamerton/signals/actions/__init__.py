"""The only writers of the room, one file a subject."""
