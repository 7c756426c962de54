"""Every room's models, so that the metadata is whole."""

import bot.content.models
import bot.push.models
import bot.registry.models
import bot.registry.models_staff
import bot.registry.models_units
import bot.talk.models  # noqa: F401
