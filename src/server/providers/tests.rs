//! What our clients put on the wire, and what they make of what comes back: against a listener on this machine.

mod desk;
mod keys;
mod regions;
mod retries;
mod shapes;
mod streams;
mod wire;

use super::*;
use crate::server::config::Config;
use desk::Desk;

/// In every setting that is secret; must turn up nowhere.
const CANARY: &str = "canary-key-5d1e8a77";
const TODAY: &str = "2026-11-22";

/// Waits that are over at once.
const QUICK: Rhythm = Rhythm {
    connect: Duration::from_secs(2),
    first_wait: Duration::from_millis(1),
    retries: 2,
    pause: Duration::from_hours(1),
    patience: Duration::from_mins(2),
    longest: Duration::from_mins(1),
};

/// The providers these settings name.
fn providers(env: &[(&str, &str)]) -> Providers {
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::load(env, None).expect("settings");
    let catalogue = catalogue::load(None, TODAY).expect("the catalogue");
    let jitter: Jitter = std::sync::Arc::new(|| 7);
    Providers::build(&config, &catalogue, None, QUICK, &jitter).expect("providers")
}

/// OpenAI at this desk.
fn openai(desk: &Desk) -> Providers {
    providers(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", &format!("{}/v1", desk.url)),
    ])
}

/// Azure Vision at this desk.
fn azure_vision(desk: &Desk, tier: &str) -> Providers {
    providers(&[
        ("AZURE_VISION_KEY", CANARY),
        ("AZURE_VISION_ENDPOINT", &desk.url),
        ("AZURE_VISION_TIER", tier),
    ])
}

/// A picture that only has to be carried.
fn picture(bytes: &'static [u8], format: Format) -> Picture {
    Picture {
        bytes: Bytes::from_static(bytes),
        format,
        size: Size::new(1024, 768),
    }
}

/// An order of one picture from text.
fn order() -> PaintRequest {
    PaintRequest {
        model: "gpt-image-2.5-flare-2026-09-08".to_owned(),
        prompt: "A café at dusk, “quoted”\nand a second line".to_owned(),
        size: Size::new(1024, 1024),
        quality: Quality::Low,
        count: 2,
        format: Format::Webp,
        images: Vec::new(),
        mask: None,
        fine: Fine::default(),
        safety_identifier: "a-stable-hash".to_owned(),
        unfinished: None,
        stop: CancellationToken::new(),
    }
}

async fn paint(providers: &Providers, request: &PaintRequest) -> Result<Painted, Fault> {
    providers.painter(None).expect("a painter").paint(request).await
}

async fn describe(providers: &Providers, language: Lang, closer: bool) -> Result<Described, Fault> {
    describe_with(providers, language, closer, &Takings::default()).await
}

async fn describe_with(
    providers: &Providers,
    language: Lang,
    closer: bool,
    meter: &dyn Meter,
) -> Result<Described, Fault> {
    let vision = providers.vision(None).expect("a describer");
    let asker = Asker {
        safety_identifier: "a-stable-hash",
        meter,
    };
    vision
        .describe(&picture(b"jpeg", Format::Jpeg), &VisionAsk { language, closer }, asker)
        .await
}

/// A meter that writes down what is taken, and refuses when it was told to.
#[derive(Default)]
struct Takings {
    taken: std::sync::Mutex<Vec<(u32, u32)>>,
    refuse: Option<NotFree>,
}

impl Takings {
    /// Requests and units, in order.
    fn taken(&self) -> Vec<(u32, u32)> {
        self.taken.lock().expect("the takings").clone()
    }
}

#[async_trait]
impl Meter for Takings {
    async fn take(&self, tier: FreeTier, provider: ProviderName, requests: u32, units: u32) -> Result<(), NotFree> {
        assert_eq!((tier.requests_a_minute, tier.units_a_month), (20, 5_000));
        assert_eq!(provider, ProviderName::AzureVision);
        self.refuse.map_or(Ok(()), Err)?;
        self.taken.lock().expect("the takings").push((requests, units));
        Ok(())
    }
}
