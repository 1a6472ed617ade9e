"""Events, and what contacts did for us or for competitors."""

from __future__ import annotations

from django.urls import path

from kamerton.web import acts, event_lists, events, lists

urlpatterns = [
    *lists.urlpatterns(event_lists.EVENTS, "events/"),
    path("events/new/", events.event_new, name="event_new"),
    path("events/<int:pk>/", events.event, name="event"),
    path("events/<int:pk>/edit/", events.event_edit, name="event_edit"),
    path("events/<int:pk>/remove/", events.event_remove, name="event_remove"),
    path("events/<int:pk>/presentation/", events.talk_new, name="event_talk_new"),
    path("event-presentations/<int:pk>/", events.talk, name="event_talk"),
    path("event-presentations/<int:pk>/remove/", events.talk_remove, name="event_talk_remove"),
    path("contact-event/<int:pk>/", events.part_new, name="event_part_new"),
    path("event-people/<int:pk>/", events.part, name="event_part"),
    path("event-people/<int:pk>/attended/", events.part_attended, name="event_part_attended"),
    path("event-people/<int:pk>/remove/", events.part_remove, name="event_part_remove"),
    path("contact-act/<int:pk>/", acts.act_new, name="act_new"),
    path("acts/<int:pk>/", acts.act, name="act"),
    path("acts/<int:pk>/edit/", acts.act_edit, name="act_edit"),
    path("acts/<int:pk>/remove/", acts.act_remove, name="act_remove"),
]
