"""The commands: the function, summary and examples of each."""

from dataclasses import dataclass

EXIT_CODES = {
    0: "done",
    1: "refused or failed",
    2: "wrong usage or bad input",
    3: "not found",
    4: "not decided",
    130: "interrupted",
}

DATA, MODELS, ANSWERS, CONTENT, SERVICE = "Data", "Models", "Answers", "Game content", "Service"


@dataclass(frozen=True)
class Command:
    """One command of the command line."""

    name: str
    function: str
    """Module and function, loaded when the command is used."""
    group: str
    summary: str
    examples: tuple[str, ...]
    """Words after `doublebill`."""


_CLI = "doublebill_local.cli"

COMMANDS = (
    Command(
        "import",
        f"{_CLI}.importing:import_",
        DATA,
        "Store a file of events or items in a catalog, or examples of game content in a corpus.",
        (
            "import songs --events plays.csv",
            "import films --events ratings.csv --user 1 --item 2 --rating 3",
            "import films --items films.csv --exclude-seen yes",
            "import songs --events corrected.csv --replace 0123456789abcdef0123456789abcdef",
            "import --corpus names/elves elves.txt --licence CC0-1.0",
        ),
    ),
    Command(
        "items",
        f"{_CLI}.data.item_commands:items",
        DATA,
        "Read back the metadata of items, or remove items from a catalog.",
        ("items songs blue-train", "items songs blue-train kind-of-blue --json", "items remove songs blue-train"),
    ),
    Command(
        "settings",
        f"{_CLI}.data.settings_command:settings",
        DATA,
        "Show or change the event kinds, the rating scale and other settings of a catalog.",
        (
            "settings songs",
            "settings shop --kind addtocart=2 --kind returned=-1,verdict",
            "settings films --rating-scale 1..5 --exclude-seen yes",
            "settings songs --epsilon 1 --total-epsilon 8",
        ),
    ),
    Command(
        "imports",
        f"{_CLI}.data.import_commands:imports",
        DATA,
        "List the files that were imported, show the bad rows of one, or remove one with everything that it brought.",
        (
            "imports songs",
            "imports songs --json",
            "imports bad songs 0123",
            "imports remove songs 0123456789abcdef0123456789abcdef",
        ),
    ),
    Command(
        "catalogs",
        f"{_CLI}.data.catalog_commands:catalogs",
        DATA,
        "List the catalogs, or remove one with everything that is stored of it.",
        ("catalogs", "catalogs --json", "catalogs remove songs --yes"),
    ),
    Command(
        "compact",
        f"{_CLI}.data.compacting:compact",
        DATA,
        "Join the many small objects of a catalog's events and metadata into a few blocks, which are read faster.",
        ("compact songs", "compact songs --json", "compact songs --stack doublebill"),
    ),
    Command(
        "export-user",
        f"{_CLI}.people.export_user:export_user",
        DATA,
        "Write everything that is stored of a user: events, history, merges, batches, versions.",
        (
            "export-user songs ann",
            "export-user songs ann --file ann.json",
            "export-user songs --support-id 0123456789abcdefABCDEF_- --json",
        ),
    ),
    Command(
        "forget",
        f"{_CLI}.people.forget:forget",
        DATA,
        "Erase a user, or several, with everything that is stored of them, and train without them.",
        (
            "forget songs ann",
            "forget songs --support-id 0123456789abcdefABCDEF_-",
            "forget songs --users gone.txt --json",
        ),
    ),
    Command(
        "erasures",
        f"{_CLI}.people.forget:erasures",
        DATA,
        "List the erasures of a catalog, or go on with one and write its receipt.",
        ("erasures songs", "erasures songs 1764379000000-0a1b2c3d --file receipt.json"),
    ),
    Command(
        "receipt",
        f"{_CLI}.people.forget:receipt",
        DATA,
        "Check whether the receipt of an erasure was sealed here; exit code 1 where it was not, or was changed.",
        ("receipt receipt.json", "receipt receipt.json --stack doublebill"),
    ),
    Command(
        "unmerge",
        f"{_CLI}.people.unmerge_command:unmerge",
        DATA,
        "Cancel the merge of one user into another: the events of both are their own again.",
        ("unmerge songs ann visitor-7", "unmerge songs ann visitor-7 --stack doublebill --json"),
    ),
    Command(
        "repair",
        f"{_CLI}.data.history_commands:repair",
        DATA,
        "Make the histories of users again from the log of events, when they are lost or damaged.",
        ("repair", "repair songs", "repair songs --stack doublebill"),
    ),
    Command(
        "train",
        f"{_CLI}.training:train",
        MODELS,
        "Train a catalog and promote the version if it is better, or learn from a corpus.",
        (
            "train songs",
            "train songs --budget 60 --json",
            "train songs --config config.json",
            "train songs --try grid.json",
            "train songs --epsilon 1 --delta 1e-6",
            "train --corpus names/elves",
        ),
    ),
    Command(
        "models",
        f"{_CLI}.versions:models",
        MODELS,
        "List the versions of a catalog.",
        ("models songs", "models songs --json", "models songs --stack doublebill"),
    ),
    Command(
        "runs",
        f"{_CLI}.science.run_commands:runs",
        MODELS,
        "List the trainings of a catalog, promoted or not, with their measurements and warnings.",
        ("runs songs", "runs songs -n 5 --json", "runs songs --stack doublebill"),
    ),
    Command(
        "run",
        f"{_CLI}.science.run_commands:run",
        MODELS,
        "Show a training: every config that it tried, its data, measurements and warnings.",
        ("run songs 1764379000000-0a1b2c3d", "run songs 0123456789abcdef0123456789abcdef --json"),
    ),
    Command(
        "privacy",
        f"{_CLI}.people.privacy_command:privacy",
        MODELS,
        "Show the privacy card of a version: data, protection, budget, uniqueness, and what is not covered.",
        ("privacy songs", "privacy songs 0123456789abcdef0123456789abcdef --json"),
    ),
    Command(
        "evaluate",
        f"{_CLI}.training:evaluate",
        MODELS,
        "Fit a version's config again without test users and measure it on them.",
        (
            "evaluate songs",
            "evaluate songs --split calendar",
            "evaluate songs --write-split split",
            "evaluate songs --predictions mine.csv --read-split split",
        ),
    ),
    Command(
        "verify",
        f"{_CLI}.training:verify",
        MODELS,
        "Train a version again and compare the bytes; exit code 1 when they differ.",
        (
            "verify 0123456789abcdef0123456789abcdef",
            "verify 0123456789abcdef0123456789abcdef --catalog songs --json",
        ),
    ),
    Command(
        "compare",
        f"{_CLI}.science.compare_command:compare",
        MODELS,
        "Measure two versions on the same held-out users, and count the users whose lists change.",
        (
            "compare songs 0123456789abcdef0123456789abcdef fedcba9876543210fedcba9876543210",
            "compare songs 0123456789abcdef0123456789abcdef fedcba9876543210fedcba9876543210 --seed 5 --json",
        ),
    ),
    Command(
        "export",
        f"{_CLI}.science.export_command:export",
        MODELS,
        "Write a version as files for other tools, or as one web page that answers offline.",
        (
            "export songs --to html --output songs.html",
            "export songs 0123456789abcdef0123456789abcdef --out model",
            "export songs 0123456789abcdef0123456789abcdef --to parquet --out tables",
        ),
    ),
    Command(
        "report",
        f"{_CLI}.science.report_command:report",
        MODELS,
        "Write one HTML file about a version or a kind of game content: quality, search, data, cards.",
        (
            "report songs",
            "report songs --output songs.html --tables-only",
            "report songs 0123456789abcdef0123456789abcdef --compare fedcba9876543210fedcba9876543210",
            "report --game dungeon --seed 7 --count 40",
        ),
    ),
    Command(
        "promote",
        f"{_CLI}.versions:promote",
        MODELS,
        "Make a version champion: the one that answers.",
        ("promote songs 0123456789abcdef0123456789abcdef",),
    ),
    Command(
        "rollback",
        f"{_CLI}.versions:rollback",
        MODELS,
        "Make the previous champion champion again.",
        ("rollback songs",),
    ),
    Command(
        "recommend",
        f"{_CLI}.recommending:recommend",
        ANSWERS,
        "Recommend items to a user or for a history.",
        (
            "recommend songs --user ann",
            "recommend songs --history blue-train,kind-of-blue -n 5 --explain",
            """recommend songs --user ann --filter '{"tags": {"any": ["jazz"]}}'""",
            "recommend songs --user ann --at 2026-11-28T20:00:00Z --explain",
        ),
    ),
    Command(
        "explain",
        f"{_CLI}.recommending:explain",
        ANSWERS,
        "Make an earlier recommendation again, with its reasons.",
        ("explain songs --recommendation 0123456789abcdef0123456789abcdef-19a2b3c4d5e --user ann",),
    ),
    Command(
        "neighbours",
        f"{_CLI}.recommending:neighbours",
        ANSWERS,
        "List the items most similar to an item.",
        ("neighbours songs blue-train -n 5",),
    ),
    Command(
        "history",
        f"{_CLI}.data.history_commands:history",
        ANSWERS,
        "List the newest items of a user's history.",
        ("history songs ann", "history songs ann -n 5 --json", "history songs ann --as-of 2026-01-31T12:00:00Z"),
    ),
    Command(
        "generate",
        f"{_CLI}.content.generating:generate",
        CONTENT,
        "Generate levels, each with its proof, or names, items, loot, quests and campaigns.",
        (
            "generate maze --seed 7",
            "generate chamber --seed 42 --spec width=18 --spec enemies=3..5 --strict",
            """generate chamber --seed 42 --spec '{"width": 18, "enemies": [3, 5]}'""",
            "generate names --count 5 --seed elves",
            "generate maze --count 2 --json",
            "generate crypt --seed 7 --format png --theme cave --out crypt.png",
            "generate chamber --count 20 --format tiled --out chambers.zip",
        ),
    ),
    Command(
        "prove",
        f"{_CLI}.games.proving:prove",
        CONTENT,
        "Prove that levels of your own can be finished, or say why not; exit code 1 where one cannot.",
        (
            "prove yard.xsb",
            "prove levels/room-1.txt levels/room-2.txt --kind chamber --json",
            "prove world.txt --kind runner --legend legend.json",
        ),
    ),
    Command(
        "prune",
        f"{_CLI}.keeping.pruning:prune",
        SERVICE,
        "Delete versions, runs and batches that are no longer needed, and rows about people that expired.",
        ("prune", "prune songs --dry-run", "prune --grace-days 30 --stack doublebill"),
    ),
    Command(
        "backup",
        f"{_CLI}.keeping.backing_up:backup",
        SERVICE,
        "Copy a whole deployment into a folder, and add its erasures to a list beside it.",
        ("backup 2026-11-29", "backup 2026-11-29 --stack doublebill", "backup 2026-11-29 --only-erasures"),
    ),
    Command(
        "restore",
        f"{_CLI}.keeping.backing_up:restore",
        SERVICE,
        "Put a backup into an empty deployment, without users who were erased since.",
        ("restore 2026-11-29 --home another", "restore 2026-11-29 --stack doublebill --erasures erasures.jsonl"),
    ),
    Command(
        "key",
        f"{_CLI}.data.key_command:key",
        SERVICE,
        "Back up, restore, rotate or protect the keys behind the pseudonyms of users.",
        (
            "key backup pseudonym-key.json",
            "key restore pseudonym-key.json --stack doublebill",
            "key rotate",
            "key protect",
        ),
    ),
    Command(
        "callers",
        f"{_CLI}.callers:callers",
        SERVICE,
        "List the callers of the API and their rights, or declare them from a file.",
        ("callers", "callers callers.json --stack doublebill"),
    ),
    Command(
        "deploy",
        f"{_CLI}.stacks.deploy_command:deploy",
        SERVICE,
        "Check what a deployment needs, then deploy a stack into your AWS account by SAM.",
        ("deploy doublebill", "deploy doublebill-prod --parameter RecoveryDays=14", "deploy doublebill --check"),
    ),
    Command(
        "doctor",
        f"{_CLI}.stacks.doctor_command:doctor",
        SERVICE,
        "Look for what is wrong with a state folder or a stack, and say what mends it; exit code 1 where something is.",
        ("doctor", "doctor --json", "doctor --stack doublebill"),
    ),
    Command(
        "try",
        f"{_CLI}.serving.running:try_",
        SERVICE,
        "Import your files, or fetch real films, train, serve and open the playground; ready at once the next time.",
        (
            "try",
            "try plays.csv titles.csv",
            "try plays.csv --catalog songs --no-browser",
            "try --port 0 --home /tmp/films",
        ),
    ),
    Command(
        "up",
        f"{_CLI}.serving.running:up",
        SERVICE,
        "Serve everything on 127.0.0.1, and train on schedule; or serve the playground for a deployed stack.",
        ("up", "up --open", "up --port 0 --home /tmp/state", "up --no-schedules", "up --stack doublebill --open"),
    ),
    Command(
        "mcp",
        f"{_CLI}.serving.assistants:mcp",
        SERVICE,
        "Offer recommendations and game content as tools to an assistant (Model Context Protocol).",
        ("mcp", "mcp --home /tmp/films", "mcp --url http://127.0.0.1:8080", "mcp --stack doublebill"),
    ),
    Command(
        "demo",
        f"{_CLI}.serving.running:demo",
        SERVICE,
        "Run the demo: from files to answers over HTTP, with every command shown.",
        ("demo", "demo --home /tmp/demo"),
    ),
)
