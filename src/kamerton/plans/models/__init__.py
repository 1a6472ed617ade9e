"""What is planned: for departments and their people."""

from kamerton.plans.models.department import DepartmentPlan, Target, target_kinds

__all__ = ["DepartmentPlan", "Target", "target_kinds"]
