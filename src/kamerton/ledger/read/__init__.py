"""Reading sales exports: any file in, canonical lines and a full account of what was refused out. No Django."""
