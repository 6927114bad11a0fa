//! Somebody leaves: everything of theirs goes, the books keep their amounts without the name, and nobody else loses anything.

use crate::house::{House, NO_CAPS, assert_not_found, assert_wrong_state, at, hex, names, settlement, today};
use pochoir::{
    domain::{
        budget::Caps,
        description::{Caption, Description},
        id::VisitorId,
        money::Micros,
        spec::ProviderName,
    },
    server::store::{BlobKey, DescriptionKey, DescriptionRow, RefinementRow, StoreError, Tombstone, Words},
};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};

fn tombstone(byte: u8) -> Tombstone {
    Tombstone::from_random([byte; 16])
}

async fn look(house: &House) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite:{}", house.file().display()))
        .await
        .expect("the file")
}

/// In which columns of which tables a text stands, wherever that may be.
async fn places(house: &House, text: &str) -> Vec<String> {
    let mut db = look(house).await;
    let columns = sqlx::query(
        "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c \
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.name",
    )
    .fetch_all(&mut db)
    .await
    .expect("the columns");
    let mut places = Vec::new();
    for row in columns {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let query = format!("SELECT count(*) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), $1) > 0");
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .bind(text)
            .fetch_one(&mut db)
            .await
            .expect("a count");
        if found > 0 {
            places.push(format!("{table}.{column}"));
        }
    }
    places
}

/// Every column that says whose a row is.
async fn owned(house: &House) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT t.name || '.' || c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c \
         WHERE t.schema = 'main' AND t.type = 'table' AND c.name IN ('owner', 'visitor')",
    )
    .fetch_all(&mut look(house).await)
    .await
    .expect("the columns")
}

/// Somebody with one of everything.
async fn busy(house: &House, name: &str) -> VisitorId {
    let visitor = house.visitor().await;
    let source = house.source(&visitor, name).await;
    house.mask(&visitor, &source, &format!("{name}-hole")).await;
    let painted = house.painted(&visitor, &source, &format!("{name}-dusk")).await;
    let share = house.share_row(&visitor, &[&painted], &format!("{name}-page"));
    house.store.insert_share(&share).await.expect("a share");
    let mut remix = house.source_row(&visitor, &format!("{name}-remix"));
    remix.from_variation = Some(painted.id);
    house.store.insert_source(&remix).await.expect("a source");
    let row = DescriptionRow {
        source: source.clone(),
        owner: visitor.clone(),
        description: Description {
            caption: Caption {
                text: "a cat".to_owned(),
                lang: "en".to_owned(),
                confidence: None,
            },
            facts: Vec::new(),
            shortfall: None,
        },
        provider: Some(ProviderName::AzureVision),
        model_version: None,
        price: Micros(5),
        closer: false,
        edited: false,
        created_at: at(3),
    };
    let key = DescriptionKey {
        content: BlobKey(hex(&[7; 32])),
        provider: ProviderName::AzureVision,
        asked: "caption".to_owned(),
    };
    let call = house.reserved(&visitor, 5).await;
    house
        .store
        .settle_words(&call, &settlement(5), &Words::Description { row, key })
        .await
        .expect("described");
    let refined = RefinementRow {
        owner: visitor.clone(),
        source: source.clone(),
        provider: ProviderName::Openai,
        asked: "refine".to_owned(),
        prompt: "a cat in the snow".to_owned(),
        model_version: "m".to_owned(),
        price: Micros(5),
        created_at: at(4),
    };
    let call = house.reserved(&visitor, 5).await;
    house
        .store
        .settle_words(&call, &settlement(5), &Words::Refinement(refined))
        .await
        .expect("refined");
    visitor
}

#[tokio::test]
async fn nothing_of_a_person_stays_but_amounts() {
    let house = House::open().await;
    let ada = busy(&house, "cat").await;
    let ben = busy(&house, "dog").await;
    let caps = Caps {
        visitor_day: Some(Micros(100)),
        ..NO_CAPS
    };
    house
        .store
        .reserve(&house.call(&ada, 80), &caps)
        .await
        .expect("room, and a warning");
    let before = (places(&house, ada.as_str()).await, places(&house, ben.as_str()).await);
    let expected = [
        "alerts.subject",
        "blob_refs.owner",
        "budgets.subject",
        "calls.visitor",
        "descriptions.owner",
        "job_events.owner",
        "jobs.owner",
        "ledger.visitor",
        "masks.owner",
        "paid_descriptions.owner",
        "paid_refinements.owner",
        "sessions.visitor",
        "share_items.owner",
        "shares.owner",
        "sources.owner",
        "variations.owner",
        "visitors.id",
    ];
    // A new table of people's things has to be deleted with them, and to stand in this story.
    for place in owned(&house).await {
        assert!(expected.contains(&place.as_str()), "{place} is not in the story");
    }
    for place in expected {
        assert!(
            before.0.iter().any(|found| found == place),
            "the story has no {place}: {:?}",
            before.0
        );
    }
    let summary = house.store.books().await.expect("books");
    let left = async || {
        let db = &mut look(&house).await;
        sqlx::query_scalar::<_, i64>("SELECT sum(reserved) FROM budgets WHERE name = 'visitor_day'")
            .fetch_one(db)
            .await
            .expect("a sum")
    };
    let held = left().await;

    let freed = house.store.delete_visitor(&ada, &tombstone(1)).await.expect("deleted");
    // A backup that is brought back brings her back too: by this she goes again. It leads to nothing else.
    assert_eq!(places(&house, ada.as_str()).await, ["deletions.subject"]);
    assert_eq!(
        places(&house, ben.as_str()).await,
        before.1,
        "nobody else lost anything"
    );
    let stones = places(&house, tombstone(1).as_str()).await;
    assert_eq!(
        stones,
        ["alerts.subject", "budgets.subject", "calls.visitor", "ledger.visitor"]
    );
    assert_eq!(house.store.books().await.expect("books"), summary);
    assert_eq!(left().await, held);
    house.assert_books().await;

    let taken = house.store.take_freed_blobs().await.expect("freed");
    assert_eq!(taken.len() as u64, freed);
    assert!(
        names(&taken).iter().all(|name| name.starts_with("cat")),
        "{:?}",
        names(&taken)
    );
    assert_eq!(house.store.take_freed_blobs().await.expect("freed"), []);
    let referenced = names(&house.store.referenced_blobs().await.expect("blobs"));
    assert!(referenced.iter().all(|name| name.starts_with("dog")), "{referenced:?}");
}

#[tokio::test]
async fn whoever_is_not_there_or_waits_for_a_job_is_not_deleted() {
    let house = House::open().await;
    let ada = house.visitor().await;
    assert_not_found(house.store.delete_visitor(&house.fresh(), &tombstone(1)).await);
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 10).await;
    assert_wrong_state(house.store.delete_visitor(&ada, &tombstone(1)).await);
    house.store.cancel(&ada, &job.id, at(40)).await.expect("cancelled");
    house.store.delete_visitor(&ada, &tombstone(1)).await.expect("deleted");
    assert_not_found(house.store.delete_visitor(&ada, &tombstone(2)).await);
    house.assert_books().await;
}

#[tokio::test]
async fn a_description_under_way_is_settled_and_nothing_new_is_held() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.mark_sent(&call, at(30)).await.expect("sent");
    house.store.delete_visitor(&ada, &tombstone(1)).await.expect("deleted");
    house.store.settle(&call, &settlement(130)).await.expect("settled");
    let kept = house.store.call(&call).await.expect("call");
    assert_eq!(
        (kept.visitor, kept.spent, kept.over_quote),
        (None, Some(Micros(130)), true)
    );
    assert_not_found(house.store.reserve(&house.call(&ada, 1), &NO_CAPS).await);
    house.assert_books().await;
}

#[tokio::test]
async fn two_who_leave_keep_books_of_their_own() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    for visitor in [&ada, &ben] {
        house.reserved(visitor, 10).await;
    }
    house.store.delete_visitor(&ada, &tombstone(1)).await.expect("deleted");
    let same = house.store.delete_visitor(&ben, &tombstone(1)).await;
    assert!(
        matches!(same, Err(StoreError::Database(_))),
        "two people are not mixed: {same:?}"
    );
    assert_eq!(house.used_today(&ben).await, 10, "nothing happened");
    house.store.delete_visitor(&ben, &tombstone(2)).await.expect("deleted");
    house.assert_books().await;
}

/// The one change that the ledger allows is a visitor's name becoming a tombstone.
#[tokio::test]
async fn the_ledger_still_refuses_everything_else() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let call = house.reserved(&ada, 10).await;
    house.store.settle(&call, &settlement(4)).await.expect("settled");
    house.reserved(&ben, 10).await;
    let bill = pochoir::server::store::Bill {
        vendor: ProviderName::AzureVision,
        month: today().month,
        billed: Micros(9),
        now: at(5_000),
    };
    house.store.book_bill(&bill).await.expect("booked");
    let stone = tombstone(3);
    let stone = stone.as_str();
    let mut db = look(&house).await;
    let changes = [
        "visitor = 'somebody'".to_owned(),
        "visitor = ''".to_owned(),
        "visitor = 'gone-'".to_owned(),
        "visitor = 'gone-me'".to_owned(),
        format!("visitor = '{}'", stone.to_uppercase()),
        format!("visitor = '{stone}0'"),
        format!("visitor = '{}g'", &stone[..36]),
        format!("visitor = '{stone}', spent = spent + 1"),
        format!("visitor = '{stone}', reserved = 0, day = 'x'"),
        format!("visitor = '{stone}', month = '2026-10'"),
        format!("visitor = '{stone}', play = 1"),
        format!("visitor = '{stone}', at = 0"),
        format!("visitor = '{stone}', entry = 'settle'"),
        format!("visitor = '{stone}', id = id + 100"),
        format!("visitor = '{stone}', call = NULL"),
        format!("visitor = '{stone}', group_id = 'g'"),
        format!("visitor = '{stone}', vendor = 'openai'"),
        format!("visitor = '{stone}', reason = 'because'"),
        "spent = spent".to_owned(),
        "visitor = visitor".to_owned(),
    ];
    let change =
        async |db: &mut SqliteConnection, statement: String| sqlx::query(AssertSqlSafe(statement)).execute(db).await;
    for what in changes {
        let refused = change(&mut db, format!("UPDATE ledger SET {what} WHERE id = 1")).await;
        let refused = refused.expect_err(&what).to_string();
        assert!(refused.contains("append-only"), "{what}: {refused}");
    }
    for statement in [
        format!("UPDATE ledger SET visitor = '{stone}' WHERE entry = 'adjust'"),
        "DELETE FROM ledger WHERE id = 1".to_owned(),
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE id = 1".to_owned(),
    ] {
        let refused = change(&mut db, statement.clone())
            .await
            .expect_err(&statement)
            .to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    house.assert_books().await;
    change(&mut db, format!("UPDATE ledger SET visitor = '{stone}' WHERE id = 1"))
        .await
        .expect("this one is allowed");
    let wrong = house.store.ledger_check().await.expect("answer");
    assert!(wrong.iter().any(|words| words.starts_with("entry 1:")), "{wrong:?}");
    let again = change(
        &mut db,
        format!("UPDATE ledger SET visitor = '{}' WHERE id = 1", tombstone(4).as_str()),
    )
    .await;
    assert!(again.is_err(), "a tombstone stays");
}
