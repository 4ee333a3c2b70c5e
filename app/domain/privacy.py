"""What guests agree to before they book: the venue's own text, or the one that comes with the service."""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from app.domain.people import Language
from app.domain.policy import Day, VenuePolicy, by_language, with_russian

STANDARD = "standard-1"
"""Of the text in privacy.ftl, which names what the policy says by default: another text is another version."""
_STANDARD_DATE = dt.date(2026, 11, 22)
_USUAL = VenuePolicy()


def _not_ours(version: str) -> str:
    if version.startswith("standard"):
        raise ValueError('should not begin with "standard", as versions of the text that comes with the service do')
    return version


_Version = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]


class PrivacyText(BaseModel):
    """A guest who has agreed to one version is asked again for the next."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[_Version, AfterValidator(_not_ours)]
    date: Day
    text: Annotated[dict[Language, _Text], BeforeValidator(by_language), AfterValidator(with_russian)]


def standard_privacy(policy: VenuePolicy) -> PrivacyText:
    """Without a text of its own: that is privacy.ftl's. It promises what the policy says, so that is in its version."""
    kept = (policy.forget_after_days, policy.forget_wishes_after_days)
    as_usual = kept == (_USUAL.forget_after_days, _USUAL.forget_wishes_after_days)
    version = STANDARD if as_usual else f"{STANDARD}-{kept[0] or 0}-{kept[1] or 0}"
    return PrivacyText.model_construct(version=version, date=_STANDARD_DATE, text={})
