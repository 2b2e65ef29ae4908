from django.urls import include, path
from django.views.generic import RedirectView

from okienko.accounts.views import settings_home
from okienko.events import views as engine
from okienko.inboxes.alert_views import alerts

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="conversations:list"), name="home"),
    path("account/", include("okienko.accounts.urls")),
    path("conversations/", include("okienko.conversations.urls")),
    path("settings/", settings_home, name="settings"),
    path("settings/mailboxes/", include("okienko.inboxes.urls")),
    path("alerts/", alerts, name="alerts"),
    path("status/", engine.status, name="status"),
    path("health", engine.health, name="health"),
    path("metrics", engine.metrics, name="metrics"),
]

handler400 = "okienko.front.errors.bad_request"
handler403 = "okienko.front.errors.permission_denied"
handler404 = "okienko.front.errors.page_not_found"
handler500 = "okienko.front.errors.server_error"
