"""The platform's paths, one file for each subject; this table is all of them."""

from lab.api import (
    content,
    credentials,
    kf,
    limits,
    links,
    mass,
    material,
    media,
    menu,
    mini,
    oauth,
    qrcode,
    subscribe,
    tags,
    template,
    users,
)
from lab.call import Endpoint

FAMILIES = (
    credentials.ROUTES,
    limits.ROUTES,
    menu.ROUTES,
    kf.ROUTES,
    template.ROUTES,
    subscribe.ROUTES,
    mass.ROUTES,
    content.ROUTES,
    material.ROUTES,
    media.ROUTES,
    tags.ROUTES,
    users.ROUTES,
    qrcode.ROUTES,
    links.ROUTES,
    oauth.ROUTES,
    mini.ROUTES,
)

ENDPOINTS: dict[str, Endpoint] = {endpoint.path: endpoint for family in FAMILIES for endpoint in family}
