"""The words and scenes that the invented catalogs are made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """A person with an obvious taste, for a demonstration."""

    name: str
    about: str
    """Completes the sentence that the name begins."""
    user_id: str
    kind: str
    """The kind of all of the persona's events: play or rate."""
    history: tuple[tuple[str, int], ...]
    """Item ids with plays or stars, oldest first."""
    later: tuple[str, int]
    """The item of another taste that comes next, with its plays or stars."""


@dataclass(frozen=True, slots=True)
class Genre:
    """One genre: its scenes, and the words and patterns that its names are made of, each a line of words."""

    tag: str
    scenes: str
    adjectives: str
    nouns: str
    heads: str
    """First halves of coined words."""
    tails: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """The genres and proportions of one invented catalog."""

    genres: tuple[Genre, ...]
    user_prefix: str
    value: str
    """Header of the events' third column: plays or rating."""
    median_draws: int
    """Interactions of the median user, before repeats of an item are merged."""
    first_year: int
    persona: Persona
    """A persona without history and later item."""
    home: str
    """Scene of the persona's history."""
    away: str
    """Scene of the item that the persona turns to later."""


FIRST_NAMES = (
    "Ada Anouk Basil Bo Cleo Dario Edda Elif Fenn Greta Hanno Ilse Ines Ivo Juno Kaja Lio Lotte Malik Mattis "
    "Nadja Noor Odile Otis Petra Quim Rhea Rosalind Sanna Silvio Tamsin Teodor Ulla Vera Wanda Yuki Zeno Zola"
)

MUSIC = World(
    genres=(
        Genre(
            "pop",
            "bedroom-pop glitter-pop summer-radio power-ballads synth-hearts "
            "city-breeze teen-diary roller-disco sad-bangers holiday-hits",
            "Sugar Golden Lucky Pastel Candy Dizzy Chrome Satin Sunny Glossy",
            "Balcony Postcard Lipgloss Carousel Sweetheart Parasol Ribbon Jukebox Daydream Soda",
            "Lu Mi Ro Da Ki Sa Jo Be Ti Ne",
            "vella rine mora lindy zette bell kova shay lane dora",
            ("{first} {coined}", "{coined}", "{adjective} {noun}", "{first} & the {plural}", "Miss {noun}"),
        ),
        Genre(
            "indie",
            "porch-rock dream-fuzz city-jangle slow-core attic-tapes "
            "sun-surf math-knots chapel-reverb campus-radio long-shadows",
            "Paper Crooked Borrowed Sleepy Quiet Tangerine Broken Lazy Distant Second-Hand",
            "Bicycle Lighthouse Cardigan Kite Orchard Typewriter Neighbour Umbrella Cassette Staircase",
            "Hal Wend Ash Pem Lor Wick Tam Birch Holm Fen",
            "low ford ley wick bury combe sby stead ham more",
            ("The {adjective} {plural}", "{adjective} {noun}", "{noun} Club", "{coined}", "{coined} & {noun}"),
        ),
        Genre(
            "hip-hop",
            "boom-basement cloud-rhymes jazz-loops corner-tales brass-bounce "
            "abstract-verse block-party drill-hour poet-circle dusty-soul",
            "Kid Big Mister Sister Captain Uncle Prince Lady Deacon Major",
            "Cipher Ledger Pavement Verse Scholar Gravity Marble Turnstile Asphalt Metaphor",
            "Ka Zo Tre Du Mal Ry Qua Jax Vo Dex",
            "zeem rell monte vonn lo dario trix keem sav nile",
            ("{adjective} {noun}", "{coined} the {noun}", "MC {coined}", "{adjective} {coined}", "{noun} Committee"),
        ),
        Genre(
            "electronica",
            "night-bus glasshouse tape-loop slow-rave modular-garden "
            "broken-beat arcade-lead vapour-mall field-glitch downstairs-bass",
            "Velvet Neon Liquid Midnight Opal Hollow Static Silver Amber Violet",
            "Harbour Circuit Meridian Terminal Lantern Signal Archive Corridor Timetable Viaduct",
            "Vel Nok Ori Syn Lum Kai Zer Ond Aur Tel",
            "tura ix onde ara eon ista ova umi era alis",
            ("{adjective} {noun}", "{coined}", "{noun} {coined}", "{first} {coined}", "{coined}scope"),
        ),
        Genre(
            "metal",
            "frost-black sludge-pit forge-power grave-doom blast-grind "
            "twin-guitar saga-folk desert-riff tech-spiral chain-groove",
            "Iron Ashen Rotten Crimson Blackened Howling Frozen Cursed Molten Grim",
            "Throne Gallows Warden Reaper Furnace Tomb Serpent Bastion Plague Anvil",
            "Grim Mör Vor Thraz Krag Ulf Skar Drö Nekr Bal",
            "thorn gath mord heim dûn ax rök vald oth gar",
            ("{coined}", "{adjective} {noun}", "{noun} of {coined}", "{coined} {noun}", "{noun} & {other}"),
        ),
        Genre(
            "soul",
            "northern-stomp quiet-storm river-gospel neo-velvet horn-section "
            "slow-dance deep-funk blue-eyed porch-blues disco-strings",
            "Honey Sweet Tender Brown-Eyed Royal Slow Faithful Golden Blue Warm",
            "Cadillac Testimony Gardenia Promise Sunday Tambourine Devotion Avenue Magnolia Confession",
            "Dela Mar Othe Clar Wil Lav Ruth Ben Ear Jes",
            "monde vine lla ence bert onne anne neth line sie",
            (
                "{first} {coined}",
                "The {adjective} {plural}",
                "Sister {coined}",
                "{adjective} {coined}",
                "{coined} Brothers",
            ),
        ),
        Genre(
            "folk",
            "harbour-ballads hill-fiddle hearth-choir dust-road river-banjo "
            "winter-carols protest-strings kitchen-songs pipe-and-drum weird-woods",
            "Old Wild Winter Barley Copper Heather Salt Mossy Raven Hazel",
            "Lantern Ferry Thistle Millstone Wren Hollow Orchard Shepherd Almanac Fiddler",
            "Mac Fair Loch Brae Ken Glen Dun Kil Rath Ard",
            "wyn rick more vale nish dara loch ban vey croft",
            (
                "{first} {coined}",
                "The {coined} Family",
                "{adjective} {noun}",
                "{noun} & {other}",
                "The {noun} {plural}",
            ),
        ),
        Genre(
            "techno",
            "warehouse-peak dub-chamber acid-line minimal-hour harbour-industrial "
            "melodic-dawn hard-shoulder micro-click electro-body hypno-loop",
            "Concrete Binary Phase Magnetic Parallel Linear Vector Carbon Acid Cold",
            "Foundry Relay Piston Transit Sector Turbine Protocol Girder Oscillator Substation",
            "Kra Stro Tek Vol Bex Dro Hal Rek Mon Zan",
            "tor vik mann dt nix bek vax lund stadt rix",
            ("DJ {coined}", "{adjective} {noun}", "{coined}", "{noun} {coined}", "{first} {coined}"),
        ),
        Genre(
            "punk",
            "basement-hardcore ska-riot garage-snot pop-punk-van art-school "
            "street-chorus crust-march folk-brawl synth-snarl emo-letters",
            "Rabid Cheap Angry Filthy Bored Unpaid Radical Plastic Rusty Toxic",
            "Landlord Vermin Curfew Skip Trolley Bailiff Gobstopper Shoplifter Referee Bollard",
            "Sni Spi Bra Gro Zi Ska Fra Nu Flo Po",
            "zzle bblo xxo mpster nkle dgeon ckaroo ggins bbert ffle",
            (
                "The {adjective} {plural}",
                "{plural}",
                "{adjective} {noun}",
                "{coined}",
                "{first} {coined} & the {plural}",
            ),
        ),
        Genre(
            "jazz",
            "smoke-trio big-band-riot modal-evening free-loft bossa-window "
            "campfire-strings cool-coast fusion-lab vocal-lounge organ-room",
            "Crosstown Midnight Lemon Syncopated Cool Indigo Bent Mellow After-Hours Left-Handed",
            "Metronome Ostrich Cufflink Fedora Pavilion Elevator Thimble Trumpet Mezzanine Martini",
            "Thel Bran Col Dex Mul Lat Hor Get Art Sid",
            "onius nard trell ter liver eef ace worth ovan nell",
            (
                "{first} {coined} Trio",
                "{coined} Quartet",
                "{first} {coined}",
                "The {adjective} {noun}",
                "{noun} Orchestra",
            ),
        ),
        Genre(
            "ambient",
            "glacier-drone rain-rooms moss-field deep-orbit piano-fog "
            "tape-hiss choir-haze harbour-bells desert-hum sleep-hours",
            "Pale Weightless Soft Endless Submerged Lunar Far Drifting Grey Early",
            "Estuary Horizon Lichen Tundra Aquifer Cirrus Harbourlight Snowfield Reservoir Equinox",
            "Ae Hel Io Sva Nim Ele Ou Thal Um Lei",
            "lune ion reya bard bus osa mira assa brae vig",
            ("{adjective} {noun}", "{coined}", "{noun}", "{first} {coined}", "{coined} {noun}"),
        ),
        Genre(
            "chamber",
            "string-quartets new-piano baroque-again choir-loft tiny-operas "
            "wind-octets lute-songs film-scores prepared-things court-dances",
            "Royal Little Walled Winter Northern Gilded Second Unfinished Marble Late",
            "Conservatory Madrigal Spinet Cloister Fugue Pavane Sonnet Belvedere Orangery Clavier",
            "Aldo Bel Cor Des Est Lam Ros Ver Mon Pas",
            "rini montand elli camps tieri quin berg aldi vaux telli",
            ("{coined} Quartet", "{first} {coined}", "Ensemble {coined}", "The {adjective} {noun}", "{noun} Consort"),
        ),
    ),
    user_prefix="listener",
    value="plays",
    median_draws=60,
    first_year=1966,
    persona=Persona("Mira", "lives on night-bus electronica", "mira", "play", (), ("", 0)),
    home="night-bus",
    away="frost-black",
)

FILMS = World(
    genres=(
        Genre(
            "children",
            "talking-animals toy-tales magic-school brave-princess lost-puppy treehouse-gang snow-days tiny-heroes",
            "Brave Little Tiny Magic Sleepy Wonderful Flying Secret",
            "Hedgehog Dragon Penguin Teapot Wizard Balloon Pirate Unicorn Snowman Pony",
            "Pip Bim Tum Wub Noo Fizz",
            "ple bly kin bit dle wick",
            (
                "The {adjective} {noun}",
                "{first} & the {noun}",
                "{coined} the {noun}",
                "{coined}'s {adjective} {noun}",
                "{noun} Parade",
            ),
        ),
        Genre(
            "drama",
            "courtroom family-table small-town second-chances home-front mining-valley boxing-ring island-winter",
            "Quiet Long Broken Patient Unspoken Borrowed Last Distant",
            "Verdict Inheritance Winter Kitchen Letter Orchard Silence Promise Harvest Witness",
            "Ash Wil Mar Hol Ever Lind",
            "combe ford low den bury wick",
            (
                "The {adjective} {noun}",
                "{noun} in {coined}",
                "The {noun} of {first}",
                "{first} {coined}",
                "{adjective} {plural}",
            ),
        ),
        Genre(
            "comedy",
            "office-farce road-trip wedding-chaos school-reunion mistaken-identity roommates deadpan body-swap",
            "Accidental Clumsy Unlikely Overdue Awkward Double-Booked Part-Time Reluctant",
            "Landlord Honeymoon Babysitter Caterer Intern Neighbour Groom Chauffeur Alibi Casserole",
            "Bob Dibb Pon Wiggle Muff Tripp",
            "ington bottom sby worth kin ley",
            (
                "The {adjective} {noun}",
                "{first} & the {noun}",
                "My {adjective} {noun}",
                "Meet the {coined}s",
                "{noun} Trouble",
            ),
        ),
        Genre(
            "action",
            "heist lone-wolf car-chase jungle-mission buddy-cops high-seas tower-siege martial-arts",
            "Final Maximum Burning Deadly Double Rogue Midnight Iron",
            "Target Convoy Payload Vault Overdrive Bounty Extraction Crossfire Getaway Detour",
            "Stri Kaz Var Bron Dra Rek",
            "ker ov gas son ven lan",
            ("{adjective} {noun}", "{noun} at {coined}", "{first} {coined}", "The {coined} {noun}", "{noun} Zero"),
        ),
        Genre(
            "science-fiction",
            "space-opera robots time-loop lost-colony first-contact cyber-city giant-monster dream-machines",
            "Orbital Silent Distant Quantum Dying Seventh Hollow Infinite",
            "Nebula Beacon Android Parallax Starship Colony Eclipse Comet Paradox Cryosleep",
            "Zar Kep Ori Vex Tau Nym",
            "athon lon aris ulon eon idia",
            (
                "{noun} of {coined}",
                "The {adjective} {noun}",
                "Beyond {coined}",
                "{coined} {noun}",
                "{adjective} {noun}",
            ),
        ),
        Genre(
            "thriller",
            "cold-case spies locked-room stalker-night conspiracy con-artists snowbound newsroom",
            "Silent Seventh Missing False Hidden Perfect Last Careful",
            "Informant Alibi Passenger Cipher Stranger Motive Ransom Suspect Tenant Signature",
            "Mor Hels Vien Cor Lisb Brem",
            "row inge nagate vik ourne ham",
            (
                "The {adjective} {noun}",
                "The {coined} {noun}",
                "{noun} in {coined}",
                "{adjective} {noun}",
                "Nobody Told {first}",
            ),
        ),
        Genre(
            "romance",
            "seaside paris-dreams old-letters second-love harvest-fair pen-pals ballroom train-platform",
            "Sweet Accidental Late Summer Tender First Borrowed Hopeless",
            "Valentine Lighthouse Serenade Balcony Bouquet Kiss Postcard Waltz Sunday Proposal",
            "Ama Belle Flor Mont Ros Cala",
            "rosa mare ence rive alda belle",
            (
                "{adjective} {noun}",
                "A {noun} in {coined}",
                "{first} & {coined}",
                "The {noun} of {coined}",
                "Waiting for {first}",
            ),
        ),
        Genre(
            "horror",
            "haunted-house slasher-camp folk-horror creature vampires found-tape possession plague",
            "Rotting Whispering Hungry Blind Hollow Crawling Cursed Nameless",
            "Cellar Scarecrow Nursery Marsh Effigy Attic Teeth Mirror Burrow Undertaker",
            "Black Grave Wither Crow Dusk Raven",
            "mere moor field holt wood fen",
            ("The {adjective} {noun}", "{coined}", "The {noun} at {coined}", "Return to {coined}", "{noun} Night"),
        ),
        Genre(
            "musical",
            "backstage tap-parade opera-house jukebox circus-tent river-boat high-school-stage rags-to-riches",
            "Dancing Singing Glittering Golden Swinging Dazzling Runaway Velvet",
            "Chorus Footlight Encore Broadway Tambourine Revue Melody Showgirl Overture Bandstand",
            "Ros Val Del Mon Cal Fan",
            "ette entine aray tana liope dango",
            ("{adjective} {noun}", "The {coined} {noun}", "{first} Sings", "{noun} of {coined}", "Curtain Up, {first}"),
        ),
        Genre(
            "documentary",
            "deep-ocean city-lives sport-legends lost-music polar-diary food-roads space-race forest-year",
            "Unseen Living Forgotten Inside Rising Wild Deep Hidden",
            "Reef Marathon Archive Glacier Stadium Factory Migration Harvest Railway Rehearsal",
            "Kal Pata Nor Okav Ser Lad",
            "ahari gona dkapp engo enget akh",
            (
                "{adjective} {noun}",
                "The {noun} of {coined}",
                "{coined}: The {noun}",
                "{noun} Days",
                "Searching for {first}",
            ),
        ),
    ),
    user_prefix="viewer",
    value="rating",
    median_draws=55,
    first_year=1950,
    persona=Persona("Robin", "loves space", "robin", "rate", (), ("", 0)),
    home="space-opera",
    away="seaside",
)
