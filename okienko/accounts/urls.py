from django.urls import path

from okienko.accounts import account_views, device_views, token_views, views
from okienko.accounts.entrance import invitation_views, password_views, sign_in_views

app_name = "accounts"

urlpatterns = [
    path("", account_views.show, name="account"),
    path("name/", account_views.name, name="name"),
    path("photo/", account_views.photo, name="photo"),
    path("looks/", account_views.looks, name="looks"),
    path("devices/", device_views.index, name="devices"),
    path("devices/others/", device_views.end_others, name="other_devices"),
    path("devices/<int:pk>/", device_views.end, name="device"),
    path("tokens/", token_views.index, name="tokens"),
    path("tokens/<int:pk>/", token_views.revoke, name="token"),
    path("sign-in/", sign_in_views.sign_in, name="sign_in"),
    path("sign-in/forgotten/", password_views.forgotten, name="forgotten"),
    path("sign-out/", sign_in_views.sign_out, name="sign_out"),
    path("new-password/<str:name>/<str:token>/", password_views.new_password, name="new_password"),
    path("password/", password_views.change, name="password"),
    path("invitation/<str:token>/", invitation_views.invitation, name="invitation"),
    path("language/", views.language, name="language"),
    path("colleagues/", views.colleagues, name="colleagues"),
]
