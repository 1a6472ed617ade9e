"""What people do to accounts, contacts and what is known of them. The only writers of the room's tables."""
