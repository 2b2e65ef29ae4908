from okienko.inboxes.channel import Sent


class Provider:
    """The border: a mail server that answers what it is told to. `answers`: Sent or ChannelError, the last for ever."""

    def __init__(self, channel):
        self.abilities, self.parse, self.compose = channel.abilities, channel.parse, channel.compose
        self.answers, self.taken = [Sent()], []

    def send(self, config, payload, *, sender, recipients):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        self.taken.append((payload, list(recipients)))
        return answer
