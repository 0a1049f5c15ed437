from django.urls import path

from content import discussion_urls
from content.views import lessons, quizzes

app_name = "content"
urlpatterns = [
    path("lessons/<uuid:key>/read/", lessons.mark_read, name="mark_read"),
    path("quiz/<int:module>/", quizzes.quiz, name="quiz"),
    path("quiz/<int:module>/start/", quizzes.quiz_start, name="quiz_start"),
    path("quiz/<int:module>/<int:number>/", quizzes.attempt, name="attempt"),
    path("quiz/<int:module>/<int:number>/result/", quizzes.result, name="attempt_result"),
    *discussion_urls.urlpatterns,
]
