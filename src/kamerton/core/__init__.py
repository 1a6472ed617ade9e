"""What every room stands on: refusals, money, periods, audit, jobs. Importing it imports no Django."""
