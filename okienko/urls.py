from django.urls import include, path
from django.views.generic import RedirectView

from okienko.accounts import audit_views
from okienko.accounts.entrance.policy_views import office_sign_in
from okienko.accounts.views import settings_home
from okienko.conversations.panel_views import story_of
from okienko.events import views as engine
from okienko.front import shell_views
from okienko.front.begin_views import begin
from okienko.inboxes.alert_views import alerts
from okienko.inboxes.signature_views import signatures
from okienko.ui.gallery_views import gallery

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="conversations:list"), name="home"),
    path("account/", include("okienko.accounts.urls")),
    path("account/signatures/", signatures, name="signatures"),
    path("account/", include("okienko.accounts.entrance.urls")),
    path("begin/", begin, name="begin"),
    path("conversations/", include("okienko.conversations.urls")),
    path("contacts/", include("okienko.contacts.urls")),
    path("contacts/<int:pk>/panels/story/", story_of, name="customer_story"),
    path("settings/", settings_home, name="settings"),
    path("settings/sign-in/", office_sign_in, name="office_sign_in"),
    path("settings/audit/", audit_views.log, name="audit"),
    path("settings/audit/export/", audit_views.export, name="audit_export"),
    path("settings/", include("okienko.accounts.staff.urls")),
    path("settings/mailboxes/", include("okienko.inboxes.urls")),
    path("alerts/", alerts, name="alerts"),
    path("manifest.webmanifest", shell_views.manifest, name="manifest"),
    path("worker.js", shell_views.worker, name="worker"),
    path("offline/", shell_views.offline, name="offline"),
    path("status/", engine.status, name="status"),
    path("ui/", gallery, name="gallery"),
    path("health", engine.health, name="health"),
    path("metrics", engine.metrics, name="metrics"),
]

handler400 = "okienko.front.errors.bad_request"
handler403 = "okienko.front.errors.permission_denied"
handler404 = "okienko.front.errors.page_not_found"
handler429 = "okienko.front.errors.too_many_requests"
handler500 = "okienko.front.errors.server_error"
