"""Stop words: insults and coarse words that no new name is or has in it."""

import codecs
import re
import unicodedata

WHOLE = (
    "nany nahf nefr nff nefpu puvax pbpx pbba phz qvpx qlxr snt svpx tbbx uher xnpxr xvxr xxx zvys arteb ahggr cnxv "
    "cbbc chff chgn chgr encr frzra frk fcvp gneq gvg gvgf genaal gheq"
)
"""Words that a name, or a word of it, must not be; in ROT13, so that nobody reads them by accident."""

PARTS = (
    "onfgneq ovgpu obyybpx phag qvyqb sbgmr shpx uragnv uvgyre wvmm zreqr zvreqn anmv avtt betnfz cravf cvff cbea "
    "chffl encvfg ergneq fpurvff fpujhpugry fuvg fyhg gjng intva ihyin jnax juber jvpuf"
)
"""Words that must not stand within a name either; in ROT13."""


def _any_of(words: str) -> str:
    return codecs.decode(words, "rot13").replace(" ", "|")


STOPPED = re.compile(rf"\b(?:{_any_of(WHOLE)})\b|{_any_of(PARTS)}")


def is_stopped(name: str) -> bool:
    """Checks whether a name has a stop word; letters count without their accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return bool(STOPPED.search(plain.lower()))
