from django.urls import path

from okienko.inboxes import details_views, import_views, mailbox_views, oauth_views, setup_views

app_name = "inboxes"

urlpatterns = [
    path("", mailbox_views.index, name="mailboxes"),
    path("new/", setup_views.new, name="mailbox_new"),
    path("oauth/callback/", oauth_views.callback, name="oauth_callback"),
    path("oauth/go/", oauth_views.go, name="oauth_go"),
    path("oauth/<int:inbox_id>/begin/", oauth_views.begin, name="oauth_begin"),
    path("<int:inbox_id>/", mailbox_views.show, name="mailbox"),
    path("<int:inbox_id>/checkup/", mailbox_views.checkup, name="checkup"),
    path("<int:inbox_id>/connection/", mailbox_views.connection, name="connection"),
    path("<int:inbox_id>/disconnection/", mailbox_views.disconnection, name="disconnection"),
    path("<int:inbox_id>/pause/", mailbox_views.pause, name="pause"),
    path("<int:inbox_id>/count/", mailbox_views.count, name="count"),
    path("<int:inbox_id>/servers/", details_views.servers, name="servers"),
    path("<int:inbox_id>/answers/", details_views.answers, name="answers"),
    path("<int:inbox_id>/addresses/", details_views.addresses, name="addresses"),
    path("<int:inbox_id>/details/", details_views.details, name="details"),
    path("<int:inbox_id>/imports/", import_views.imports, name="imports"),
    path("<int:inbox_id>/imports/<int:import_id>/", import_views.import_state, name="import_state"),
]
