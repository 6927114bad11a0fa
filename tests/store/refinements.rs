//! Refined prompts: kept for their payer, gone with their picture.

use crate::house::House;
use pochoir::{
    domain::{
        id::{SourceId, VisitorId},
        money::Micros,
        spec::ProviderName,
    },
    server::store::{RefinementRow, Settlement, StoreError, Timestamp, Words},
};

fn row(owner: &VisitorId, source: &SourceId, asked: &str) -> RefinementRow {
    RefinementRow {
        owner: owner.clone(),
        source: source.clone(),
        provider: ProviderName::Openai,
        asked: asked.to_owned(),
        prompt: format!("What came of {asked}."),
        model_version: "gpt-6-luna".to_owned(),
        price: Micros(300),
        created_at: Timestamp::from_second(5).expect("a moment"),
    }
}

fn settlement() -> Settlement {
    Settlement {
        spent: Micros(300),
        usage: None,
        request_id: Some("req_1".to_owned()),
        unknown: false,
        now: Timestamp::from_second(5).expect("a moment"),
    }
}

#[tokio::test]
async fn a_refined_prompt_is_found_by_its_payer_and_its_question_only() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let source = house.source(&ada, "cat").await;
    let row = row(&ada, &source, "snow");
    let call = house.reserved(&ada, 500).await;
    let words = Words::Refinement(row.clone());
    house
        .store
        .settle_words(&call, &settlement(), &words)
        .await
        .expect("settled");

    let paid = |owner: &VisitorId, provider, asked: &'static str| {
        let (store, owner) = (house.store.clone(), owner.clone());
        async move { store.paid_refinement(&owner, provider, asked).await.expect("answer") }
    };
    assert_eq!(paid(&ada, ProviderName::Openai, "snow").await, Some(row));
    assert_eq!(paid(&ben, ProviderName::Openai, "snow").await, None);
    assert_eq!(paid(&ada, ProviderName::Demo, "snow").await, None);
    assert_eq!(paid(&ada, ProviderName::Openai, "rain").await, None);
    assert!(matches!(
        house.store.settle_words(&call, &settlement(), &words).await,
        Err(StoreError::WrongState)
    ));

    house.store.delete_source(&ada, &source).await.expect("deleted");
    assert_eq!(
        paid(&ada, ProviderName::Openai, "snow").await,
        None,
        "gone with its picture"
    );
}

#[tokio::test]
async fn what_comes_for_a_deleted_picture_is_charged_and_not_kept() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let call = house.reserved(&ada, 500).await;
    house.store.delete_source(&ada, &source).await.expect("deleted");
    let words = Words::Refinement(row(&ada, &source, "snow"));
    house
        .store
        .settle_words(&call, &settlement(), &words)
        .await
        .expect("settled");
    let paid = house.store.paid_refinement(&ada, ProviderName::Openai, "snow").await;
    assert_eq!(paid.expect("answer"), None);
}
