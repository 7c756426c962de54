"""Other cut-offs than a matcher's model has."""

from dataclasses import replace


def with_cuts(matcher, **cuts):
    """The matcher, which answers from these scores on; see `bot.content.serving.Cuts`."""
    held = matcher._held
    matcher._held = replace(held, cuts=held.cuts._replace(**cuts), lately={})
    return matcher
