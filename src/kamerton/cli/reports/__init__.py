"""What an analysis looks like on paper: documents made from figures, without Django."""
