"""What is planned: with accounts, for departments and their people, and the projects of people and accounts that count."""

from kamerton.plans.models.activities import Activity, Resource
from kamerton.plans.models.department import DepartmentPlan, Target, target_kinds
from kamerton.plans.models.living import PlanTemplate, PlanVersion, Review
from kamerton.plans.models.objectives import Objective
from kamerton.plans.models.plans import Line, PhaseEnd, Plan
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
    "Activity",
    "Autonomy",
    "CheckIn",
    "DepartmentPlan",
    "JointRecord",
    "LevelChange",
    "Line",
    "Objective",
    "PhaseEnd",
    "Plan",
    "PlanTemplate",
    "PlanVersion",
    "Project",
    "Resource",
    "Review",
    "Spend",
    "Target",
    "levels",
    "project_states",
    "record_kinds",
    "spend_states",
    "target_kinds",
]
