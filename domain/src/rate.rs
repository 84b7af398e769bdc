//! placeholder until the branch with the real one is merged
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
pub struct Bucket {
    full: f64,
    rate: f64,
    burst: f64,
    tokens: f64,
    at: DateTime<Utc>,
    slowed: Option<DateTime<Utc>>,
}
impl Bucket {
    pub fn new(per_second: f64, burst: f64, now: DateTime<Utc>) -> Self {
        Self { full: per_second, rate: per_second, burst, tokens: burst, at: now, slowed: None }
    }
    pub fn per_campaign(rate: Option<u32>, now: DateTime<Utc>) -> Self {
        let r = f64::from(rate.unwrap_or(100));
        Self::new(r, r * 10.0, now)
    }
    pub fn per_account(rate: u32, now: DateTime<Utc>) -> Self {
        let r = f64::from(rate);
        Self::new(r, (r * 0.05).max(1.0), now)
    }
    pub fn available(&self, now: DateTime<Utc>) -> f64 {
        let s = (now - self.at).max(TimeDelta::zero()).as_seconds_f64();
        (self.tokens + s * self.rate).min(self.burst)
    }
    pub fn take(&mut self, n: f64, now: DateTime<Utc>) -> Duration {
        self.tokens = self.available(now) - n;
        self.at = self.at.max(now);
        if self.tokens >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-self.tokens / self.rate) }
    }
    pub fn slow_down(&mut self, now: DateTime<Utc>) {
        self.tokens = self.available(now);
        self.at = self.at.max(now);
        if self.slowed.is_none_or(|s| now - s > TimeDelta::seconds(1)) {
            self.slowed = Some(now);
            self.rate = (self.rate / 2.0).max(1.0 / 60.0);
        }
    }
    pub fn succeeded(&mut self, n: f64, now: DateTime<Utc>) {
        self.tokens = self.available(now);
        self.at = self.at.max(now);
        self.rate = (self.rate + n * self.full / 100.0 / self.rate).min(self.full);
    }
    pub fn present_rate(&self) -> f64 {
        self.rate
    }
}
pub fn group_size(rate: f64, available: f64) -> usize {
    (rate * 0.5 + available).clamp(1.0, 50.0).min((rate * 0.5).max(1.0)).floor() as usize
}
