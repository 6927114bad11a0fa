//! The settings as tables: what is taken, what is refused, and that nothing leaks.

use super::*;
use crate::domain::{budget::Caps, money::Micros};
use std::io::Write as _;

const CANARY: &str = "canary-key-3f9b0c7d";

fn load(env: &[(&str, &str)]) -> Result<Config, ConfigProblems> {
    load_with(env, None)
}

fn load_with(env: &[(&str, &str)], file: Option<&Path>) -> Result<Config, ConfigProblems> {
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(env, file)
}

fn at_fault(result: Result<Config, ConfigProblems>) -> Vec<String> {
    let problems = result.expect_err("a problem").0;
    problems.into_iter().map(|problem| problem.setting).collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("writing");
    file
}

#[test]
fn without_settings_it_is_a_demo_on_this_machine() {
    let config = load(&[]).expect("defaults");
    assert!(config.demo());
    assert_eq!(config.http.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.http.origin(), "http://127.0.0.1:3000");
    assert_eq!(config.http.cookie_name(), "pochoir");
    assert_eq!(config.data_dir, Path::new("./data"));
    assert_eq!(config.database.path, Path::new("./data/pochoir.db"));
    assert_eq!(config.blobs.dir, Path::new("./data/blobs"));
    assert_eq!(config.providers.concurrency, 4);
    assert_eq!(config.default_language, Lang::En);
    assert_eq!(config.contact, None);
    assert_eq!(config.retention_days, None);
    assert_eq!(config.access.audience, Audience::Everybody);
    let caps = Caps {
        day: Some(Micros(2_000_000)),
        month: Some(Micros(20_000_000)),
        visitor_day: Some(Micros(1_000_000)),
    };
    assert_eq!(config.budget.caps(), caps);
}

#[test]
fn the_environment_overrides_the_file_which_overrides_the_defaults() {
    let file = file("addr = \"127.0.0.1:4000\"\nconcurrency = 7\nbudget_day = 3\n");
    let config = load_with(&[("POCHOIR_ADDR", "127.0.0.1:5000")], Some(file.path())).expect("settings");
    assert_eq!(config.http.addr.port(), 5000);
    assert_eq!(config.providers.concurrency, 7);
    assert_eq!(config.budget.caps().day, Some(Micros(3_000_000)));
    assert_eq!(config.budget.caps().month, Some(Micros(20_000_000)));
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = load(&[("OPENAI_API_KEY", ""), ("POCHOIR_ADDR", "  ")]).expect("settings");
    assert!(config.demo());
    assert_eq!(config.http.addr.port(), 3000);
}

#[test]
fn all_problems_come_at_once() {
    let faults = at_fault(load(&[
        ("POCHOIR_ADDR", "nowhere"),
        ("POCHOIR_BUDGET_DAY", "1,50"),
        ("POCHOIR_TIMEZONE", "Mars/Olympus"),
        ("POCHOIR_CONCURRENCY", "0"),
        ("POCHOIR_DEFAULT_LANGUAGE", "tlh"),
        ("POCHOIR_LOG", "loud"),
    ]));
    let expected = [
        "POCHOIR_ADDR",
        "POCHOIR_CONCURRENCY",
        "POCHOIR_BUDGET_DAY",
        "POCHOIR_TIMEZONE",
        "POCHOIR_LOG",
        "POCHOIR_DEFAULT_LANGUAGE",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn a_misspelt_setting_is_a_problem() {
    assert_eq!(at_fault(load(&[("POCHOIR_BUDGET_DAYS", "0")])), ["POCHOIR_BUDGET_DAYS"]);
    let file = file("budget = 0\n");
    let problems = load_with(&[], Some(file.path())).expect_err("a problem").0;
    assert!(problems[0].words.contains("budget"), "{problems:?}");
    assert!(load(&[("HOME", "somewhere"), ("OPENAI_ORG_ID", "x")]).is_ok());
}

#[test]
fn room_and_patience_are_read() {
    let limits = load(&[]).expect("settings").limits;
    assert_eq!((limits.storage_max_bytes, limits.stop_patience.as_secs()), (None, 8));
    let said = [("POCHOIR_STORAGE_MAX", "20GB"), ("POCHOIR_STOP_PATIENCE", "120")];
    let limits = load(&said).expect("settings").limits;
    assert_eq!(
        (limits.storage_max_bytes, limits.stop_patience.as_secs()),
        (Some(20_000_000_000), 120)
    );
    for said in [("POCHOIR_STORAGE_MAX", "lots"), ("POCHOIR_STOP_PATIENCE", "601")] {
        assert_eq!(load(&[said]).expect_err("a problem").0[0].setting, said.0);
    }
}

#[test]
fn what_this_version_cannot_honour_is_refused() {
    for (name, value) in [
        ("POCHOIR_DATABASE_URL", "postgres://localhost/pochoir"),
        ("POCHOIR_BLOB_URL", "az://pictures"),
        ("POCHOIR_BLOB_URL", "s3://pictures"),
        ("POCHOIR_ACCESS", "code"),
        ("POCHOIR_METRICS_ADDR", "127.0.0.1:9000"),
        ("POCHOIR_LIMITS", "on"),
        ("POCHOIR_ADMIN_TOKEN", "canary-key-3f9b0c7d-admin"),
        ("POCHOIR_ADMIN_TOKEN_FILE", "token"),
        ("POCHOIR_TRUSTED_PROXY", "127.0.0.1"),
        ("POCHOIR_RETENTION_DAYS", "30"),
    ] {
        let problems = load(&[(name, value)]).expect_err("a problem").0;
        let setting = name.trim_end_matches("_FILE");
        assert!(
            problems.iter().any(|problem| problem.setting == setting),
            "{name}: {problems:?}"
        );
    }
}

#[test]
fn folders_and_files_can_be_moved() {
    let config = load(&[
        ("POCHOIR_DATA_DIR", "/srv/pochoir"),
        ("POCHOIR_DATABASE_URL", "sqlite:///var/rows.db"),
        ("POCHOIR_BLOB_URL", "/srv/pictures"),
    ])
    .expect("settings");
    assert_eq!(config.database.path, Path::new("/var/rows.db"));
    assert_eq!(config.blobs.dir, Path::new("/srv/pictures"));
    for text in ["sqlite::memory:", "sqlite:", "mysql://x", "sqlite:a.db?mode=ro"] {
        assert_eq!(
            at_fault(load(&[("POCHOIR_DATABASE_URL", text)])),
            ["POCHOIR_DATABASE_URL"],
            "{text}"
        );
    }
}

#[test]
fn a_cap_of_nothing_must_be_said() {
    let config = load(&[("POCHOIR_BUDGET_DAY", "none"), ("POCHOIR_BUDGET_MONTH", "0")]).expect("settings");
    assert_eq!(config.budget.caps().day, None);
    assert_eq!(config.budget.caps().month, Some(Micros::ZERO));
    assert_eq!(config.budget.caps().visitor_day, Some(Micros(1_000_000)));
    for text in ["unlimited", "-1", "0.0000001", "$2"] {
        assert_eq!(at_fault(load(&[("POCHOIR_BUDGET_DAY", text)])), ["POCHOIR_BUDGET_DAY"]);
    }
}

#[test]
fn open_access_with_a_real_key_must_be_said_out_loud() {
    let key = ("OPENAI_API_KEY", CANARY);
    let everywhere = ("POCHOIR_ADDR", "0.0.0.0:3000");
    let public = ("POCHOIR_PUBLIC_URL", "https://pictures.example.org");
    let open = ("POCHOIR_ACCESS", "open");
    let audience = |env: &[(&str, &str)]| load(env).map(|config| config.access.audience);

    assert_eq!(audience(&[key]), Ok(Audience::ThisMachine));
    assert_eq!(
        audience(&[key, ("POCHOIR_PUBLIC_URL", "http://localhost:3000")]),
        Ok(Audience::ThisMachine)
    );
    assert_eq!(at_fault(load(&[key, everywhere])), ["POCHOIR_ACCESS"]);
    assert_eq!(at_fault(load(&[key, public])), ["POCHOIR_ACCESS"]);
    assert_eq!(audience(&[key, everywhere, public, open]), Ok(Audience::Everybody));
    assert_eq!(audience(&[everywhere, public]), Ok(Audience::Everybody));
}

#[test]
fn an_https_address_hardens_the_cookie() {
    let config = load(&[("POCHOIR_PUBLIC_URL", "https://Pictures.example.org/")]).expect("settings");
    assert_eq!(config.http.cookie_name(), "__Host-pochoir");
    assert!(config.http.secure_cookies());
    assert_eq!(config.http.origin(), "https://pictures.example.org");
    for text in [
        "pictures.example.org",
        "ftp://x",
        "https://x/below",
        "https://a:b@x",
        "https://x/?q",
    ] {
        assert_eq!(
            at_fault(load(&[("POCHOIR_PUBLIC_URL", text)])),
            ["POCHOIR_PUBLIC_URL"],
            "{text}"
        );
    }
}

#[test]
fn only_our_own_hosts_are_answered() {
    let config = load(&[("POCHOIR_PUBLIC_URL", "https://pictures.example.org")]).expect("settings");
    for host in [
        "localhost:3000",
        "LOCALHOST",
        "127.0.0.1:3000",
        "[::1]:3000",
        "pictures.example.org",
        "Pictures.Example.Org:443",
    ] {
        assert!(config.http.allows_host(host), "{host}");
    }
    for host in [
        "",
        "evil.example",
        "pictures.example.org.evil.example",
        "192.168.1.7:3000",
    ] {
        assert!(!config.http.allows_host(host), "{host}");
    }
    let everywhere = load(&[("POCHOIR_ADDR", "0.0.0.0:3000")]).expect("settings");
    assert!(everywhere.http.allows_host("192.168.1.7:3000"));
    assert!(!everywhere.http.allows_host("evil.example:3000"));
}

#[test]
fn half_a_provider_is_a_problem() {
    for (said, missing) in [
        ("AZURE_VISION_KEY", "AZURE_VISION_ENDPOINT"),
        ("AZURE_VISION_TIER", "AZURE_VISION_KEY"),
        ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_DEPLOYMENTS"),
    ] {
        let value = if said.ends_with("TIER") { "f0" } else { CANARY };
        assert!(at_fault(load(&[(said, value)])).contains(&missing.to_owned()), "{said}");
    }
    assert_eq!(
        at_fault(load(&[("OPENAI_BASE_URL", "https://gateway.example/v1")])),
        ["OPENAI_BASE_URL"]
    );
}

#[test]
fn the_vendors_settings_are_read() {
    let config = load(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", "http://127.0.0.1:4010/v1/"),
        ("AZURE_VISION_ENDPOINT", "https://eyes.cognitiveservices.azure.com/"),
        ("AZURE_VISION_KEY", CANARY),
        ("AZURE_VISION_TIER", "F0"),
        ("AZURE_OPENAI_ENDPOINT", "https://paint.openai.azure.com"),
        ("AZURE_OPENAI_API_KEY", CANARY),
        (
            "AZURE_OPENAI_DEPLOYMENTS",
            "gpt-image-2=brush, gpt-image-2.5-flare=quick",
        ),
        ("AZURE_OPENAI_API_STYLE", "deployments"),
    ])
    .expect("settings");
    let openai = config.providers.openai.expect("OpenAI");
    assert_eq!(openai.base_url.as_str(), "http://127.0.0.1:4010/v1");
    let vision = config.providers.azure_vision.expect("Azure Vision");
    assert_eq!(vision.tier, AzureVisionTier::F0);
    let azure = config.providers.azure_openai.expect("Azure OpenAI");
    assert_eq!(azure.style, AzureOpenaiStyle::Deployments);
    assert_eq!(azure.deployments["gpt-image-2.5-flare"], "quick");
}

/// A token goes in another header than a key, so it must be clear which of the two it is.
#[test]
fn azure_openai_takes_a_key_or_a_token() {
    let with = |secrets: &[(&str, &str)]| {
        let mut settings = vec![
            ("AZURE_OPENAI_ENDPOINT", "https://paint.openai.azure.com"),
            ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2=brush"),
        ];
        settings.extend(secrets);
        load(&settings)
    };
    let azure = |secret| {
        with(&[(secret, CANARY)])
            .expect("settings")
            .providers
            .azure_openai
            .expect("Azure OpenAI")
    };
    assert!(!azure("AZURE_OPENAI_API_KEY").bearer);
    assert!(azure("AZURE_OPENAI_AD_TOKEN").bearer && azure("AZURE_OPENAI_AD_TOKEN").key.key().is(CANARY));
    let both = with(&[("AZURE_OPENAI_AD_TOKEN", CANARY), ("AZURE_OPENAI_API_KEY", CANARY)]);
    assert_eq!(at_fault(both), ["AZURE_OPENAI_AD_TOKEN"]);
    assert_eq!(at_fault(with(&[])), ["AZURE_OPENAI_API_KEY"]);
}

#[test]
fn secrets_come_from_files_too() {
    let secret = file(&format!("{CANARY}\n"));
    let path = secret.path().to_str().expect("a path");
    let config = load(&[("OPENAI_API_KEY_FILE", path)]).expect("settings");
    let openai = config.providers.openai.as_ref().expect("OpenAI");
    assert!(openai.key.key().is(CANARY));
    assert!(
        config
            .describe()
            .contains("OPENAI_API_KEY = set, not shown (OPENAI_API_KEY_FILE)")
    );

    assert_eq!(
        at_fault(load(&[("OPENAI_API_KEY_FILE", path), ("OPENAI_API_KEY", "other")])),
        ["OPENAI_API_KEY_FILE"]
    );
    assert_eq!(
        at_fault(load(&[("OPENAI_API_KEY_FILE", "/nowhere/at/all")])),
        ["OPENAI_API_KEY_FILE"]
    );
}

#[test]
fn keys_are_never_shown() {
    let config = load(&[
        ("OPENAI_API_KEY", CANARY),
        ("AZURE_VISION_ENDPOINT", "https://eyes.cognitiveservices.azure.com"),
        ("AZURE_VISION_KEY", CANARY),
    ])
    .expect("settings");
    for text in [format!("{config:?}"), format!("{config:#?}"), config.describe()] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn a_key_in_the_wrong_place_is_not_repeated() {
    let broken = file(&format!("openai_api_key = {CANARY}\n"));
    let nested = file(&format!("[addr]\nkey = \"{CANARY}\"\n"));
    let two_lines = format!("{CANARY}\nmore");
    let results = [
        load(&[("POCHOIR_ADDR", CANARY), ("AZURE_VISION_ENDPOINT", CANARY)]),
        load(&[("POCHOIR_BUDGET_DAY", CANARY), ("POCHOIR_TIMEZONE", CANARY)]),
        load(&[("AZURE_OPENAI_DEPLOYMENTS", CANARY)]),
        load(&[("OPENAI_API_KEY", &two_lines)]),
        load_with(&[], Some(broken.path())),
        load_with(&[], Some(nested.path())),
    ];
    for result in results {
        let problems = result.expect_err("a problem");
        assert!(!format!("{problems} {problems:?}").contains("canary"), "{problems}");
    }
}

#[test]
fn what_deserves_a_second_thought_is_said() {
    let config = load(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", "http://gateway.example/v1"),
        ("POCHOIR_BUDGET_MONTH", "none"),
        ("POCHOIR_PUBLIC_URL", "http://pictures.example.org"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .expect("settings");
    let warnings = config.warnings().join("\n");
    for name in ["OPENAI_BASE_URL", "POCHOIR_BUDGET_MONTH", "POCHOIR_PUBLIC_URL"] {
        assert!(warnings.contains(name), "{warnings}");
    }
    assert_eq!(load(&[]).expect("defaults").warnings(), Vec::<String>::new());
}

#[test]
fn what_stands_in_the_file_is_said_to_come_from_it() {
    let keys = file(&format!(
        "openai_api_key = \"{CANARY}\"\ncontact = \"me\"\nconcurrency = 7\n"
    ));
    let config = load_with(&[("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")], Some(keys.path())).expect("settings");
    let shown = config.describe();
    for line in [
        "POCHOIR_CONTACT = me (file)",
        "POCHOIR_CONCURRENCY = 7 (file)",
        "OPENAI_API_KEY = set, not shown (file)",
        "POCHOIR_LOG = info (default)",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let openai = config.providers.openai.expect("OpenAI");
    assert_eq!(openai.key.file(), Some(keys.path()), "where it is read again");
    let early = file("limits = 3\n");
    let problems = load_with(&[], Some(early.path())).expect_err("a problem").0;
    assert_eq!(
        problems[0].setting, "POCHOIR_LIMITS",
        "also what this version does not have yet"
    );
}
