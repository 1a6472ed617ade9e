"""What is planned: for departments and their people, and the projects of people and accounts that count."""

from kamerton.plans.models.department import DepartmentPlan, Target, target_kinds
from kamerton.plans.models.projects import (
    Autonomy,
    CheckIn,
    JointRecord,
    LevelChange,
    Project,
    Spend,
    levels,
    project_states,
    record_kinds,
    spend_states,
)

__all__ = [
    "Autonomy",
    "CheckIn",
    "DepartmentPlan",
    "JointRecord",
    "LevelChange",
    "Project",
    "Spend",
    "Target",
    "levels",
    "project_states",
    "record_kinds",
    "spend_states",
    "target_kinds",
]
