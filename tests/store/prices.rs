//! A call that costs more than was held for it: charged, marked, said, and later quotes are higher.

use crate::house::{House, at, settlement};
use pochoir::{
    domain::{money::Micros, pricing::Factor, spec::ProviderName},
    server::store::{Alert, NewCall, StoreError},
};

const OPENAI: ProviderName = ProviderName::Openai;

/// A call whose quote was made from this amount, as callers make it: under the factor of the moment.
async fn quoted(house: &House, visitor: &pochoir::domain::id::VisitorId, amount: i64) -> NewCall {
    let factor = house.store.factor(OPENAI, "gpt").await.expect("a factor");
    let call = NewCall {
        provider: OPENAI,
        model: "gpt".to_owned(),
        ..house.call(visitor, factor.times(Micros(amount)).0)
    };
    house.store.reserve(&call, &crate::house::NO_CAPS).await.expect("room");
    call
}

#[tokio::test]
async fn what_one_call_cost_above_its_quote_the_next_quote_covers() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = quoted(&house, &ada, 100).await;
    house.store.settle(&call.id, &settlement(157)).await.expect("settled");
    let kept = house.store.call(&call.id).await.expect("call");
    assert_eq!((kept.spent, kept.over_quote), (Some(Micros(157)), true));
    assert_eq!(house.used_today(&ada).await, 157, "charged as it is");

    let alerts = house.store.alerts(10).await.expect("alerts");
    let expected = Alert::OverQuote {
        call: call.id.clone(),
        provider: OPENAI,
        model: "gpt".to_owned(),
        request_id: None,
        quote: Micros(100),
        spent: Micros(157),
    };
    assert_eq!(alerts.iter().map(|row| &row.alert).collect::<Vec<_>>(), [&expected]);

    let second = quoted(&house, &ada, 100).await;
    assert!(second.quote >= Micros(157), "{}", second.quote);
    assert!(second.quote <= Micros(158), "{}", second.quote);
    house.store.settle(&second.id, &settlement(157)).await.expect("settled");
    assert!(!house.store.call(&second.id).await.expect("call").over_quote);
    house.assert_books().await;
}

#[tokio::test]
async fn calls_that_were_quoted_together_do_not_raise_each_other() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let mut calls = Vec::new();
    for _ in 0..10 {
        calls.push(quoted(&house, &ada, 1_000).await);
    }
    for call in &calls {
        house.store.settle(&call.id, &settlement(1_500)).await.expect("settled");
    }
    assert_eq!(
        house.store.factor(OPENAI, "gpt").await.expect("factor"),
        Factor::from(1_500)
    );
    house.assert_books().await;
}

#[tokio::test]
async fn a_factor_is_never_lowered_by_itself() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let (dear, cheap) = (quoted(&house, &ada, 1_000).await, quoted(&house, &ada, 1_000).await);
    house.store.settle(&dear.id, &settlement(3_000)).await.expect("settled");
    house
        .store
        .settle(&cheap.id, &settlement(1_001))
        .await
        .expect("settled");
    let third = quoted(&house, &ada, 1_000).await;
    house.store.settle(&third.id, &settlement(1)).await.expect("settled");
    let factors = house.store.factors().await.expect("factors");
    let [only] = factors.as_slice() else {
        panic!("{factors:?}")
    };
    assert_eq!((only.provider, only.model.as_str()), (OPENAI, "gpt"));
    assert_eq!((only.factor, only.raised_at), (Factor::from(3_000), at(900)));

    let elsewhere = house.store.factor(ProviderName::AzureOpenai, "gpt").await;
    assert_eq!(elsewhere.expect("factor"), Factor::ONE, "another provider's");
    house.store.reset_factor(OPENAI, "gpt").await.expect("the operator may");
    assert_eq!(house.store.factor(OPENAI, "gpt").await.expect("factor"), Factor::ONE);
    let again = house.store.reset_factor(OPENAI, "gpt").await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
}

#[tokio::test]
async fn an_alert_is_given_to_one_server_only() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let told = async || house.store.take_untold_alerts(at(1_000)).await.expect("alerts");
    assert_eq!(told().await, []);
    for _ in 0..3 {
        let call = house.reserved(&ada, 10).await;
        house.store.settle(&call, &settlement(20)).await.expect("settled");
    }
    let (first, second) = tokio::join!(told(), told());
    let mut numbers: Vec<i64> = first.iter().chain(&second).map(|row| row.id).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(told().await, []);
    assert_eq!(house.store.alerts(2).await.expect("alerts").len(), 2, "they stay");
}
