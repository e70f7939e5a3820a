"""Assembly: reads the configuration, makes the parts, hands them in; alone in knowing everyone.

`open_home()` gives the parts to the servers, the command line and the worker; `connect()` gives a
notebook what it wants; `examine()` says what is configured, reachable and wrong.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catchment.app.examination import Finding, examine
    from catchment.app.home import Home, open_home
    from catchment.app.keys import forbid_core_dumps, tell_everybody
    from catchment.app.notebook import Notebook, connect
    from catchment.app.people_keeping import PeopleKeeping
    from catchment.app.privacy_sweeping import sweep_report
    from catchment.app.settings import Role, SettingRefused, Settings, read_settings
    from catchment.app.sweep_pass import SweepWatch, rehearse_sweep, sweep
    from catchment.app.terminal_masks import without_tokens

_ROOMS = {
    "Finding": "examination",
    "Home": "home",
    "SweepWatch": "sweep_pass",
    "Notebook": "notebook",
    "PeopleKeeping": "people_keeping",
    "Role": "settings",
    "SettingRefused": "settings",
    "Settings": "settings",
    "connect": "notebook",
    "examine": "examination",
    "forbid_core_dumps": "keys",
    "open_home": "home",
    "read_settings": "settings",
    "rehearse_sweep": "sweep_pass",
    "sweep": "sweep_pass",
    "sweep_report": "privacy_sweeping",
    "tell_everybody": "keys",
    "without_tokens": "terminal_masks",
}

__all__ = [
    "Finding",
    "Home",
    "Notebook",
    "PeopleKeeping",
    "Role",
    "SettingRefused",
    "Settings",
    "SweepWatch",
    "connect",
    "examine",
    "forbid_core_dumps",
    "open_home",
    "read_settings",
    "rehearse_sweep",
    "sweep",
    "sweep_report",
    "tell_everybody",
    "without_tokens",
]


def __getattr__(name: str) -> object:
    # Each process needs some of these only, and none should pay for the others' libraries.
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
