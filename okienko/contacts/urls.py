from django.urls import path

from okienko.contacts import address_views, changing_views, panel_views, views

app_name = "contacts"

urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/name/", changing_views.name, name="name"),
    path("<int:pk>/language/", changing_views.language, name="language"),
    path("<int:pk>/tags/", changing_views.tags, name="tags"),
    path("<int:pk>/identities/", address_views.identities, name="identities"),
    path("<int:pk>/identities/<int:identity>/primary/", address_views.primary, name="primary"),
    path("<int:pk>/identities/<int:identity>/removal/", address_views.removal, name="removal"),
    path("<int:pk>/identities/<int:identity>/taking/", address_views.taking, name="taking"),
    path("<int:pk>/panels/reach/", panel_views.reach, name="panel_reach"),
    path("<int:pk>/panels/notes/", panel_views.notes, name="panel_notes"),
]
