//! What is sent is what was shown, to the letter.

use crate::harness::{Person, TestApp, pictures};
use pochoir::domain::limits::MAX_PROMPT_CHARS;
use serde_json::{Value, json};

/// The prompt of the last request to the painter.
async fn sent(app: &TestApp) -> String {
    let requests = app.requests().await;
    let painted = |request: &&Value| request["path"].as_str().is_some_and(|path| path.contains("/images/"));
    let last = requests.iter().rfind(painted).expect("a request");
    let prompt = match last["parts"].as_array() {
        None => &last["json"]["prompt"],
        Some(parts) => &parts.iter().find(|part| part["name"] == "prompt").expect("a prompt")["text"],
    };
    prompt.as_str().expect("a text").to_owned()
}

/// So many characters of this text, over and over.
fn long(text: &str) -> String {
    text.chars().cycle().take(MAX_PROMPT_CHARS).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_arrive_byte_for_byte() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let prompts = [
        "L’été, « là-bas »\u{202f}: où naît l’œuvre ? Ça dépend… Noël à Haÿ-les-Roses, 3\u{a0}€.".to_owned(),
        "👩‍🚀🏳️‍🌈 on the 🌕, 👨‍👩‍👧‍👦 below; e\u{301} is not é, and é is not e\u{301}".to_owned(),
        "שלום, עולם — مرحبا بالعالم \u{202e}backwards\u{202c} \u{200f}".to_owned(),
        "“curly” \"straight\" 'single' `tick` \\back\\slash\\ %41%0D%0A &amp; <b>bold</b> {\"json\": [null]}"
            .to_owned(),
        "  two lines\nthree\r\nand a tab\t, spaces at both ends  ".to_owned(),
        "--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nanother\r\n--boundary--".to_owned(),
        long("a long one. "),
        long("é€😀ש\"\\\n"),
    ];
    for (place, prompt) in prompts.iter().enumerate() {
        for way in ["reimagine", "restyle"] {
            println!("{place} {way}");
            let mut order = Person::order(&source, prompt);
            order["way"] = way.into();
            order["spec"]["size"] = "1024x640".into();
            // It only has to arrive.
            app.play(json!({"path": "/images/", "status": 400, "body": {"error": {"message": "x"}}}))
                .await;
            let job = person.paint(&order, &format!("{place} {way}")).await;
            assert_eq!(job["state"], "failed", "{}", job["error"]);
            assert_eq!(sent(&app).await.as_bytes(), prompt.as_bytes());
            assert_eq!(job["order"]["prompt"].as_str(), Some(prompt.as_str()), "and it is kept");
        }
    }
    app.finish().await;
}

/// A fact that the person drops is gone from what the provider reads, one that they keep is there.
#[tokio::test(flavor = "multi_thread")]
async fn three_stances_are_three_prompts_at_the_provider() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    for (language, caption, word, wish) in [
        (
            "en",
            "a woman beside a bicycle in front of a wall",
            "bicycle",
            "at dusk",
        ),
        (
            "fr",
            "une femme à côté d’un vélo devant un mur",
            "vélo",
            "au crépuscule",
        ),
    ] {
        let fact = |id: &str, kind: &str, text: &str| json!({"id": id, "kind": kind, "text": text, "lang": language});
        let words = match language {
            "fr" => ["femme", "mur"],
            _ => ["woman", "wall"],
        };
        let facts = json!([
            fact("one", "object", word),
            fact("two", "person", words[0]),
            fact("three", "object", words[1])
        ]);
        let described = json!({"source_id": source, "caption": caption, "facts": facts});
        let described = person.post("/api/descriptions/update", &described).await;
        assert_eq!(described.status, 200, "{}", described.text());
        let mut prompts = Vec::new();
        for stance in ["keep", "change", "drop"] {
            let ask = json!({"source_id": source, "wish": wish, "way": "restyle", "language": language,
                "stances": {"one": stance, "two": "keep", "three": "keep"}});
            let shown = person.post("/api/prompts/compose", &ask).await.text_at("prompt");
            let mut order = Person::order(&source, &shown);
            order["spec"]["size"] = "1024x640".into();
            app.play(json!({"path": "/images/", "status": 400, "body": {"error": {"message": "x"}}}))
                .await;
            person.paint(&order, &format!("{language} {stance}")).await;
            let sent = sent(&app).await;
            assert_eq!(sent, shown, "what was shown is what is sent");
            assert!(sent.to_lowercase().contains(wish), "{sent}");
            prompts.push(sent);
        }
        println!("{prompts:#?}");
        assert!(prompts[0].contains(word), "kept: {}", prompts[0]);
        assert!(!prompts[2].contains(word), "dropped: {}", prompts[2]);
        assert!(prompts.iter().all(|prompt| prompt.contains(words[0])), "{prompts:?}");
        let mut different = prompts.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 3, "{prompts:?}");
    }
    app.finish().await;
}
