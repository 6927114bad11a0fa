//! Sources, masks, and what goes when a source goes.

use crate::house::{House, NO_CAPS, assert_not_found, assert_wrong_state, at, blob, names};
use pochoir::{
    domain::{money::Micros, source::Removed},
    server::store::{PageAsk, SourceRow, StoreError},
};

#[tokio::test]
async fn a_source_comes_back_as_it_went_in() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let row = SourceRow {
        alpha: true,
        removed: vec![Removed::Exif, Removed::Gps],
        ..house.source_row(&ada, "cat")
    };
    house.store.insert_source(&row).await.expect("kept");
    assert_eq!(house.store.source(&ada, &row.id).await.expect("source"), row);
    assert_eq!(house.store.blob_type(&row.master.key).await.expect("type"), "image/png");
    assert_not_found(house.store.blob_type(&blob("dog").key).await);
}

#[tokio::test]
async fn recent_sources_are_ones_own_newest_first() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let mut rows = Vec::new();
    for (millis, name) in [(3, "c"), (1, "a"), (2, "b")] {
        let row = SourceRow {
            created_at: at(millis),
            ..house.source_row(&ada, name)
        };
        house.store.insert_source(&row).await.expect("kept");
        rows.push(row);
    }
    house.source(&ben, "d").await;
    let recent = house.store.recent_sources(&ada, 2).await.expect("sources");
    assert_eq!(recent, [rows[0].clone(), rows[2].clone()]);
    assert_eq!(house.store.recent_sources(&house.fresh(), 2).await.expect("none"), []);
}

#[tokio::test]
async fn nothing_is_kept_for_somebody_unknown() {
    let house = House::open().await;
    let row = house.source_row(&house.fresh(), "cat");
    let answer = house.store.insert_source(&row).await;
    assert!(matches!(answer, Err(StoreError::Database(_))), "{answer:?}");
    assert_eq!(house.store.referenced_blobs().await.expect("blobs"), []);
}

#[tokio::test]
async fn a_mask_belongs_to_its_source_and_its_owner() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let (cat, dog) = (house.source(&ada, "cat").await, house.source(&ada, "dog").await);
    let mask = house.mask_row(&ada, &cat, "hole");
    house.store.insert_mask(&mask).await.expect("kept");
    assert_eq!(house.store.mask(&ada, &cat, &mask.id).await.expect("mask"), mask);
    assert_not_found(house.store.mask(&ada, &dog, &mask.id).await);
    assert_not_found(house.store.mask(&eve, &cat, &mask.id).await);
    assert_not_found(house.store.insert_mask(&house.mask_row(&eve, &cat, "hers")).await);

    let mut wrong = house.job(&ada, &dog, 1);
    wrong.order.mask_id = Some(mask.id.clone());
    assert_not_found(house.store.reserve_and_enqueue(&wrong, &NO_CAPS).await);
}

#[tokio::test]
async fn a_stranger_finds_no_source() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let source = house.source(&ada, "cat").await;
    assert_not_found(house.store.source(&eve, &source).await);
    assert_not_found(house.store.delete_source(&eve, &source).await);
    assert_not_found(house.store.source(&ada, &house.fresh()).await);
    house.store.source(&ada, &source).await.expect("still there");

    let mut order = house.job(&eve, &house.source(&eve, "owl").await, 1);
    order.order.reference_ids.push(source);
    assert_not_found(house.store.reserve_and_enqueue(&order, &NO_CAPS).await);
}

#[tokio::test]
async fn deleting_a_source_takes_everything_of_it_and_leaves_the_money() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    house.mask(&ada, &cat, "hole").await;
    let variation = house.painted(&ada, &cat, "one").await;
    let share = house.share_row(&ada, &[&variation], "share");
    house.store.insert_share(&share).await.expect("shared");
    let job = house.store.job(&ada, &variation.job).await.expect("job");

    let gone = house.store.delete_source(&ada, &cat).await.expect("deleted");
    let expected = [
        "cat",
        "cat-p",
        "cat-t",
        "hole",
        "one",
        "one-p",
        "one-r",
        "one-t",
        "share-0-p",
        "share-0-t",
        "share-c",
    ];
    assert_eq!(names(&gone), expected);
    assert_eq!(house.store.referenced_blobs().await.expect("blobs"), []);
    assert_not_found(house.store.source(&ada, &cat).await);
    assert_not_found(house.store.variation(&ada, &variation.id).await);
    assert_not_found(house.store.job(&ada, &job.id).await);
    assert_not_found(house.store.share(&ada, &share.id).await);
    assert_not_found(house.store.open_share(&share.slug, at(300)).await);
    assert_eq!(house.store.visitor_events(&ada, 0, 10).await.expect("events"), []);

    assert_eq!(house.store.call(&job.call).await.expect("call").spent, Some(Micros(7)));
    assert_eq!(house.used_today(&ada).await, 7);
    house.assert_books().await;
}

#[tokio::test]
async fn bytes_that_somebody_else_refers_to_stay() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let (hers, his) = (house.source(&ada, "cat").await, house.source(&ben, "cat").await);
    assert_eq!(house.store.delete_source(&ada, &hers).await.expect("deleted"), []);
    let kept = house.store.source(&ben, &his).await.expect("his is whole");
    assert_eq!(kept.master, blob("cat"));
    let gone = house.store.delete_source(&ben, &his).await.expect("deleted");
    assert_eq!(names(&gone), ["cat", "cat-p", "cat-t"]);
}

#[tokio::test]
async fn a_source_stays_while_a_job_needs_it() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let (cat, dog) = (house.source(&ada, "cat").await, house.source(&ada, "dog").await);
    let mut job = house.job(&ada, &cat, 1);
    job.order.reference_ids.push(dog.clone());
    house.start(&job).await;
    assert_wrong_state(house.store.delete_source(&ada, &cat).await);
    assert_wrong_state(house.store.delete_source(&ada, &dog).await);
    let claimed = house.sent().await;
    assert_wrong_state(house.store.delete_source(&ada, &cat).await);
    assert_wrong_state(house.store.delete_source(&ada, &dog).await);
    house
        .publish(&claimed, vec![house.variation_row(&claimed, "one")], 1)
        .await;
    house.store.delete_source(&ada, &dog).await.expect("deleted");
    house.store.delete_source(&ada, &cat).await.expect("deleted");
}

#[tokio::test]
async fn a_source_made_from_a_variation_outlives_it() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let variation = house.painted(&ada, &cat, "one").await;
    let row = SourceRow {
        from_variation: Some(variation.id.clone()),
        master: variation.composed.clone(),
        ..house.source_row(&ada, "next")
    };
    house.store.insert_source(&row).await.expect("kept");
    assert_eq!(house.store.source(&ada, &row.id).await.expect("source"), row);

    let gone = house.store.delete_source(&ada, &cat).await.expect("deleted");
    assert_eq!(names(&gone), ["cat", "cat-p", "cat-t", "one-p", "one-r", "one-t"]);
    let kept = house.store.source(&ada, &row.id).await.expect("source");
    assert_eq!(kept.from_variation, None);
    assert_eq!(kept.master, blob("one"));
    let page = PageAsk {
        limit: 10,
        ..PageAsk::default()
    };
    assert_eq!(house.store.variations(&ada, &page).await.expect("page"), []);
}
