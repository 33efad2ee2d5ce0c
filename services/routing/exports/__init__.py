"""省级平台归集: closed tasks as files, one a day, one way."""

from services.routing.exports.round import ExportRound

__all__ = ["ExportRound"]
