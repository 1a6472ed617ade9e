"""What is reckoned of a plan, one file a subject. Pure: values in, frozen values out; no database, no clock."""
