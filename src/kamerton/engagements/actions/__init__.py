"""The only writers of visits, calls and what is agreed for a week."""
