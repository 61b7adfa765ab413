"""Files of shops and recommending services: Amazon, Personalize, Gorse, RetailRocket, REES46, H&M, Steam."""

from doublebill.imports.profiles.file_profile import FileProfile

SHOP_WORDS = {"view": "view", "cart": "like", "addtocart": "like", "remove_from_cart": "skip", "purchase": "purchase"}

SHOPS = (
    FileProfile(
        "Amazon reviews to 2018",
        {
            "reviewerid": "user",
            "asin": "item",
            "overall": "rating",
            "unixreviewtime": "time",
            "reviewtime": "time",
            "reviewername": "none",
            "reviewtext": "none",
            "summary": "none",
        },
        needs=frozenset({"reviewerid", "asin", "overall"}),
    ),
    FileProfile(
        "Amazon reviews of 2023",
        {
            "userid": "user",
            "parentasin": "item",
            "asin": "item_else",
            "rating": "rating",
            "timestamp": "time",
            "title": "none",
            "text": "none",
            "images": "none",
            "helpfulvote": "none",
            "verifiedpurchase": "none",
        },
        needs=frozenset({"userid", "parentasin", "rating"}),
    ),
    FileProfile(
        "Amazon ratings without a header",
        {"1": "user", "2": "item", "3": "rating", "4": "time"},
        patterns=("A[0-9A-Z]{9,20}", "[0-9A-Z]{10}", r"[1-5](\.0)?", r"\d{9,13}"),
    ),
    FileProfile(
        "Amazon products of 2023",
        {
            "parentasin": "item",
            "title": "title",
            "categories": "tags",
            "maincategory": "attribute main_category",
            "price": "attribute price",
            "store": "attribute store",
            "averagerating": "attribute average_rating",
        },
        needs=frozenset({"parentasin", "title", "maincategory"}),
        subject="items",
    ),
    FileProfile(
        "Amazon Personalize interactions",
        {
            "userid": "user",
            "itemid": "item",
            "timestamp": "time",
            "eventtype": "kind",
            "eventvalue": "weight",
            "eventid": "event_id",
        },
        needs=frozenset({"userid", "itemid", "timestamp", "eventtype"}),
        words={"click": "view", "watch": "play"},
    ),
    FileProfile(
        "Amazon Personalize items",
        {"itemid": "item", "genres": "tags", "creationtimestamp": "attribute creation_timestamp"},
        needs=frozenset({"itemid", "creationtimestamp"}),
        subject="items",
    ),
    FileProfile(
        "Amazon Personalize schema",
        {},
        needs=frozenset({"name", "type"}),
        files="schema",
        alone=True,
        subject="it describes the columns of another file",
    ),
    FileProfile(
        "Gorse feedback",
        {"feedbacktype": "kind", "userid": "user", "itemid": "item", "timestamp": "time", "value": "weight"},
        needs=frozenset({"feedbacktype", "userid", "itemid"}),
        words={"star": "like", "read": "view", "click": "view", "comment": "like", "fork": "like"},
        unweighed=0,
    ),
    FileProfile(
        "Gorse items",
        {
            "itemid": "item",
            "ishidden": "hidden",
            "categories": "tags",
            "comment": "title",
            "timestamp": "attribute timestamp",
        },
        needs=frozenset({"itemid", "ishidden"}),
        subject="items",
    ),
    FileProfile(
        "RetailRocket events",
        {"visitorid": "user", "itemid": "item", "event": "kind", "timestamp": "time", "transactionid": "none"},
        needs=frozenset({"visitorid", "itemid", "event"}),
        words={**SHOP_WORDS, "transaction": "purchase"},
    ),
    FileProfile(
        "RetailRocket item properties",
        {},
        needs=frozenset({"itemid", "property", "value"}),
        subject="it holds one property of an item per row",
    ),
    FileProfile(
        "REES46 events",
        {
            "userid": "user",
            "productid": "item",
            "eventtype": "kind",
            "eventtime": "time",
            "categoryid": "none",
            "categorycode": "none",
            "brand": "none",
            "price": "none",
            "usersession": "none",
        },
        needs=frozenset({"userid", "productid", "eventtype", "eventtime"}),
        words=SHOP_WORDS,
        describes={"brand": "attribute brand", "categorycode": "attribute category"},
    ),
    FileProfile(
        "H&M transactions",
        {"customerid": "user", "articleid": "item", "tdat": "time", "price": "none", "saleschannelid": "none"},
        needs=frozenset({"customerid", "articleid", "tdat"}),
        kind="purchase",
    ),
    FileProfile(
        "H&M articles",
        {"articleid": "item", "prodname": "title", "producttypename": "tags", "productgroupname": "tags"},
        needs=frozenset({"articleid", "prodname"}),
        subject="items",
    ),
    FileProfile(
        "Online Retail",  # a quarter of the rows has no customer; a cancelled invoice has a quantity below 0
        {"customerid": "user", "stockcode": "item", "invoicedate": "time", "quantity": "weight", "country": "none"},
        needs=frozenset({"customerid", "stockcode", "invoicedate", "quantity"}),
        kind="purchase",
        userless=True,
        undone=True,
        describes={"description": "title"},
    ),
    FileProfile(
        "BeerAdvocate or RateBeer reviews",
        {"reviewprofilename": "user", "beerbeerid": "item", "reviewoverall": "rating", "reviewtime": "time"},
        needs=frozenset({"reviewprofilename", "beerbeerid", "reviewoverall"}),
        describes={"beername": "title", "breweryname": "attribute brewery", "beerstyle": "tags"},
    ),
    FileProfile(
        "Steam-200k",  # a purchase is 1, a play is in hours
        {"1": "user", "2": "item", "3": "kind", "4": "weight", "5": "none"},
        patterns=(r"\d+", ".+", "purchase|play", r"\d+(\.\d+)?", "0"),
        words={"purchase": "purchase", "play": "play"},
    ),
)
