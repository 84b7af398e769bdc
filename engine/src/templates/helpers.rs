//! The helpers of the template language (SPEC 4.2), and the one list of what each takes. Conditions follow JavaScript's
//! Handlebars: nothing, empty text, an empty list, false and 0 are false.

use std::{cell::Cell, ops::RangeInclusive};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    Renderable, ScopedJson,
};
use serde_json::Value;

use super::{dates, numbers, variables};

/// Prints a variable, or its fallback, or stops the message.
pub(super) const SHOW: &str = "show";
/// Counts the rounds of loops.
pub(super) const TICK: &str = "tick";
/// The most rounds that the loops of one text may make.
const ROUNDS: usize = 10_000;

/// Where a helper can stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// `{{name …}}` and in parentheses.
    Inline,
    /// `{{#name …}} … {{/name}}`.
    Block,
    /// Either.
    Both,
}

/// What a helper is given.
pub(super) struct Known {
    name: &'static str,
    pub(super) kind: Kind,
    pub(super) takes: RangeInclusive<usize>,
    pub(super) options: &'static [&'static str],
    /// How it is written.
    pub(super) form: &'static str,
}

const fn of(
    name: &'static str,
    kind: Kind,
    takes: RangeInclusive<usize>,
    options: &'static [&'static str],
    form: &'static str,
) -> Known {
    Known { name, kind, takes, options, form }
}

const HELPERS: &[Known] = &[
    of("uppercase", Kind::Inline, 1..=1, &[], "{{uppercase text}}"),
    of("lowercase", Kind::Inline, 1..=1, &[], "{{lowercase text}}"),
    of("capitalize", Kind::Inline, 1..=1, &[], "{{capitalize text}}"),
    of("default", Kind::Inline, 2..=2, &[], "{{default last_name \"friend\"}}"),
    of("formatCurrency", Kind::Inline, 1..=1, &["currency", "decimals"], "{{formatCurrency number currency=\"EUR\"}}"),
    of("formatDate", Kind::Inline, 1..=1, &["language"], "{{formatDate date}}"),
    of("formatNumber", Kind::Inline, 1..=1, &["decimals"], "{{formatNumber number decimals=1}}"),
    of("pluralize", Kind::Inline, 2..=3, &[], "{{pluralize number \"visit\" \"visits\"}}"),
    of("if", Kind::Block, 1..=1, &["includeZero"], "{{#if name}} … {{else}} … {{/if}}"),
    of("unless", Kind::Block, 1..=1, &["includeZero"], "{{#unless name}} … {{/unless}}"),
    of("each", Kind::Block, 1..=1, &[], "{{#each tags}} {{this}} {{/each}}"),
    of("with", Kind::Block, 1..=1, &[], "{{#with custom.pet}} {{name}} {{/with}}"),
    of("raw", Kind::Block, 0..=0, &[], "{{{{raw}}}} … {{{{/raw}}}}"),
    of("if_equals", Kind::Both, 2..=2, &[], "{{#if_equals country \"DE\"}} … {{else}} … {{/if_equals}}"),
    of("eq", Kind::Both, 2..=2, &[], "{{#if (eq country \"DE\")}} … {{/if}}"),
    of("ne", Kind::Both, 2..=2, &[], "{{#if (ne country \"DE\")}} … {{/if}}"),
    of("gt", Kind::Both, 2..=2, &[], "{{#if (gt custom.visits 3)}} … {{/if}}"),
    of("gte", Kind::Both, 2..=2, &[], "{{#if (gte custom.visits 3)}} … {{/if}}"),
    of("lt", Kind::Both, 2..=2, &[], "{{#if (lt custom.visits 3)}} … {{/if}}"),
    of("lte", Kind::Both, 2..=2, &[], "{{#if (lte custom.visits 3)}} … {{/if}}"),
    of("and", Kind::Both, 2..=9, &[], "{{#if (and city country)}} … {{/if}}"),
    of("or", Kind::Both, 2..=9, &[], "{{#if (or city country)}} … {{/if}}"),
    of("not", Kind::Both, 1..=1, &[], "{{#if (not city)}} … {{/if}}"),
];

/// The helper of this name.
pub(super) fn helper(name: &str) -> Option<&'static Known> {
    HELPERS.iter().find(|known| known.name == name)
}

/// The helper that was probably meant.
pub(super) fn helper_meant(name: &str) -> Option<&'static str> {
    variables::nearest(name, HELPERS.iter().map(|known| known.name))
}

/// How each helper is written, for the console's list.
pub fn forms() -> Vec<&'static str> {
    HELPERS.iter().map(|known| known.form).collect()
}

thread_local! {
    /// Rounds that loops have made in the text that this thread renders now.
    static MADE: Cell<usize> = const { Cell::new(0) };
}

/// Begins to count the rounds of loops anew: before each text.
pub(super) fn begin() {
    MADE.set(0);
}

/// Gives a registry all helpers.
pub(super) fn register(to: &mut Handlebars<'static>) {
    let inline: [(&str, Print); 10] = [
        (SHOW, show),
        (TICK, tick),
        ("uppercase", |call| Ok(text(&call.value(0)?).to_uppercase().into())),
        ("lowercase", |call| Ok(text(&call.value(0)?).to_lowercase().into())),
        ("capitalize", |call| Ok(capitalized(&text(&call.value(0)?)).into())),
        ("default", |call| if is_blank(call.given(0)) { call.value(1) } else { Ok(call.given(0).clone()) }),
        ("formatCurrency", |call| {
            numbers::currency(&call.value(0)?, call.option("currency"), call.option("decimals")).map_err(wrong)
        }),
        ("formatDate", format_date),
        ("formatNumber", |call| numbers::number(&call.value(0)?, call.option("decimals")).map_err(wrong)),
        ("pluralize", pluralize),
    ];
    for (name, inline) in inline {
        to.register_helper(name, Box::new(Inline(inline)));
    }
    let conditions: [(&str, Holds); 12] = [
        ("if", |call| is_true(call.given(0), call.option("includeZero"))),
        ("unless", |call| !is_true(call.given(0), call.option("includeZero"))),
        ("if_equals", |call| equal(call.given(0), call.given(1))),
        ("eq", |call| equal(call.given(0), call.given(1))),
        ("ne", |call| !equal(call.given(0), call.given(1))),
        ("gt", |call| compared(call, std::cmp::Ordering::is_gt)),
        ("gte", |call| compared(call, std::cmp::Ordering::is_ge)),
        ("lt", |call| compared(call, std::cmp::Ordering::is_lt)),
        ("lte", |call| compared(call, std::cmp::Ordering::is_le)),
        ("and", |call| call.all().all(|given| is_true(given, None))),
        ("or", |call| call.all().any(|given| is_true(given, None))),
        ("not", |call| !is_true(call.given(0), None)),
    ];
    for (name, condition) in conditions {
        to.register_helper(name, Box::new(Condition(condition)));
    }
}

type Printed = Result<Value, RenderError>;
type Print = fn(&Call) -> Printed;
type Holds = fn(&Call) -> bool;

/// A helper with what it is given.
struct Call<'a, 'rc> {
    helper: &'a Helper<'rc>,
    context: &'a Context,
}

impl Call<'_, '_> {
    /// What stands at place `i`; null where nothing does.
    fn given(&self, i: usize) -> &Value {
        self.helper.param(i).map_or(&Value::Null, |given| given.value())
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.helper.params().iter().map(|given| given.value())
    }

    fn option(&self, name: &str) -> Option<&Value> {
        self.helper.hash_get(name).map(|given| given.value()).filter(|given| !given.is_null())
    }

    /// What stands at place `i`, or the fallback of a variable that is empty; a variable without one stops the message.
    fn value(&self, i: usize) -> Printed {
        let given = self.given(i);
        // More than one value cannot be printed: `[object]` is no better than a blank.
        let nothing = is_blank(given) || given.is_array() || given.is_object();
        let path = self.helper.param(i).and_then(|given| given.relative_path());
        let Some(path) = path.filter(|_| nothing) else { return Ok(given.clone()) };
        let path = path.trim_start_matches("@root.").trim_start_matches("../");
        match variables::fallback(path) {
            Some(fallback) => Ok(fallback.into()),
            None => Err(RenderErrorReason::MissingVariable(Some(path.to_owned())).into()),
        }
    }
}

/// A helper that prints something, or gives it to another one.
struct Inline(Print);

impl HelperDef for Inline {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        (self.0)(&Call { helper, context }).map(ScopedJson::Derived)
    }
}

/// A helper that is true or false: as a block it chooses, else it prints the word.
struct Condition(Holds);

impl HelperDef for Condition {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived((self.0)(&Call { helper, context }).into()))
    }

    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let holds = (self.0)(&Call { helper, context });
        if !helper.is_block() {
            return Ok(out.write(if holds { "true" } else { "false" })?);
        }
        match if holds { helper.template() } else { helper.inverse() } {
            Some(part) => part.render(registry, context, rc, out),
            None => Ok(()),
        }
    }
}

fn show(call: &Call) -> Printed {
    if is_blank(call.given(0)) && call.helper.param(1).is_some() {
        return Ok(call.given(1).clone());
    }
    call.value(0).map(|value| text(&value).into())
}

fn tick(_: &Call) -> Printed {
    MADE.set(MADE.get() + 1);
    match MADE.get() > ROUNDS {
        true => Err(wrong(format!("its loops make more than {ROUNDS} rounds"))),
        false => Ok("".into()),
    }
}

fn format_date(call: &Call) -> Printed {
    let root = |name: &str| call.context.data().get(name).and_then(Value::as_str).unwrap_or_default();
    let language = call.option("language").map(text).unwrap_or_else(|| root("language").to_owned());
    dates::long(&text(&call.value(0)?), &language, root("time_zone")).map(Value::from).map_err(wrong)
}

fn pluralize(call: &Call) -> Printed {
    let count = call.value(0)?;
    let one = numbers::parse(&count).is_some_and(|count| count == 1.0);
    match (one, call.helper.param(2)) {
        (true, _) => call.value(1),
        (false, Some(_)) => call.value(2),
        (false, None) => Ok(format!("{}s", text(&call.value(1)?)).into()),
    }
}

/// A value that cannot be shown as asked: it stops the message, as a missing one does.
fn wrong(what: String) -> RenderError {
    RenderErrorReason::Other(what).into()
}

/// Nothing that one could read.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn is_true(value: &Value, include_zero: Option<&Value>) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => {
            number.as_f64() != Some(0.0) || include_zero.is_some_and(|include| is_true(include, None))
        }
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(_) => true,
    }
}

/// Numbers are equal by their value, everything else by how it reads.
fn equal(a: &Value, b: &Value) -> bool {
    match (numbers::parse(a), numbers::parse(b)) {
        (Some(a), Some(b)) => a == b,
        _ => text(a) == text(b),
    }
}

/// Numbers by their value, texts (dates among them) by their letters; what is missing compares with nothing.
fn compared(call: &Call, holds: fn(std::cmp::Ordering) -> bool) -> bool {
    let (a, b) = (call.given(0), call.given(1));
    if is_blank(a) || is_blank(b) {
        return false;
    }
    let order = match (numbers::parse(a), numbers::parse(b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => Some(text(a).cmp(&text(b))),
    };
    order.is_some_and(holds)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A value as it reads: as JavaScript turns it into a text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => {
            number.as_f64().filter(|_| number.is_f64()).map_or(number.to_string(), |n| n.to_string())
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(_) => "[object Object]".into(),
    }
}
