"""Account business plans."""

from __future__ import annotations

from django.urls import path

from kamerton.web import lists, plan_lists, plan_living, plan_timeline, plan_versions, plan_write, plans

urlpatterns = [
    *lists.urlpatterns(plan_lists.PLANS, "plans/"),
    *lists.urlpatterns(plan_lists.IDEAS, "plans/ideas/"),
    *lists.urlpatterns(plan_lists.TEMPLATES, "plans/templates/"),
    path("account-plan/<account:account>/", plans.account_plan, name="account_plan"),
    path("account-plan-new/<account:account>/", plan_write.new, name="plan_new"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/page/", plans.plan_page, name="plan_page"),
    path("plans/<int:pk>/timeline.<slug:kind>", plan_timeline.export, name="plan_timeline"),
    path("plans/<int:pk>/edit/", plan_write.edit, name="plan_edit"),
    path("plans/<int:pk>/why/", plan_write.identify, name="plan_identify"),
    path("plans/<int:pk>/agreement/", plan_write.agreement, name="plan_agreement"),
    path("plans/<int:pk>/loyalty/", plan_write.loyalty, name="plan_loyalty"),
    path("plans/<int:pk>/opportunities/", plan_write.choose_opportunities, name="plan_opportunities"),
    path("plans/<int:pk>/close/", plan_write.close, name="plan_close"),
    path("plans/<int:pk>/reopen/", plan_write.reopen, name="plan_reopen"),
    path("plans/<int:pk>/add/<slug:kind>/", plan_write.line_new, name="plan_line_new"),
    path("plan-lines/<int:pk>/edit/", plan_write.line_edit, name="plan_line_edit"),
    path("plan-lines/<int:pk>/remove/", plan_write.line_remove, name="plan_line_remove"),
    path("plans/<int:pk>/objectives/new/", plan_write.objective_new, name="objective_new"),
    path("objectives/<int:pk>/", plan_write.objective, name="objective"),
    path("objectives/<int:pk>/edit/", plan_write.objective_edit, name="objective_edit"),
    path("objectives/<int:pk>/count/", plan_write.objective_count, name="objective_count"),
    path("objectives/<int:pk>/remove/", plan_write.objective_remove, name="objective_remove"),
    path("plans/<int:pk>/activities/new/", plan_living.activity_new, name="activity_new"),
    path("activities/<int:pk>/edit/", plan_living.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/remove/", plan_living.activity_remove, name="activity_remove"),
    path("activities/<int:pk>/resources/new/", plan_living.resource_new, name="resource_new"),
    path("plan-resources/<int:pk>/remove/", plan_living.resource_remove, name="resource_remove"),
    path("plans/<int:pk>/reviews/new/", plan_living.review_new, name="plan_review_new"),
    path("plan-reviews/<int:pk>/", plan_living.review, name="plan_review"),
    path("plan-reviews/<int:pk>/edit/", plan_living.review_edit, name="plan_review_edit"),
    path("plan-reviews/<int:pk>/minutes/", plan_living.review_minutes, name="plan_review_minutes"),
    path("plan-reviews/<int:pk>/cancel/", plan_living.review_cancel, name="plan_review_cancel"),
    path("plans/<int:pk>/versions/new/", plan_versions.version_new, name="plan_version_new"),
    path("plan-versions/<int:pk>/", plan_versions.version, name="plan_version"),
    path("plans/<int:pk>/ask/", plan_versions.ask, name="plan_ask"),
    path("plans/<int:pk>/customer/", plan_versions.customer, name="plan_customer"),
    path("plans/<int:pk>/comment/", plan_living.comment, name="plan_comment"),
    path("plans/<int:pk>/copy/", plan_living.copy, name="plan_copy"),
    path("plans/<int:pk>/template/", plan_living.template_new, name="plan_template_new"),
]
