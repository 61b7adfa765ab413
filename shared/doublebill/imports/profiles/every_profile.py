"""All profiles, and the choice among them."""

from collections.abc import Sequence

from doublebill.imports.profiles.book_files import BOOKS
from doublebill.imports.profiles.click_files import CLICKS
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.profiles.film_files import FILMS
from doublebill.imports.profiles.list_files import LISTS
from doublebill.imports.profiles.music_files import MUSIC
from doublebill.imports.profiles.shop_files import SHOPS

PROFILES = (*FILMS, *MUSIC, *BOOKS, *SHOPS, *LISTS, *CLICKS)


def profile_of(
    columns: Sequence[str], rows: Sequence[Sequence[object]], file: str, subject: str = ""
) -> FileProfile | None:
    """Returns the profile that fits best: the one that is recognised by most columns, then the first in the list.

    With a subject, `events` or `items`, only profiles of this subject are looked at.
    """
    wanted = [profile for profile in PROFILES if subject in ("", profile.subject)]
    fitting = [profile for profile in wanted if profile.fits(columns, rows, file)]
    return max(
        fitting, key=lambda profile: (bool(profile.files), len(profile.patterns) or len(profile.needs)), default=None
    )
