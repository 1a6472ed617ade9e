"""Companies, who looks after them, contacts."""

from __future__ import annotations

from django.urls import path

from kamerton.web import (
    account_details,
    companies,
    contact,
    contact_erasing,
    contact_map,
    contacts,
    lists,
    merging,
    merging_contacts,
)

urlpatterns = [
    path("account-details/<account:account>/", account_details.details, name="account_details"),
    path("account-edit/<account:account>/", account_details.edit, name="account_edit"),
    path("account-field/<slug:field>/<account:account>/", account_details.field, name="account_field"),
    path("account-address/<account:account>/", account_details.address, name="account_address"),
    path("account-number/<account:account>/", account_details.external_id, name="account_external_id"),
    path("account-tags/<account:account>/", account_details.tags, name="account_tags"),
    path("account-assign/<account:account>/", account_details.assign, name="account_assign"),
    path("account-team/<account:account>/", account_details.member, name="account_team"),
    path("addresses/<int:pk>/remove/", account_details.remove_address, name="address_remove"),
    path("account-numbers/<int:pk>/remove/", account_details.remove_external_id, name="external_id_remove"),
    path("coverage/<int:pk>/end/", account_details.end_coverage, name="coverage_end"),
    path("doubles/", merging.doubles, name="account_doubles"),
    path("doubles/merge/", merging.merge, name="account_merge"),
    path("merges/<int:pk>/undo/", merging.part, name="account_part"),
    path("account-merge/<account:account>/", merging.merge_one, name="account_merge_one"),
    path("doubles/contacts/", merging_contacts.doubles, name="contact_doubles"),
    path("doubles/contacts/merge/", merging_contacts.merge, name="contact_merge"),
    path("contact-merges/<int:pk>/undo/", merging_contacts.part, name="contact_part"),
    path("contacts/<int:pk>/say/<slug:act>/", contact_map.say, name="contact_say"),
    path("contacts/<int:pk>/merge/", merging_contacts.merge_one, name="contact_merge_one"),
    path("companies/new/", companies.new, name="company_new"),
    path("industries/new/", companies.industry, name="industry_new"),
    path("industries/<int:pk>/", companies.industry, name="industry"),
    path("settings/limits/", companies.limits, name="limits"),
    path("contacts/new/", contact.new, name="contact_new"),
    path("contacts/<int:pk>/", contact.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contact.edit, name="contact_edit"),
    path("contacts/<int:pk>/leave/", contact.leave, name="contact_leave"),
    path("contacts/<int:pk>/move/", contact.move, name="contact_move"),
    path("contacts/<int:pk>/met/", contact.interaction, name="contact_interaction"),
    path("contacts/<int:pk>/note/", contact.note, name="contact_note"),
    path("personal-notes/<int:pk>/forget/", contact.forget, name="contact_note_forget"),
    path("contacts/<int:pk>/kept.<slug:kind>", contact_erasing.kept, name="contact_kept"),
    path("contacts/<int:pk>/erase/", contact_erasing.erase, name="contact_erase"),
    *lists.urlpatterns(companies.PROSPECTS, "prospects/"),
    *lists.urlpatterns(companies.INDUSTRIES, "industries/"),
    *lists.urlpatterns(contacts.CONTACTS, "contacts/"),
]
