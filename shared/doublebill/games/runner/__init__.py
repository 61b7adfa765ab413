"""Runners: scrolling levels, learned from columns."""
