from django.urls import path

from okienko.accounts.staff import people_views, role_views, team_views

app_name = "staff"

urlpatterns = [
    path("people/", people_views.index, name="people"),
    path("people/invite/", people_views.invite, name="invite"),
    path("people/invitations/<int:pk>/revocation/", people_views.revocation, name="revocation"),
    path("people/<int:pk>/", people_views.person, name="person"),
    path("people/<int:pk>/leaving/", people_views.leaving, name="leaving"),
    path("people/<int:pk>/return/", people_views.return_to_work, name="return"),
    path("teams/", team_views.index, name="teams"),
    path("teams/new/", team_views.new, name="team_new"),
    path("teams/<int:pk>/", team_views.show, name="team"),
    path("teams/<int:pk>/members/", team_views.members, name="members"),
    path("teams/<int:pk>/deletion/", team_views.deletion, name="team_deletion"),
    path("roles/", role_views.index, name="roles"),
    path("roles/new/", role_views.new, name="role_new"),
    path("roles/<int:pk>/", role_views.show, name="role"),
    path("roles/<int:pk>/deletion/", role_views.deletion, name="role_deletion"),
]
