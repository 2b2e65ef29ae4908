from django.urls import path

from okienko.conversations import changing_views, desk_views, letter_views, views

app_name = "conversations"

urlpatterns = [
    path("", desk_views.index, name="list"),
    path("<int:number>/", views.show, name="show"),
    path("<int:number>/replies/", views.replies, name="replies"),
    path("<int:number>/notes/", views.notes, name="notes"),
    path("<int:number>/resolution/", changing_views.resolution, name="resolution"),
    path("<int:number>/assignment/", changing_views.assignment, name="assignment"),
    path("<int:number>/tags/", changing_views.tags, name="tags"),
    path("<int:number>/reading/", changing_views.reading, name="reading"),
    path("<int:number>/addressees/", views.addressees, name="addressees"),
    path("messages/<int:pk>/delivery/", letter_views.delivery, name="delivery"),
    path("messages/<int:pk>/text/", letter_views.text, name="text"),
    path("messages/<int:pk>/body/", letter_views.body, name="body"),
    path("messages/<int:pk>/original/", letter_views.original, name="original"),
    path("messages/<int:pk>/files/<int:file>/", letter_views.attachment, name="file"),
]
