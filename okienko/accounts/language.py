"""The page speaks the signed-in agent's language, before sign-in the browser's."""

from django.utils import translation
from django.utils.cache import patch_vary_headers


class AgentLanguage:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        agent = request.user
        language = (
            agent.language if agent.is_authenticated else translation.get_language_from_request(request)
        )
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        if not agent.is_authenticated:
            patch_vary_headers(response, ("Accept-Language",))
        return response
