from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """`agent` is who signed in, once the form is valid. Whatever is wrong, the words are the same."""

    email = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=1000, strip=False)

    def __init__(self, *args, request=None, **kwargs):
        self.request, self.agent = request, None
        super().__init__(*args, **kwargs)

    def clean(self):
        given = self.cleaned_data
        if "email" in given and "password" in given:
            self.agent = authenticate(self.request, username=given["email"], password=given["password"])
        if self.agent is None:
            raise forms.ValidationError(_("Wrong e-mail or password."))
        return given


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)
