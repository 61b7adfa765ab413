"""Erasures and their receipts as people see them."""

from doublebill_local.display.console import Answer, out


def show_erasure(answer: Answer) -> None:
    """Prints an erasure, and the receipt where there is one."""
    out.print(f"[bold]{answer['catalog']}[/] erasure {answer['erasure_id']}: {answer['state']}", highlight=False)
    out.print(f"erased: {', '.join(answer['support_ids'])}, {answer.get('events', 0):,} events", markup=False)
    for one in answer.get("versions", ()):
        out.print(f"was trained on them: version {one['version']}", markup=False)
    if "training_id" in answer:
        out.print(f"a training without them was started: {answer['training_id']}", markup=False)
    if "receipt" not in answer:
        if "reason" in answer:
            out.print(f"no model that was trained without them answers yet: {answer['reason']}", markup=False)
            out.print(
                f"versions that were trained on them may answer until {answer['due']} at the latest", markup=False
            )
        again = f"doublebill erasures {answer['catalog']} {answer['erasure_id']}"
        when = "a minute after the erasure, when a model that was trained without the users answers"
        out.print(f"the receipt is made {when}: {again}", markup=False, style="dim")
        return
    out.print(f"completed {answer['receipt']['completed']}, seal {answer['receipt']['seal']}", markup=False)
    for one in answer["receipt"]["remains"]:
        out.print(f"copies stay in {one['place']}: {one['until']}", markup=False)


def show_erasures(answer: Answer) -> None:
    """Prints the erasures of a catalog."""
    for one in answer["erasures"]:
        users = "1 user" if one["users"] == 1 else f"{one['users']:,} users"
        due = "" if one["state"] == "complete" else f"  due {one['due']}"
        out.print(f"{one['erasure_id']}  {one['erased']}  {users}  {one['state']}{due}", markup=False)
    if not answer["erasures"]:
        out.print("nobody was erased")


def show_receipt(answer: Answer) -> None:
    """Prints whether a receipt is genuine."""
    found = "was sealed here and is unchanged" if answer["genuine"] else "was not sealed here, or has been changed"
    out.print(f"{answer['file']} {found}", markup=False)
