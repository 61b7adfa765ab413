"""Clicks, visits, reviews and baskets of public data sets: Yelp, Taobao, Yoochoose, Diginetica, MIND, Gowalla."""

from doublebill.imports.profiles.file_profile import FileProfile

ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
PRICE = r"\d+(\.\d+)?"
PLACE = r"-?\d+(\.\d+)?"
"""A latitude or a longitude."""

CLICKS = (
    FileProfile(
        "Yelp reviews",
        {
            "reviewid": "event_id",
            "userid": "user",
            "businessid": "item",
            "stars": "rating",
            "date": "time",
            "useful": "none",
            "funny": "none",
            "cool": "none",
            "text": "none",
        },
        needs=frozenset({"reviewid", "userid", "businessid", "stars"}),
    ),
    FileProfile(
        "Yelp businesses",
        {"businessid": "item", "name": "title", "categories": "tags", "isopen": "available"},
        needs=frozenset({"businessid", "name", "categories"}),
        subject="items",
    ),
    FileProfile(
        "Taobao user behaviour",
        {"1": "user", "2": "item", "3": "none", "4": "kind", "5": "time"},
        patterns=(r"\d+", r"\d+", r"\d+", "pv|buy|cart|fav", r"\d{10}"),
        words={"pv": "view", "cart": "like", "fav": "like", "buy": "purchase"},
    ),
    FileProfile(
        "Yoochoose clicks",
        {"1": "user", "2": "time", "3": "item", "4": "none"},
        patterns=(r"\d+", ISO_TIME, r"\d+", r"S|\d+"),
        kind="view",
    ),
    FileProfile(
        "Yoochoose buys",  # a quantity of 0 is not known
        {"1": "user", "2": "time", "3": "item", "4": "none", "5": "weight"},
        patterns=(r"\d+", ISO_TIME, r"\d+", PRICE, r"\d+"),
        kind="purchase",
        unweighed=0,
    ),
    FileProfile(
        "Diginetica views",  # few sessions name a user
        {"sessionid": "user", "itemid": "item", "eventdate": "time", "userid": "none", "timeframe": "none"},
        needs=frozenset({"sessionid", "itemid", "timeframe", "eventdate"}),
        kind="view",
    ),
    FileProfile(
        "Diginetica purchases",
        {
            "sessionid": "user",
            "itemid": "item",
            "eventdate": "time",
            "userid": "none",
            "timeframe": "none",
            "ordernumber": "none",
        },
        needs=frozenset({"sessionid", "itemid", "timeframe", "eventdate", "ordernumber"}),
        kind="purchase",
    ),
    FileProfile(
        "Alibaba mobile behaviour",  # a click, a favourite, something put into the cart, a purchase
        {"userid": "user", "itemid": "item", "behaviortype": "kind", "time": "time", "usergeohash": "none"},
        needs=frozenset({"userid", "itemid", "behaviortype", "time"}),
        words={"1": "view", "2": "like", "3": "like", "4": "purchase"},
        describes={"itemcategory": "attribute category"},
    ),
    FileProfile(
        "Gowalla check-ins",
        {"1": "user", "2": "time", "3": "none", "4": "none", "5": "item"},
        patterns=(r"\d+", ISO_TIME, PLACE, PLACE, r"\w+"),
        kind="view",
    ),
    FileProfile(
        "Foursquare check-ins",
        {"1": "user", "2": "item", "3": "none", "5": "none", "6": "none", "7": "none", "8": "time", "4": "none"},
        patterns=(r"\d+", "[0-9a-f]{24}", "[0-9a-f]{24}", ".*", PLACE, PLACE, r"-?\d+", r"\w{3} \w{3} \d\d .* \d{4}"),
        kind="view",
        describes={"4": "attribute category"},
    ),
    FileProfile(
        "Twitch watch log",  # streams are numbered anew each time; start and end are steps of ten minutes
        {"1": "user", "2": "none", "3": "item", "4": "none", "5": "none"},
        patterns=(r"\d+", r"3\d{10}", r"\w{2,25}", r"\d{1,4}", r"\d{1,4}"),  # ten digits would be unix seconds
        rising=(3, 4),
        kind="play",
    ),
    FileProfile(
        "MIND behaviors",  # the clicks before the log have no time and repeat in every line of a user
        {"1": "none", "2": "user", "3": "time", "4": "none", "5": "item"},
        patterns=(r"\d+", r"U\d+", r"\d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M", r"(N\d+( N\d+)*)?", r"N\d+-[01]( N\d+-[01])*"),
        kind="view",
        time_form="month-first",
        impressions=True,
    ),
    FileProfile(
        "MIND news",
        {"1": "item", "2": "tags", "3": "tags", "4": "title", "5": "none", "6": "none", "7": "none", "8": "none"},
        patterns=(r"N\d+", r"\w*", r"[\w-]*", ".*", ".*", "https?://.*", r"(\[.*\])?", r"(\[.*\])?"),
        subject="items",
    ),
)
