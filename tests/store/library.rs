//! Variations and the library's pages.

use crate::house::{House, NO_CAPS, assert_not_found, assert_wrong_state, at, blob, ids, names, settlement};
use pochoir::{
    api::variations::Understood,
    domain::{
        after_care::AfterCare,
        money::Micros,
        spec::{ProviderName, Size},
    },
    server::store::{FinishedJob, PageAsk, VariationRow},
};

#[tokio::test]
async fn a_variation_comes_back_as_it_went_in() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let draft = house.painted(&ada, &cat, "draft").await;
    let mask = house.mask(&ada, &cat, "hole").await;
    let mut job = house.job(&ada, &cat, 10);
    job.order.mask_id = Some(mask.clone());
    job.order.finish_of = Some(draft.id.clone());
    house.start(&job).await;
    let claimed = house.sent().await;
    let row = VariationRow {
        parent: Some(draft.id.clone()),
        mask: Some(mask),
        understood: Some(Understood {
            understood: vec!["winter".to_owned()],
            not_understood: vec!["unicorn".to_owned()],
        }),
        provider: ProviderName::Demo,
        spent: Micros(0),
        protected_pixels: None,
        protected_changed: None,
        ..house.variation_row(&claimed, "finished")
    };
    house.publish(&claimed, vec![row.clone()], 0).await;
    assert_eq!(house.store.variation(&ada, &row.id).await.expect("kept"), row);
    house.store.delete_variation(&ada, &draft.id).await.expect("deleted");
    let kept = house.store.variation(&ada, &row.id).await.expect("kept");
    assert_eq!(kept, VariationRow { parent: None, ..row });
}

#[tokio::test]
async fn a_finish_whose_draft_was_deleted_meanwhile_is_still_kept() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let draft = house.painted(&ada, &cat, "draft").await;
    let mut job = house.job(&ada, &cat, 10);
    job.order.finish_of = Some(draft.id.clone());
    house.start(&job).await;
    let claimed = house.sent().await;
    house.store.delete_variation(&ada, &draft.id).await.expect("deleted");
    let row = VariationRow {
        parent: Some(draft.id.clone()),
        ..house.variation_row(&claimed, "finished")
    };
    house.publish(&claimed, vec![row.clone()], 7).await;
    assert_eq!(house.store.variation(&ada, &row.id).await.expect("kept").parent, None);
    assert_not_found(
        house
            .store
            .reserve_and_enqueue(
                &{
                    let mut late = house.job(&ada, &cat, 10);
                    late.order.finish_of = Some(draft.id.clone());
                    late
                },
                &NO_CAPS,
            )
            .await,
    );
}

#[tokio::test]
async fn what_a_job_gives_is_its_owners_and_its_sources() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let (cat, dog) = (house.source(&ada, "cat").await, house.source(&ada, "dog").await);
    house.started(&ada, &cat, 10).await;
    let claimed = house.sent().await;
    let right = house.variation_row(&claimed, "one");
    for wrong in [
        VariationRow {
            owner: eve.clone(),
            ..right.clone()
        },
        VariationRow {
            source: dog.clone(),
            ..right.clone()
        },
        VariationRow {
            job: house.fresh(),
            ..right.clone()
        },
    ] {
        let done = FinishedJob {
            job: claimed.id.clone(),
            settlement: settlement(7),
            variations: vec![right.clone(), wrong],
        };
        assert_wrong_state(house.store.settle_and_publish(&done).await);
    }
    assert_not_found(house.store.variation(&ada, &right.id).await);
    assert_eq!(house.used_today(&ada).await, 10, "nothing was settled");
}

/// Five variations of two sources: at 1, 2, 2, 3 and 4 milliseconds.
async fn library(house: &House, owner: &pochoir::domain::id::VisitorId) -> Vec<VariationRow> {
    let (cat, dog) = (house.source(owner, "cat").await, house.source(owner, "dog").await);
    let mut rows = Vec::new();
    for (millis, source, prompt) in [
        (1, &cat, "A house in Winter"),
        (2, &cat, "an ÉTÉ by the sea"),
        (2, &dog, "100% wool_en"),
        (3, &dog, "a winter house"),
        (4, &cat, "the sea"),
    ] {
        house.started(owner, source, 10).await;
        let claimed = house.sent().await;
        let row = VariationRow {
            prompt: prompt.to_owned(),
            created_at: at(millis),
            ..house.variation_row(&claimed, prompt)
        };
        house.publish(&claimed, vec![row.clone()], 1).await;
        rows.push(row);
    }
    rows
}

#[tokio::test]
async fn pages_are_newest_first_and_meet_without_gap_or_overlap() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let mut rows = library(&house, &ada).await;
    rows.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    for limit in 1..=6 {
        let mut seen = Vec::new();
        let mut page = PageAsk {
            limit,
            ..PageAsk::default()
        };
        loop {
            let rows = house.store.variations(&ada, &page).await.expect("page");
            let Some(last) = rows.last() else { break };
            page.before = Some((last.created_at, last.id.to_string()));
            seen.extend(rows);
        }
        assert_eq!(seen, rows, "{limit} a page");
    }
    let all = PageAsk {
        limit: 10,
        ..PageAsk::default()
    };
    assert_eq!(house.store.variations(&eve, &all).await.expect("page"), []);
}

#[tokio::test]
async fn a_page_can_be_of_one_source_or_of_some_words() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let rows = library(&house, &ada).await;
    let ask = |words: &str| PageAsk {
        limit: 10,
        words: Some(words.to_owned()),
        ..PageAsk::default()
    };
    let of_dog = PageAsk {
        source: Some(rows[2].source.clone()),
        ..ask("")
    };
    let find = |page: PageAsk| {
        let (store, ada) = (house.store.clone(), ada.clone());
        async move { ids(&store.variations(&ada, &page).await.expect("page")) }
    };
    let at = |places: &[usize]| places.iter().map(|&place| rows[place].id.clone()).collect::<Vec<_>>();
    assert_eq!(find(of_dog).await, at(&[3, 2]));
    assert_eq!(
        find(ask("WINTER house")).await,
        at(&[3, 0]),
        "every word, in any order and size"
    );
    assert_eq!(find(ask("été")).await, at(&[1]), "beyond ASCII too");
    assert_eq!(find(ask("0%")).await, at(&[2]), "signs mean themselves");
    assert_eq!(find(ask("wool_")).await, at(&[2]));
    assert_eq!(find(ask("_ool")).await, at(&[]));
    assert_eq!(find(ask("' OR 1=1 --")).await, at(&[]));
}

#[tokio::test]
async fn deleting_a_variation_gives_back_what_nobody_else_refers_to() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let cat = house.source(&ada, "cat").await;
    let (one, two) = (
        house.painted(&ada, &cat, "same").await,
        house.painted(&ada, &cat, "same").await,
    );
    assert_not_found(house.store.delete_variation(&eve, &one.id).await);
    assert_not_found(house.store.variation(&eve, &one.id).await);
    assert_eq!(house.store.delete_variation(&ada, &one.id).await.expect("deleted"), []);
    assert_eq!(house.store.variation(&ada, &two.id).await.expect("whole"), two);
    let gone = house.store.delete_variation(&ada, &two.id).await.expect("deleted");
    assert_eq!(names(&gone), ["same", "same-p", "same-r", "same-t"]);
    assert_not_found(house.store.delete_variation(&ada, &two.id).await);
    assert_eq!(
        house.store.job(&ada, &two.job).await.expect("its job stays").variations,
        []
    );
    house.assert_books().await;
}

#[tokio::test]
async fn what_after_care_makes_stands_beside_what_the_job_gave() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let cat = house.source(&ada, "cat").await;
    let first = house.painted(&ada, &cat, "first").await;
    let row = VariationRow {
        id: house.fresh(),
        parent: Some(first.id.clone()),
        after_care: Some(AfterCare {
            grow: -3,
            ..AfterCare::first(Size::new(640, 480))
        }),
        recomposed: true,
        spent: Micros(0),
        composed: blob("again"),
        created_at: at(120),
        ..first.clone()
    };
    for wrong in [
        VariationRow {
            owner: eve.clone(),
            ..row.clone()
        },
        VariationRow {
            parent: Some(house.fresh()),
            ..row.clone()
        },
        VariationRow {
            job: house.fresh(),
            ..row.clone()
        },
    ] {
        assert_not_found(house.store.insert_recomposed(&wrong).await);
    }
    for wrong in [
        VariationRow {
            recomposed: false,
            ..row.clone()
        },
        VariationRow {
            parent: None,
            ..row.clone()
        },
    ] {
        assert_wrong_state(house.store.insert_recomposed(&wrong).await);
    }
    house.store.insert_recomposed(&row).await.expect("kept");
    assert_eq!(house.store.variation(&ada, &row.id).await.expect("kept"), row);
    let job = house.store.job(&ada, &first.job).await.expect("the job");
    assert_eq!(
        job.variations,
        std::slice::from_ref(&first.id),
        "the job gave the first"
    );
    let page = PageAsk {
        limit: 10,
        ..PageAsk::default()
    };
    let listed = house.store.variations(&ada, &page).await.expect("the library");
    assert_eq!(listed.len(), 2, "the library has both");

    // The answer stays with the one that is left.
    let gone = house.store.delete_variation(&ada, &first.id).await.expect("deleted");
    assert_eq!(gone, std::slice::from_ref(&first.composed.key));
    let kept = house.store.variation(&ada, &row.id).await.expect("kept");
    assert_eq!((kept.parent, kept.raw), (None, first.raw));
    let second = VariationRow {
        id: house.fresh(),
        parent: Some(row.id.clone()),
        ..row.clone()
    };
    house.store.insert_recomposed(&second).await.expect("kept");
    house.store.delete_source(&ada, &cat).await.expect("deleted");
    assert_not_found(house.store.variation(&ada, &second.id).await);
}
