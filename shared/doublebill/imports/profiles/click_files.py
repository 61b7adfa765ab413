"""Clicks, reviews and baskets of public data sets: Yelp, Taobao, Yoochoose, Diginetica, and the news of MIND."""

from doublebill.imports.profiles.file_profile import FileProfile

ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
PRICE = r"\d+(\.\d+)?"

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
        "MIND news",
        {"1": "item", "2": "tags", "3": "tags", "4": "title", "5": "none", "6": "none", "7": "none", "8": "none"},
        patterns=(r"N\d+", r"\w*", r"[\w-]*", ".*", ".*", "https?://.*", r"(\[.*\])?", r"(\[.*\])?"),
        subject="items",
    ),
)
