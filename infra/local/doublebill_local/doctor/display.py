"""Findings of the doctor as people see them."""

from doublebill_local.display.console import Answer, numbered, out

MARKS = {"ok": "ok     ", "warning": "warning", "wrong": "WRONG  "}


def show_findings(answer: Answer) -> None:
    """Prints a line for each check, below those that need it what mends them, and a summary."""
    findings = answer["findings"]
    for one in findings:
        out.print(f"{MARKS[one['state']]} {one['check']}: {one['detail']}", markup=False)
        if one["fix"]:
            out.print(f"        → {one['fix']}", markup=False)
    wrong = sum(one["state"] == "wrong" for one in findings)
    warnings = sum(one["state"] == "warning" for one in findings)
    well = f"nothing is wrong; {numbered(warnings, 'warnings')}" if warnings else "all is well"
    out.print(well if not wrong else f"{wrong} of {len(findings)} checks found something wrong")
