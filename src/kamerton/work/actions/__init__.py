"""What people do about work. The only writers of the room's tables."""
