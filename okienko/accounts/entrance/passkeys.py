"""Where browsers allow passkeys: on https, or on this very machine; never for a bare IP address."""

import ipaddress

from django.http.request import split_domain_port


def are_possible(request) -> bool:
    host = split_domain_port(request.get_host())[0].strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False
