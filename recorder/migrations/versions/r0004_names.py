"""No table changes: the views, which are made anew with each step, know the names of rooms."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The views follow by themselves."""
