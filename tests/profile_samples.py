"""A small sample of every profile, as text, and the events or items that it holds.

An event is (user, item, kind, value, day or time, empty where there is none); an item is what `parse_item` takes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One file."""

    profile: str
    text: str
    rows: tuple[object, ...]
    file: str = "export.csv"


def events(*rows: tuple[str, str, str, float, str]) -> tuple[object, ...]:
    """The events of a sample."""
    return rows


SAMPLES = (
    Sample(
        "MovieLens ratings.csv",
        "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n",
        events(("1", "31", "rate", 2.5, "2009-12-14 02:52:24"), ("1", "1029", "rate", 3.0, "2009-12-14 02:52:59")),
    ),
    Sample(
        "Netflix Prize ratings",
        "movie_id,customer_id,rating,date\n8,1488844,3,2005-09-06\n10,822109,5,2005-05-13\n",
        events(("1488844", "8", "rate", 3.0, "2005-09-06"), ("822109", "10", "rate", 5.0, "2005-05-13")),
    ),
    Sample(
        "YouTube watch history",
        "header,title,titleUrl,time\nYouTube,Cats,https://youtu.be/abc,2024-01-05T20:00:00Z\n",
        events(("me", "https://youtu.be/abc", "view", 1.0, "2024-01-05 20:00:00")),
        "watch-history.csv",
    ),
    Sample(
        "MovieLens movies.csv",
        'movieId,title,genres\n7,"Net, The (1995)",Crime|Drama\n8,Alpha (1996),(no genres listed)\n',
        (
            {"item_id": "7", "title": "The Net", "year": 1995, "tags": ["Crime", "Drama"]},
            {"item_id": "8", "title": "Alpha", "year": 1996, "tags": []},
        ),
    ),
    Sample(
        "MovieLens or MovieTweetings ratings",
        "1::0114508::8::1381006850\n2::0499549::10::1376753198\n",
        events(("1", "0114508", "rate", 8, "2013-10-05 21:00:50"), ("2", "0499549", "rate", 10, "2013-08-17 15:26:38")),
    ),
    Sample(
        "MovieLens or MovieTweetings movies.dat",
        "0000008::Sneeze (1894)::Documentary|Short\n0000010::Leaving (1895)::Short\n",
        (
            {"item_id": "0000008", "title": "Sneeze", "year": 1894, "tags": ["Documentary", "Short"]},
            {"item_id": "0000010", "title": "Leaving", "year": 1895, "tags": ["Short"]},
        ),
    ),
    Sample(
        "MovieLens u.item",
        "1|Alpha (1995)|01-Jan-1995||http://x/|0|1"
        + "|0" * 17
        + "\n2|Beta (1996)|||http://y/|0|0|1"
        + "|0" * 16
        + "\n",
        (
            {"item_id": "1", "title": "Alpha", "year": 1995, "tags": ["Action"]},
            {"item_id": "2", "title": "Beta", "year": 1996, "tags": ["Adventure"]},
        ),
    ),
    Sample(
        "Netflix viewing activity",
        "Profile Name,Start Time,Duration,Title,Supplemental Video Type,Device Type\n"
        "ann,2023-05-01 20:15:00,01:40:00,Glass Sea,,TV\nann,2023-05-02 20:15:00,00:00:30,Glass Sea,TRAILER,TV\n",
        events(("ann", "Glass Sea", "play", 1, "2023-05-01 20:15:00")),
    ),
    Sample(
        "Netflix viewing history",
        "Title,Date\nGlass Sea,4/21/25\nIron Night: Season 1: Ore,4/3/25\n",
        events(
            ("me", "Glass Sea", "play", 1, "2025-04-21"), ("me", "Iron Night: Season 1: Ore", "play", 1, "2025-04-03")
        ),
        "NetflixViewingHistory.csv",
    ),
    Sample(
        "Netflix ratings",
        "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Event Utc Ts\n"
        "ann,Glass Sea,thumb,0,2,2020-05-01 10:00:00\nann,Iron Night,thumb,0,1,2020-05-02 10:00:00\n"
        "ann,Old Tide,star,4,0,2015-05-02 10:00:00\n",
        events(
            ("ann", "Glass Sea", "like", 1, "2020-05-01 10:00:00"),
            ("ann", "Iron Night", "dislike", 1, "2020-05-02 10:00:00"),
            ("ann", "Old Tide", "rate", 4, "2015-05-02 10:00:00"),
        ),
    ),
    Sample(
        "Letterboxd ratings",
        "Date,Name,Year,Letterboxd URI,Rating\n"
        "2024-01-03,Solaris,1972,https://boxd.it/a,4.5\n2024-01-04,Solaris,2002,https://boxd.it/b,2\n",
        events(("me", "Solaris (1972)", "rate", 4.5, "2024-01-03"), ("me", "Solaris (2002)", "rate", 2, "2024-01-04")),
    ),
    Sample(
        "Letterboxd diary or reviews",
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
        '2024-01-03,Solaris,1972,https://boxd.it/a,4.5,,"cinema, dad",2024-01-02\n'
        "2024-02-03,Solaris,1972,https://boxd.it/b,,Yes,,2024-02-02\n",
        events(("me", "Solaris (1972)", "rate", 4.5, "2024-01-02"), ("me", "Solaris (1972)", "play", 1, "2024-02-02")),
    ),
    Sample(
        "Letterboxd likes",
        "Date,Name,Year,Letterboxd URI\n2024-01-03,Solaris,1972,https://boxd.it/a\n",
        events(("me", "Solaris (1972)", "like", 1, "2024-01-03")),
        "likes/films.csv",
    ),
    Sample(
        "Letterboxd watched films",
        "Date,Name,Year,Letterboxd URI\n2024-01-03,Solaris,1972,https://boxd.it/a\n",
        events(("me", "Solaris (1972)", "play", 1, "2024-01-03")),
        "watched.csv",
    ),
    Sample(
        "Trakt history",
        "id,watched_at,action,type,movie.title,movie.ids.slug,show.ids.slug\n"
        "501,2019-04-05T15:27:00.000Z,scrobble,movie,Alpha,alpha-1979,\n"
        "502,2019-05-05T15:27:00.000Z,watch,episode,,,beta-2001\n",
        events(
            ("me", "alpha-1979", "play", 1, "2019-04-05 15:27:00"),
            ("me", "beta-2001", "play", 1, "2019-05-05 15:27:00"),
        ),
    ),
    Sample(
        "Trakt ratings",
        "rated_at,rating,type,movie.ids.slug,show.ids.slug\n2019-04-05T15:27:00.000Z,9,movie,alpha-1979,\n",
        events(("me", "alpha-1979", "rate", 9, "2019-04-05 15:27:00")),
    ),
    Sample(
        "IMDb ratings",
        "Const,Your Rating,Date Rated,Title,Directors\ntt01,9,2021-03-04,Alpha,A. B.\ntt02,,2021-03-05,Beta,C. D.\n",
        events(("me", "tt01", "rate", 9, "2021-03-04"), ("me", "tt02", "view", 1, "2021-03-05")),
    ),
    Sample(
        "IMDb titles",
        'Const,Title,Year,Genres,Directors\ntt01,Alpha,1979,"Horror, Sci-Fi",A. B.\n',
        (
            {
                "item_id": "tt01",
                "title": "Alpha",
                "year": 1979,
                "tags": ["Horror", "Sci-Fi"],
                "attributes": {"directors": "A. B."},
            },
        ),
    ),
    Sample(
        "MyAnimeList",
        "series_animedb_id,series_title,my_score,my_status,my_finish_date\n"
        "1,Star Drift,9,Completed,2020-02-01\n2,Rain Town,0,Plan to Watch,0000-00-00\n3,Fog,0,Dropped,0000-00-00\n",
        events(("me", "1", "rate", 9, "2020-02-01"), ("me", "3", "view", 1, "")),
    ),
    Sample(
        "Last.fm HetRec",
        "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n",
        events(("2", "51", "play", 13883, ""), ("2", "52", "play", 11690, "")),
    ),
    Sample(
        "Last.fm 360K",
        "0" * 40 + "\t3bd73256-3905-4f3a-97e2-8b341527f805\tbetty\t2137\n" + "0" * 40 + "\t\tdie toten\t1099\n",
        events(
            ("0" * 40, "3bd73256-3905-4f3a-97e2-8b341527f805", "play", 2137, ""),
            ("0" * 40, "die toten", "play", 1099, ""),
        ),
    ),
    Sample(
        "Last.fm 1K",
        "user_1\t2009-05-04T23:08:57Z\t3bd73256-3905-4f3a-97e2-8b341527f805\tDeep\t\tTrack\n"
        "user_1\t2009-05-05T23:08:57Z\t\tLow\t\tTrack\n",
        events(
            ("user_1", "3bd73256-3905-4f3a-97e2-8b341527f805", "play", 1, "2009-05-04 23:08:57"),
            ("user_1", "Low", "play", 1, "2009-05-05 23:08:57"),
        ),
    ),
    Sample(
        "Last.fm scrobbles",
        "username,artist,album,track,date\n"
        'u1,Adele R.,Tide,Hello,"31 Jan 2022 10:11"\nu1,Lionel T.,Ore,Hello,"31 Jan 2022 10:15"\n',
        events(
            ("u1", "Adele R. - Hello", "play", 1, "2022-01-31 10:11:00"),
            ("u1", "Lionel T. - Hello", "play", 1, "2022-01-31 10:15:00"),
        ),
    ),
    Sample(
        "Last.fm scrobbles without a header",
        'Adele R.,Tide,Hello,"31 Jan 2022 10:11"\nLionel T.,,Hello,"05 Apr 2010, 11:59"\n',
        events(
            ("me", "Adele R. - Hello", "play", 1, "2022-01-31 10:11:00"),
            ("me", "Lionel T. - Hello", "play", 1, "2010-04-05 11:59:00"),
        ),
    ),
    Sample(
        "Last.fm scrobbles as JSON",
        "artist.#text,name,date.uts,album.#text\nAdele R.,Hello,1643623860,Tide\n",
        events(("me", "Adele R. - Hello", "play", 1, "2022-01-31 10:11:00")),
    ),
    Sample(
        "ListenBrainz listens",
        "listened_at,track_metadata.artist_name,track_metadata.track_name,user_name\n1643623860,Adele R.,Hello,u1\n",
        events(("u1", "Adele R. - Hello", "play", 1, "2022-01-31 10:11:00")),
    ),
    Sample(
        "Spotify extended streaming history",
        "ts,username,ms_played,master_metadata_track_name,master_metadata_album_artist_name,skipped,episode_name\n"
        "2023-11-15T13:41:44Z,u1,182932,Sea Lamp,Velvet Harbour,false,\n"
        "2023-11-15T13:42:02Z,u1,1500,Low Fog,Iron Serpent,true,\n2023-11-15T13:50:00Z,u1,90000,,,false,A Talk\n",
        events(
            ("u1", "Velvet Harbour - Sea Lamp", "play", 1, "2023-11-15 13:41:44"),
            ("u1", "Iron Serpent - Low Fog", "skip", 1, "2023-11-15 13:42:02"),
            ("u1", "A Talk", "play", 1, "2023-11-15 13:50:00"),
        ),
    ),
    Sample(
        "Spotify streaming history",
        "endTime,artistName,trackName,msPlayed\n"
        "2023-11-15 13:41,Velvet Harbour,Sea Lamp,182932\n2023-11-15 13:42,Iron Serpent,Low Fog,1500\n",
        events(
            ("me", "Velvet Harbour - Sea Lamp", "play", 1, "2023-11-15 13:41:00"),
            ("me", "Iron Serpent - Low Fog", "skip", 1, "2023-11-15 13:42:00"),
        ),
    ),
    Sample(
        "Spotify playlists",
        "user_id,artistname,trackname,playlistname\n9cc0,Elvis C.,Red Shoes,HARD\n",
        events(("9cc0", "Elvis C. - Red Shoes", "like", 1, "")),
    ),
    Sample(
        "Goodreads library",
        "Book Id,Title,ISBN,My Rating,Date Read,Exclusive Shelf\n"
        '101,Glass Sea,"=""0123456789""",0,,to-read\n102,Iron Night,"=""""",4,2023/03/21,read\n103,No Code,,0,,read\n',
        events(("me", "102", "rate", 4, "2023-03-21"), ("me", "103", "view", 1, "")),
    ),
    Sample(
        "Book-Crossing ratings",
        '"User-ID";"ISBN";"Book-Rating"\n"276725";"034545104X";"0"\n"276726";"0155061224";"5"\n',
        events(("276725", "034545104X", "view", 1, ""), ("276726", "0155061224", "rate", 5, "")),
    ),
    Sample(
        "Book-Crossing books",
        '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication"\n"0195153448";"Myth";"M. P.";"2002"\n',
        ({"item_id": "0195153448", "title": "Myth", "year": 2002, "attributes": {"author": "M. P."}},),
    ),
    Sample(
        "Amazon reviews to 2018",
        "reviewerID,asin,overall,unixReviewTime,reviewTime\n"
        'A1,B00X1,1.0,1252800000,"09 13, 2009"\nA2,B00X1,4.0,,"10 26, 2013"\n',
        events(("A1", "B00X1", "rate", 1, "2009-09-13"), ("A2", "B00X1", "rate", 4, "2013-10-26")),
    ),
    Sample(
        "Amazon reviews of 2023",
        "rating,title,text,asin,parent_asin,user_id,timestamp,verified_purchase\n"
        "5.0,Good,Fine,B1,B0,AE,1588687728923,true\n",
        events(("AE", "B0", "rate", 5, "2020-05-05 14:08:48.923")),
    ),
    Sample(
        "Amazon ratings without a header",
        "A2SUAM1J3GNN3B,0000013714,5.0,1400457600\nA2SUAM1J3GNN3C,0000013714,4.0,1400457601\n",
        events(
            ("A2SUAM1J3GNN3B", "0000013714", "rate", 5, "2014-05-19 00:00:00"),
            ("A2SUAM1J3GNN3C", "0000013714", "rate", 4, "2014-05-19 00:00:01"),
        ),
    ),
    Sample(
        "Amazon products of 2023",
        "main_category,title,price,parent_asin\nBooks,Glass Sea,9.99,B0\n",
        ({"item_id": "B0", "title": "Glass Sea", "attributes": {"main_category": "Books", "price": 9.99}},),
    ),
    Sample(
        "Amazon Personalize interactions",
        "USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP\n"
        "1,A,click,,1588000000\n1,B,watch,0.7,1588000100\n2,C,Purchase,,1588000300\n",
        events(
            ("1", "A", "view", 1, "2020-04-27 15:06:40"),
            ("1", "B", "play", 0.7, "2020-04-27 15:08:20"),
            ("2", "C", "purchase", 1, "2020-04-27 15:11:40"),
        ),
    ),
    Sample(
        "Amazon Personalize items",
        "ITEM_ID,GENRES,CREATION_TIMESTAMP,PRICE\nA,Comedy|Drama,1570003267,9.99\n",
        (
            {
                "item_id": "A",
                "tags": ["Comedy", "Drama"],
                "attributes": {"creation_timestamp": 1570003267.0, "price": 9.99},
            },
        ),
    ),
    Sample(
        "Gorse feedback",
        "FeedbackType,UserId,ItemId,Timestamp\n"
        "star,bob,repo:one,2022-02-24T00:00:00Z\nread,bob,repo:two,2022-02-25T00:00:00Z\n",
        events(("bob", "repo:one", "like", 1, "2022-02-24"), ("bob", "repo:two", "view", 1, "2022-02-25")),
    ),
    Sample(
        "Gorse items",
        "ItemId,IsHidden,Categories,Timestamp\nrepo:one,false,tools|web,2020-01-01\nrepo:two,true,,2020-01-02\n",
        (
            {
                "item_id": "repo:one",
                "available": True,
                "tags": ["tools", "web"],
                "attributes": {"timestamp": "2020-01-01"},
            },
            {"item_id": "repo:two", "available": False, "attributes": {"timestamp": "2020-01-02"}},
        ),
    ),
    Sample(
        "RetailRocket events",
        "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
        "1433221999827,111016,addtocart,318965,\n1433222276276,599528,transaction,356475,4000\n",
        events(
            ("257597", "355908", "view", 1, "2015-06-02 05:02:12.117"),
            ("111016", "318965", "like", 1, "2015-06-02 05:13:19.827"),
            ("599528", "356475", "purchase", 1, "2015-06-02 05:17:56.276"),
        ),
    ),
    Sample(
        "REES46 events",
        "event_time,event_type,product_id,category_code,price,user_id\n2019-10-01 00:00:00 UTC,view,446,,35.79,541\n"
        "2019-10-01 00:00:01 UTC,cart,390,tools,33.20,554\n2019-10-01 00:00:05 UTC,purchase,172,,543.10,519\n",
        events(
            ("541", "446", "view", 1, "2019-10-01 00:00:00"),
            ("554", "390", "like", 1, "2019-10-01 00:00:01"),
            ("519", "172", "purchase", 1, "2019-10-01 00:00:05"),
        ),
    ),
    Sample(
        "H&M transactions",
        "t_dat,customer_id,article_id,price,sales_channel_id\n2018-09-20,000058a1,0663713001,0.05,2\n",
        events(("000058a1", "0663713001", "purchase", 1, "2018-09-20")),
    ),
    Sample(
        "H&M articles",
        "article_id,prod_name,product_type_name,product_group_name,colour_group_name\n"
        "0108775015,Strap top,Vest,Upper,Black\n",
        (
            {
                "item_id": "0108775015",
                "title": "Strap top",
                "tags": ["Vest", "Upper"],
                "attributes": {"colour_group_name": "Black"},
            },
        ),
    ),
    Sample(
        "Steam-200k",
        '151603712,"The Elder Keep V",purchase,1.0,0\n151603712,"The Elder Keep V",play,273.0,0\n',
        events(
            ("151603712", "The Elder Keep V", "purchase", 1, ""), ("151603712", "The Elder Keep V", "play", 273, "")
        ),
    ),
    Sample(
        "Simkl backup",
        "SIMKL_ID,Title,Type,Year,Watchlist,LastEpWatched,WatchedDate,Rating,Memo,TVDB,TMDB,IMDB\n"
        "53992,Glass Sea,movie,2015,completed,,2024-01-05,9,,,76757,tt01\n"
        "40001,Iron Night,tv,2011,plantowatch,,,,,,1399,tt02\n"
        "40002,Old Tide,tv,2012,watching,S01E03,2024-02-05,,,,,tt03\n",
        events(("me", "53992", "rate", 9, "2024-01-05"), ("me", "40002", "view", 1, "2024-02-05")),
    ),
    Sample(
        "Simkl backup as JSON",
        "last_watched_at,status,user_rating,movie.title,movie.ids.simkl,show.title,show.ids.simkl\n"
        "2024-01-05T20:00:00Z,completed,8,Glass Sea,53992,,\n,plantowatch,,Later,53993,,\n"
        "2024-02-05T20:00:00Z,watching,,,,Old Tide,40002\n",
        events(
            ("me", "53992", "rate", 8, "2024-01-05 20:00:00"),
            ("me", "40002", "view", 1, "2024-02-05 20:00:00"),
        ),
    ),
    Sample(
        "TMDB ratings",
        "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated\n"
        "550,tt01,movie,Glass Sea,2022-05-04T00:00:00Z,,,7.229,7.0,2022-09-20T00:00:00Z\n"
        "550,tt02,tv,Iron Night,2022-03-30T00:00:00Z,,,7.6,9.0,2022-09-21T00:00:00Z\n",
        events(("me", "movie/550", "rate", 7, "2022-09-20"), ("me", "tv/550", "rate", 9, "2022-09-21")),
    ),
    Sample(
        "AniList lists",
        "id,status,score,updatedAt,media.id,media.title.romaji\n"
        "1,COMPLETED,8,1643623860,20,Star Drift\n2,PLANNING,0,1643623861,21,Rain Town\n3,CURRENT,0,1643623862,22,Fog\n",
        events(("me", "20", "rate", 8, "2022-01-31 10:11:00"), ("me", "22", "view", 1, "2022-01-31 10:11:02")),
    ),
    Sample(
        "Tautulli history",
        "date,user_id,user,rating_key,full_title,year,media_type\n1643623860,7,ann,4011,Glass Sea,2015,movie\n",
        events(("7", "4011", "play", 1, "2022-01-31 10:11:00")),
    ),
    Sample(
        "Audible listening",
        "Start Date,End Date,Event Duration Milliseconds,Product Name,ASIN\n"
        "2020-05-01,2020-05-01,60000,Glass Sea,B00X1\n2020-05-02,2020-05-02,900,Glass Sea,B00X1\n",
        events(("me", "B00X1", "play", 1, "2020-05-01"), ("me", "B00X1", "play", 1, "2020-05-02")),
    ),
    Sample(
        "Steam library",
        "appid,name,playtime_forever,rtime_last_played\n70,Glass Sea,271,1643623860\n730,Iron Night,0,0\n",
        events(("me", "70", "play", 271, "2022-01-31 10:11:00"), ("me", "730", "play", 0, "")),
    ),
    Sample(
        "Yelp reviews",
        "review_id,user_id,business_id,stars,useful,funny,cool,text,date\n"
        "KU_O,mh_-,XQfw,3.0,0,0,0,Fine,2018-07-07 22:09:11\n",
        events(("mh_-", "XQfw", "rate", 3, "2018-07-07 22:09:11")),
    ),
    Sample(
        "Yelp businesses",
        'business_id,name,city,stars,is_open,categories\nPns2,Blue Door,Reno,4.5,0,"Doctors, Nail Salons"\n',
        (
            {
                "item_id": "Pns2",
                "title": "Blue Door",
                "available": False,
                "tags": ["Doctors", "Nail Salons"],
                "attributes": {"city": "Reno", "stars": 4.5},
            },
        ),
    ),
    Sample(
        "Taobao user behaviour",
        "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n2,2576651,149192,fav,1511572885\n",
        events(
            ("1", "2268318", "view", 1, "2017-11-24 17:21:10"),
            ("1", "2333346", "purchase", 1, "2017-11-24 22:15:33"),
            ("2", "2576651", "like", 1, "2017-11-25 01:21:25"),
        ),
    ),
    Sample(
        "Yoochoose clicks",
        "1,2014-04-07T10:51:09.277Z,214536502,0\n2,2014-04-07T13:56:37.614Z,214662742,S\n",
        events(
            ("1", "214536502", "view", 1, "2014-04-07 10:51:09.277"),
            ("2", "214662742", "view", 1, "2014-04-07 13:56:37.614"),
        ),
    ),
    Sample(
        "Yoochoose buys",
        "420374,2014-04-06T18:44:58.314Z,214537888,12462,2\n420375,2014-04-06T09:40:13.032Z,214716935,0,0\n",
        events(
            ("420374", "214537888", "purchase", 2, "2014-04-06 18:44:58.314"),
            ("420375", "214716935", "purchase", 1, "2014-04-06 09:40:13.032"),
        ),
    ),
    Sample(
        "Diginetica views",
        "sessionId;userId;itemId;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n2;NA;31331;1031018;2016-05-10\n",
        events(("1", "81766", "view", 1, "2016-05-09"), ("2", "31331", "view", 1, "2016-05-10")),
    ),
    Sample(
        "Diginetica purchases",
        "sessionId;userId;timeframe;eventdate;ordernumber;itemId\n150;18278;17100868;2016-05-06;16421;25911\n",
        events(("150", "25911", "purchase", 1, "2016-05-06")),
    ),
    Sample(
        "MIND news",
        "N55528\tlifestyle\troyals\tThe Brands\tShop them\thttps://x.org/a.html\t[]\t[]\n"
        "N19639\thealth\tweight-loss\tHabits\tThey harm\thttps://x.org/b.html\t[]\t[]\n",
        (
            {"item_id": "N55528", "title": "The Brands", "tags": ["lifestyle", "royals"]},
            {"item_id": "N19639", "title": "Habits", "tags": ["health", "weight-loss"]},
        ),
    ),
    Sample(
        "MIND behaviors",
        "1\tU13740\t11/11/2019 9:05:58 AM\tN55189 N42782\tN55689-1 N35729-0 N1-1\n"
        "2\tU91836\t11/12/2019 6:11:30 PM\t\tN39317-1\n",
        events(
            ("U13740", "N55689", "view", 1, "2019-11-11 09:05:58"),
            ("U13740", "N1", "view", 1, "2019-11-11 09:05:58"),
            ("U91836", "N39317", "view", 1, "2019-11-12 18:11:30"),
        ),
    ),
    Sample(
        "Alibaba mobile behaviour",
        "user_id,item_id,behavior_type,user_geohash,item_category,time\n"
        "98,23,1,,42,2014-12-01 02\n98,24,4,,42,2014-12-02 03\n",
        events(("98", "23", "view", 1, "2014-12-01 02:00"), ("98", "24", "purchase", 1, "2014-12-02 03:00")),
    ),
    Sample(
        "Gowalla check-ins",
        "0\t2010-10-19T23:55:27Z\t30.2359\t-97.795\t22847\n0\t2010-10-18T22:17:43Z\t30.269\t-97.749\t420315\n",
        events(("0", "22847", "view", 1, "2010-10-19 23:55:27"), ("0", "420315", "view", 1, "2010-10-18 22:17:43")),
    ),
    Sample(
        "Foursquare check-ins",
        "470\t49bbd6c0f964a520f4531fe3\t4bf58dd8d48988d127951735\tArts\t40.7\t-74.0\t-240\t"
        "Tue Apr 03 18:00:09 +0000 2012\n",
        events(("470", "49bbd6c0f964a520f4531fe3", "view", 1, "2012-04-03 18:00:09")),
    ),
    Sample(
        "Twitch watch log",
        "1,33842865744,mithrain,154,156\n1,33846768288,alptv,166,169\n",
        events(("1", "mithrain", "play", 1, ""), ("1", "alptv", "play", 1, "")),
    ),
    Sample(
        "Online Retail",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "489434,85048,GLASS BALL,12,2009-12-01 07:45:00,6.95,13085,Malta\n"
        "489435,22350,CAT BOWL,12,2009-12-01 07:46:00,2.55,,Malta\n"
        "C489449,22087,PAPER BUNTING,-12,2009-12-01 10:33:00,2.95,16321,Malta\n",
        events(("13085", "85048", "purchase", 12, "2009-12-01 07:45:00")),
    ),
    Sample(
        "BeerAdvocate or RateBeer reviews",
        "brewery_id,brewery_name,review_time,review_overall,review_profilename,beer_style,beer_name,beer_beerid\n"
        "10325,Vecchio,1234817823,1.5,stcules,Hefeweizen,Sausa,47986\n",
        events(("stcules", "47986", "rate", 1.5, "2009-02-16 20:57:03")),
    ),
    Sample(
        "StoryGraph library",
        "Title,Authors,ISBN/UID,Read Status,Date Added,Last Date Read,Moods,Star Rating\n"
        "Dune,Frank Herbert,978,read,2020/01/01,2020/02/01,tense,4.5\nEmma,Jane Austen,979,to-read,2020/01/02,,,\n"
        "It,Stephen King,,did-not-finish,2020/01/03,,dark,\n",
        events(("me", "978", "rate", 4.5, "2020-02-01"), ("me", "It", "view", 1, "")),
    ),
    Sample(
        "LibraryThing books",
        "Book Id\tTitle\tPrimary Author\tDate\tRating\tCollections\tTags\tDate Read\tEntry Date\n"
        "123\tDune\tHerbert, Frank\t1965\t4.5\tYour library, Read\tsf\t[2020-02-01]\t[2019-12-30]\n"
        "124\tEmma\tAusten, Jane\t1815\t\tTo read\t\t\t[2019-12-31]\n",
        events(("me", "123", "rate", 4.5, "2020-02-01")),
    ),
    Sample(
        "Deezer listening history",
        "Song Title,Artist,ISRC,Album Title,IP Address,Listening Time,Platform Name,Date\n"
        "Hello,Adele,GB1,25,10.0.0.1,295,android,2023-01-05 10:11:12\n"
        "Hello,Lionel Richie,US1,Slow,10.0.0.1,12,android,2023-01-05 10:16:12\n",
        events(
            ("me", "Adele - Hello", "play", 1, "2023-01-05 10:11:12"),
            ("me", "Lionel Richie - Hello", "play", 1, "2023-01-05 10:16:12"),
        ),
    ),
    Sample(
        "Tidal streaming history",
        "artist_name,track_title,entry_date,stream_duration_ms\n"
        "Adele,Hello,2023-01-05T10:11:12.000Z,295000\nAdele,25,2023-01-05T10:16:12.000Z,3000\n",
        events(
            ("me", "Adele - Hello", "play", 1, "2023-01-05 10:11:12"),
            ("me", "Adele - 25", "skip", 1, "2023-01-05 10:16:12"),
        ),
    ),
    Sample(
        "Apple Music play activity",
        "Artist Name,Event End Timestamp,Event Start Timestamp,Event Type,Play Duration Milliseconds,Song Name\n"
        "Adele,2023-01-05T10:16:00Z,2023-01-05T10:11:05Z,PLAY_END,295000,Hello\n"
        "Adele,2023-01-05T10:18:00Z,2023-01-05T10:17:55Z,LYRIC_DISPLAY,,\n",
        events(("me", "Adele - Hello", "play", 1, "2023-01-05 10:11:05")),
    ),
    Sample(
        "Apple Music daily tracks",
        "Track Identifier,Date Played,Play Duration Milliseconds,Play Count,Skip Count,Track Description\n"
        "1440904731,20230105,295000,1,0,Adele - Hello\n1440904732,20230106,4000,0,1,Lionel Richie - Hello\n",
        events(("me", "1440904731", "play", 1, "2023-01-05"), ("me", "1440904732", "skip", 1, "2023-01-06")),
    ),
    Sample(
        "Rockbox scrobbler log",
        "Radiohead\tKid A\tIdioteque\t8\t309\tL\t1577873460\t\nAdele\t25\tHello\t1\t295\tS\t1577959860\t\n",
        events(
            ("me", "Radiohead - Idioteque", "play", 1, "2020-01-01 10:11:00"),
            ("me", "Adele - Hello", "skip", 1, "2020-01-02 10:11:00"),
        ),
    ),
    Sample(
        "Million Song Dataset triplets",
        f"{'b8' * 20}\tSOAKIMP12A8C130995\t1\n{'b8' * 20}\tSOBBMDR12A8C13253B\t2\n",
        events(("b8" * 20, "SOAKIMP12A8C130995", "play", 1, ""), ("b8" * 20, "SOBBMDR12A8C13253B", "play", 2, "")),
    ),
    Sample(
        "Rate Your Music ratings",
        "RYM Album, First Name,Last Name,Title,Release_Date,Rating,Ownership\n"
        "1234,,Radiohead,Kid A,2000,10,n\n1235,,Drake,Pink Moon,1972,0,o\n1236,,Toto,IV,1982,0,w\n",
        events(("me", "1234", "rate", 10, ""), ("me", "1235", "view", 1, "")),
    ),
    Sample(
        "Discogs collection",
        "Catalog#,Artist,Title,Label,Rating,Released,release_id,CollectionFolder,Date Added\n"
        "A1,Radiohead,Kid A,Parlophone,5,2000,249504,All,2019-05-06 10:11:12\n"
        "X1,Nick Drake,Pink Moon,Island,,1972,370000,All,2019-05-07 10:11:12\n",
        events(
            ("me", "249504", "rate", 5, "2019-05-06 10:11:12"), ("me", "370000", "purchase", 1, "2019-05-07 10:11:12")
        ),
    ),
    Sample(
        "TV Time tracking",
        "updated_at,season_number,series_name,episode_number,created_at,user_id,uuid,type\n"
        "2021-01-09 10:11:12,1,Dark,1,2021-01-05 10:11:12,7,aaa,watch\n",
        events(("7", "Dark", "play", 1, "2021-01-05 10:11:12")),
    ),
    Sample(
        "Kaggle anime ratings",
        "user_id,anime_id,rating\n1,20,-1\n1,24,8\n",
        events(("1", "20", "view", 1, ""), ("1", "24", "rate", 8, "")),
    ),
    Sample(
        "BoardGameGeek collection",
        "objectname,objectid,rating,numplays,weight,own,wishlist,yearpublished\n"
        "Catan,13,7.5,12,0,1,0,1995\nGloomhaven,174430,0,0,0,0,1,2017\nAzul,230802,0,3,0,1,0,2017\n",
        events(("me", "13", "rate", 7.5, ""), ("me", "230802", "view", 3, "")),
    ),
    Sample(
        "Untappd check-ins",
        "beer_name,brewery_name,beer_type,rating_score,created_at,bid,checkin_id\n"
        "Pliny,Russian River,IPA,4.5,2019-01-01 10:11:12,4499,1\nLager,X,Lager,,2019-01-02 10:11:12,1,2\n",
        events(("me", "4499", "rate", 4.5, "2019-01-01 10:11:12"), ("me", "1", "view", 1, "2019-01-02 10:11:12")),
    ),
    Sample(
        "PlayStation titles",
        "titleId,name,category,playCount,firstPlayedDateTime,lastPlayedDateTime,playDuration\n"
        "CUSA1,Bloodborne,ps4_game,51,2019-01-01T10:11:12.000Z,2021-01-01T10:11:12.000Z,PT46H\n",
        events(("me", "CUSA1", "play", 51, "2021-01-01 10:11:12")),
    ),
    Sample(
        "Xbox title history",
        "titleId,name,type,titleHistory.lastTimePlayed\n1,Halo,Game,2023-05-06T10:11:12.0000000Z\n",
        events(("me", "1", "play", 1, "2023-05-06 10:11:12")),
    ),
)
