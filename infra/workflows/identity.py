"""Under which id a request is claimed: its own, else its envelope's, else its execution's name."""


def request_id(given: str = "$states.input", name: str = "$states.context.Execution.Name") -> str:
    """Return an expression for the id, of expressions for the execution's input and its name."""
    return (
        "($fits := function($id) {"
        "$type($id) = 'string' and $length($id) > 0 and $length($id) <= 128 };"
        f"$given := {given}; $asked := $given.request.requestId; $own := $given.requestId;"
        f"$fits($asked) ? $asked : $fits($own) ? $own : {name})"
    )
