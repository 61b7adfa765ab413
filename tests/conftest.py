"""What every test shares: hypothesis draws however long that takes."""

from hypothesis import HealthCheck, settings

EXAMPLES = 50
"""Of each test that says nothing else; `make test` has five minutes for all."""

settings.register_profile(
    "unhurried", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
