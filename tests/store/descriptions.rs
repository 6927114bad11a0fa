//! Descriptions: the source's, and what a visitor paid for.

use crate::house::{House, assert_not_found, assert_wrong_state, at, blob, settlement};
use pochoir::{
    domain::{
        description::{Caption, Description, Fact, FactKind},
        id::{SourceId, VisitorId},
        money::Micros,
        spec::ProviderName,
    },
    server::store::{DescriptionKey, DescriptionRow, Words},
};

fn description(source: &SourceId, owner: &VisitorId, words: &str) -> DescriptionRow {
    DescriptionRow {
        source: source.clone(),
        owner: owner.clone(),
        description: Description {
            caption: Caption {
                text: words.to_owned(),
                lang: "en".to_owned(),
                confidence: Some(0.75),
            },
            facts: vec![Fact {
                id: "tag-1".to_owned(),
                kind: FactKind::Tag,
                text: "cat".to_owned(),
                lang: "en".to_owned(),
                confidence: None,
                bounds: None,
            }],
            shortfall: None,
        },
        provider: Some(ProviderName::AzureVision),
        model_version: Some("2024-02-01".to_owned()),
        price: Micros(1_500),
        closer: false,
        edited: false,
        created_at: at(50),
    }
}

fn key(content: &str, asked: &str) -> DescriptionKey {
    DescriptionKey {
        content: blob(content).key,
        provider: ProviderName::AzureVision,
        asked: asked.to_owned(),
    }
}

/// What a call that asked for a caption gave.
fn told(row: &DescriptionRow, content: &str) -> Words {
    Words::Description {
        row: row.clone(),
        key: key(content, "caption"),
    }
}

#[tokio::test]
async fn a_paid_description_is_kept_for_its_source_and_for_its_payer_only() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let (hers, his) = (house.source(&ada, "cat").await, house.source(&ben, "cat").await);
    let row = description(&hers, &ada, "a cat");
    let call = house.reserved(&ada, 2_000).await;
    house
        .store
        .settle_words(&call, &settlement(1_500), &told(&row, "cat"))
        .await
        .expect("settled");

    assert_eq!(
        house.store.description(&ada, &hers).await.expect("kept"),
        Some(row.clone())
    );
    let paid = |visitor: &VisitorId, asked: &str| {
        let (store, visitor, key) = (house.store.clone(), visitor.clone(), key("cat", asked));
        async move { store.paid_description(&visitor, &key).await.expect("answer") }
    };
    assert_eq!(paid(&ada, "caption").await, Some(row));
    assert_eq!(paid(&ada, "caption,tags").await, None, "that was not asked");
    assert_eq!(paid(&ben, "caption").await, None, "he did not pay");
    assert_eq!(house.store.description(&ben, &his).await.expect("none"), None);
    assert_eq!(house.used_today(&ada).await, 1_500);
    house.assert_books().await;
}

#[tokio::test]
async fn a_call_is_settled_with_its_description_once() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let call = house.reserved(&ada, 2_000).await;
    let settle = |words: &str| {
        let (store, call, row) = (house.store.clone(), call.clone(), description(&source, &ada, words));
        async move { store.settle_words(&call, &settlement(1_500), &told(&row, "cat")).await }
    };
    settle("a cat").await.expect("settled");
    assert_wrong_state(settle("a dog").await);
    let kept = house
        .store
        .description(&ada, &source)
        .await
        .expect("kept")
        .expect("one");
    assert_eq!(kept.description.caption.text, "a cat");
}

#[tokio::test]
async fn ones_own_words_replace_what_was_seen_but_not_what_was_paid_for() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let source = house.source(&ada, "cat").await;
    let seen = description(&source, &ada, "a cat");
    let call = house.reserved(&ada, 2_000).await;
    house
        .store
        .settle_words(&call, &settlement(1_500), &told(&seen, "cat"))
        .await
        .expect("settled");
    let own = DescriptionRow {
        edited: true,
        provider: None,
        model_version: None,
        price: Micros::ZERO,
        ..description(&source, &ada, "my cat Minka")
    };
    house.store.put_description(&own).await.expect("kept");
    assert_eq!(house.store.description(&ada, &source).await.expect("kept"), Some(own));
    let paid = house.store.paid_description(&ada, &key("cat", "caption")).await;
    assert_eq!(paid.expect("answer"), Some(seen));

    assert_not_found(house.store.description(&eve, &source).await);
    assert_not_found(house.store.put_description(&description(&source, &eve, "mine!")).await);
}

#[tokio::test]
async fn a_source_deleted_while_it_was_looked_at_is_still_paid_for() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let call = house.reserved(&ada, 2_000).await;
    house.store.mark_sent(&call, at(30)).await.expect("sent");
    house.store.delete_source(&ada, &source).await.expect("deleted");
    let row = description(&source, &ada, "a cat");
    house
        .store
        .settle_words(&call, &settlement(1_500), &told(&row, "cat"))
        .await
        .expect("settled");
    assert_eq!(house.used_today(&ada).await, 1_500);
    let paid = house.store.paid_description(&ada, &key("cat", "caption")).await;
    assert_eq!(paid.expect("answer"), None, "deleted means deleted");
    house.assert_books().await;
}

#[tokio::test]
async fn what_was_seen_goes_with_the_last_source_of_that_picture() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let (first, second) = (house.source(&ada, "cat").await, house.source(&ada, "cat").await);
    let call = house.reserved(&ada, 2_000).await;
    house
        .store
        .settle_words(
            &call,
            &settlement(1_500),
            &told(&description(&first, &ada, "a cat"), "cat"),
        )
        .await
        .expect("settled");
    let paid = || {
        let (store, ada) = (house.store.clone(), ada.clone());
        async move {
            let answer = store.paid_description(&ada, &key("cat", "caption")).await;
            answer.expect("answer").is_some()
        }
    };
    house.store.delete_source(&ada, &first).await.expect("deleted");
    assert!(paid().await, "the other source has the same picture");
    house.store.delete_source(&ada, &second).await.expect("deleted");
    assert!(!paid().await);
}
