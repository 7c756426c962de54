"""A stand-in for the WeChat official-account platform, with a chat console in the browser."""
