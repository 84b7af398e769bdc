//! Checks a source when it is saved (SPEC 4.2) and readies it for rendering: each name and helper is known, helpers are
//! given what they need, and what is wrong is told with line and column. Every place that prints a variable is made one
//! of the helper `show`, which knows the fallbacks and never prints a blank; tokens in single braces become such places.

use domain::error::Refused;
use handlebars::{
    Path, Template as Parsed,
    template::{BlockParam, HelperTemplate, Parameter, TemplateElement},
};

use super::{
    helpers::{Kind, SHOW, TICK, helper, helper_meant},
    source::check_depth,
    tokens::{Code, tokens},
    variables,
};

/// Loops within one another.
const LOOPS: usize = 3;

/// A source that can be rendered.
pub(super) struct Checked {
    /// Ready for rendering.
    pub(super) parsed: Parsed,
    /// Variables that it names, in their order, some perhaps twice.
    pub(super) variables: Vec<String>,
}

/// Compiles one source, or says what is wrong with it and where.
pub(super) fn check(source: &str) -> Result<Checked, Refused> {
    check_depth(source)?;
    let parsed = Parsed::compile(source).map_err(|error| {
        let place = error.pos().filter(|_| !source.is_empty());
        let place = place.map(|(line, column)| format!("Line {line}, column {column}: ")).unwrap_or_default();
        Refused::new("invalid_template", format!("{place}{}", error.reason()))
    })?;
    let (code, scopes) = (Code::default(), Vec::new());
    let mut checker = Checker { source, read: 0, code, names: Vec::new(), scopes, place: (1, 1) };
    let parsed = checker.template(parsed)?;
    Ok(Checked { parsed, variables: checker.names })
}

/// What names mean within a block.
struct Scope {
    /// Names that the block gives its item: `as |item|`.
    params: Vec<String>,
    /// Whether it is a loop.
    repeats: bool,
}

struct Checker<'a> {
    source: &'a str,
    /// How far tokens were looked for in the source.
    read: usize,
    code: Code,
    names: Vec<String>,
    scopes: Vec<Scope>,
    /// Line and column of what is looked at.
    place: (usize, usize),
}

type Elements = Result<Vec<TemplateElement>, Refused>;

impl Checker<'_> {
    fn template(&mut self, mut parsed: Parsed) -> Result<Parsed, Refused> {
        let (elements, mapping) = (std::mem::take(&mut parsed.elements), std::mem::take(&mut parsed.mapping));
        for (i, element) in elements.into_iter().enumerate() {
            let place = mapping.get(i);
            if let Some(place) = place {
                self.place = (place.0, place.1);
            }
            for made in self.element(element)? {
                parsed.elements.push(made);
                parsed.mapping.extend(place.cloned());
            }
        }
        Ok(parsed)
    }

    fn element(&mut self, element: TemplateElement) -> Elements {
        match element {
            TemplateElement::RawString(text) => self.text(&text),
            TemplateElement::Expression(place) => Ok(vec![TemplateElement::Expression(self.expression(place)?)]),
            TemplateElement::HtmlExpression(place) => {
                Ok(vec![TemplateElement::HtmlExpression(self.expression(place)?)])
            }
            TemplateElement::HelperBlock(block) => Ok(vec![TemplateElement::HelperBlock(self.block(block)?)]),
            TemplateElement::Comment(_) => Ok(Vec::new()),
            _ => Err(self.wrong("invalid_template", "Partials and decorators cannot be used here.")),
        }
    }

    /// A piece of text, cut at its tokens.
    fn text(&mut self, piece: &str) -> Elements {
        let (mut made, mut done) = (Vec::new(), 0);
        for part in self.code.text_in(piece) {
            for token in tokens(&piece[part.clone()]) {
                let at = part.start + token.at.start..part.start + token.at.end;
                self.find(&piece[at.clone()]);
                if !self.is_meant(token.name, token.fallback.is_some())? {
                    continue;
                }
                made.push(TemplateElement::RawString(piece[done..at.start].to_owned()));
                made.push(shown(token.name, token.fallback));
                self.names.push(token.name.to_owned());
                done = at.end;
            }
        }
        made.push(TemplateElement::RawString(piece[done..].to_owned()));
        Ok(made)
    }

    /// Finds the next token in the source, for its place.
    fn find(&mut self, token: &str) {
        let Some(found) = self.source[self.read..].find(token) else { return };
        let start = self.read + found;
        self.read = start + token.len();
        self.place = line_and_column(self.source, start);
    }

    /// Whether what looks like a token is one; a name with a slip in it is a mistake, other names are plain text.
    fn is_meant(&self, name: &str, has_fallback: bool) -> Result<bool, Refused> {
        let known = variables::is_known(name) && name != "custom";
        if !known && (has_fallback || name.len() > 3 && variables::meant(name).is_some()) {
            return Err(self.unknown(name));
        }
        Ok(known)
    }

    fn expression(&mut self, mut place: Box<HelperTemplate>) -> Result<Box<HelperTemplate>, Refused> {
        let bare = place.params.is_empty() && place.hash.is_empty();
        let name = place.name.as_name().map(str::to_owned);
        if bare && name.as_deref().and_then(helper).is_none() {
            let path = self.parameter(&place.name)?;
            place.params = vec![path];
            place.name = Parameter::Name(SHOW.into());
            return Ok(place);
        }
        self.call(&place, Kind::Inline)?;
        Ok(place)
    }

    /// A helper with what it is given.
    fn call(&mut self, call: &HelperTemplate, way: Kind) -> Result<(), Refused> {
        let name = call.name.as_name().unwrap_or_default();
        let shown = if way == Kind::Block { format!("{{{{#{name}}}}}") } else { name.to_owned() };
        let Some(known) = helper(name) else {
            let meant = helper_meant(name).map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
            let what = if way == Kind::Block { "block" } else { "helper" };
            return Err(self.wrong("unknown_helper", &format!("There is no {what} {shown}.{meant}")));
        };
        if known.kind != Kind::Both && known.kind != way {
            let message = match way {
                Kind::Block => format!("{name} is no block: write {{{{{name} …}}}}."),
                Kind::Inline | Kind::Both => format!("{name} is a block: write {{{{#{name} …}}}} … {{{{/{name}}}}}."),
            };
            return Err(self.wrong("invalid_template", &message));
        }
        if !known.takes.contains(&call.params.len()) {
            return Err(
                self.wrong("invalid_template", &format!("{name} is given the wrong number of values: {}.", known.form))
            );
        }
        for given in call.params.iter().chain(call.hash.values()) {
            self.given(given)?;
        }
        if let Some(option) = call.hash.keys().find(|option| !known.options.contains(&option.as_str())) {
            return Err(self.wrong("invalid_template", &format!("{name} has no option {option}.")));
        }
        Ok(())
    }

    fn given(&mut self, given: &Parameter) -> Result<(), Refused> {
        match given {
            Parameter::Literal(_) => Ok(()),
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(call) => self.call(call, Kind::Inline),
                _ => Err(self.wrong("invalid_template", "Only a helper can stand in parentheses.")),
            },
            name => self.parameter(name).map(drop),
        }
    }

    fn block(&mut self, mut block: Box<HelperTemplate>) -> Result<Box<HelperTemplate>, Refused> {
        self.call(&block, Kind::Block)?;
        let name = block.name.as_name().unwrap_or_default().to_owned();
        if name == "raw" {
            return Ok(block);
        }
        let opens = name == "each" || name == "with";
        if opens {
            self.scopes.push(Scope { params: block_params(block.block_param.as_ref()), repeats: name == "each" });
            if self.scopes.iter().filter(|scope| scope.repeats).count() > LOOPS {
                return Err(self.wrong("too_deep", &format!("At most {LOOPS} loops within one another.")));
            }
        }
        if let Some(body) = block.template.take() {
            let mut body = self.template(body)?;
            if name == "each" {
                body.elements.insert(0, call_of(&format!("{{{{{TICK}}}}}")));
                // Places are told by their number: the first one's again, for what was put before it.
                body.mapping.splice(0..0, body.mapping.first().cloned()).for_each(drop);
            }
            block.template = Some(body);
        }
        if opens {
            self.scopes.pop();
        }
        if let Some(otherwise) = block.inverse.take() {
            block.inverse = Some(self.template(otherwise)?);
        }
        Ok(block)
    }

    /// The name of a variable; of the person where no block says otherwise.
    fn parameter(&mut self, name: &Parameter) -> Result<Parameter, Refused> {
        let Some(raw) = name.as_name().map(str::to_owned) else {
            return Err(self.wrong("invalid_template", "Only names of variables can stand here."));
        };
        if let Some(path) = self.of_person(&raw)? {
            if !variables::is_known(&path) {
                return Err(self.unknown(&path));
            }
            self.names.push(path);
        }
        let path = Path::parse(&raw).map_err(|error| self.wrong("invalid_template", &format!("{raw}: {error}.")))?;
        Ok(Parameter::Path(path))
    }

    /// The path from the person on; none for what belongs to the item of a block.
    fn of_person(&self, raw: &str) -> Result<Option<String>, Refused> {
        if let Some(path) = raw.strip_prefix("@root.").or_else(|| raw.strip_prefix("@root/")) {
            return Ok(Some(plain(path)));
        }
        if raw.starts_with('@') {
            return match self.scopes.is_empty() {
                true => Err(self.wrong("unknown_variable", &format!("{raw} stands only within {{{{#each}}}}."))),
                false => Ok(None),
            };
        }
        let (mut path, mut ups) = (raw, 0);
        while let Some(rest) = path.strip_prefix("../") {
            (path, ups) = (rest, ups + 1);
        }
        let Some(scope) = self.scopes.len().checked_sub(ups) else {
            return Err(self.wrong("unknown_variable", &format!("{raw} leads out of the text.")));
        };
        let first = path.split(['.', '/']).next().unwrap_or_default();
        let is_item = scope > 0 || self.scopes.iter().any(|scope| scope.params.iter().any(|param| param == first));
        if is_item {
            return Ok(None);
        }
        let path = ["this.", "this/", "./"].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
        if ["this", ".", "", ".."].contains(&path) {
            return Err(self.wrong("unknown_variable", "this stands only within {{#each}} and {{#with}}."));
        }
        Ok(Some(plain(path)))
    }

    fn unknown(&self, path: &str) -> Refused {
        let hint = match variables::meant(path) {
            Some(meant) => format!(" Did you mean {meant}?"),
            None => {
                let names: Vec<_> = variables::VARIABLES.iter().map(|variable| variable.name).collect();
                format!(" There are: {} and custom.…", names.join(", "))
            }
        };
        self.wrong("unknown_variable", &format!("There is no variable {path}.{hint}"))
    }

    fn wrong(&self, code: &'static str, what: &str) -> Refused {
        let (line, column) = self.place;
        Refused::new(code, format!("Line {line}, column {column}: {what}"))
    }
}

/// Line and column, from 1, of a place in a source.
pub(super) fn line_and_column(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

fn plain(path: &str) -> String {
    path.replace('/', ".").replace(['[', ']'], "")
}

fn block_params(given: Option<&BlockParam>) -> Vec<String> {
    let name = |param: &Parameter| param.as_name().unwrap_or_default().to_owned();
    match given {
        Some(BlockParam::Single(one)) => vec![name(one)],
        Some(BlockParam::Pair((one, two))) => vec![name(one), name(two)],
        _ => Vec::new(),
    }
}

/// The place that a token becomes. Names of tokens are those of the person, wherever they stand.
fn shown(name: &str, fallback: Option<&str>) -> TemplateElement {
    let mut element = call_of(&format!("{{{{{SHOW} @root.{name}}}}}"));
    if let (TemplateElement::Expression(call), Some(fallback)) = (&mut element, fallback) {
        call.params.push(Parameter::Literal(fallback.into()));
    }
    element
}

/// The element of a call that we wrote ourselves.
fn call_of(source: &str) -> TemplateElement {
    let parsed = Parsed::compile(source).unwrap_or_default();
    parsed.elements.into_iter().next().unwrap_or(TemplateElement::RawString(String::new()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(source: &str) -> String {
        check(source).err().unwrap_or_else(|| panic!("{source} is taken")).message
    }

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        for (source, told) in [
            (
                "<p>\n  {{frist_name}}</p>",
                "Line 2, column 3: There is no variable frist_name. Did you mean first_name?",
            ),
            ("<p>\n é {frist_name}</p>", "Line 2, column 4: There is no variable frist_name. Did you mean first_name?"),
            ("{{upercase first_name}}", "Line 1, column 1: There is no helper upercase. Did you mean uppercase?"),
            ("a\n{{#repeat 5}}x{{/repeat}}", "Line 2, column 1: There is no block {{#repeat}}."),
            ("{{uppercase}}", "Line 1, column 1: uppercase is given the wrong number of values: {{uppercase text}}."),
            ("{{each tags}}", "Line 1, column 1: each is a block: write {{#each …}} … {{/each}}."),
            ("{{#uppercase email}}x{{/uppercase}}", "Line 1, column 1: uppercase is no block: write {{uppercase …}}."),
            ("{{> partial}}", "Line 1, column 1: Partials and decorators cannot be used here."),
            ("{{this}}", "Line 1, column 1: this stands only within {{#each}} and {{#with}}."),
            ("{{../email}}", "Line 1, column 1: ../email leads out of the text."),
            (
                "{{#each tags}}{{../frist_name}}{{/each}}",
                "Line 1, column 15: There is no variable frist_name. Did you mean first_name?",
            ),
            ("{{formatNumber custom.x places=2}}", "Line 1, column 1: formatNumber has no option places."),
            ("{custom_color|red}", "Line 1, column 1: There is no variable custom_color."),
        ] {
            let message = refused(source);
            assert!(message.starts_with(told), "{source}\n{message}");
        }
        assert!(refused("a {{first_name").starts_with("Line 1"), "{}", refused("a {{first_name"));
    }

    #[test]
    fn braces_of_style_sheets_and_json_are_left_alone() {
        for source in ["<style>a{email}b{color:red}</style>", "{\"first_name\": 1}", "{shoe}", "{x|", "\\{email}"] {
            assert_eq!(check(source).map(|checked| checked.variables).unwrap(), Vec::<String>::new(), "{source}");
        }
        assert_eq!(
            check("{first_name} {{#if custom.a}}{last_name|you}{{/if}}").map(|c| c.variables).unwrap(),
            ["first_name", "custom.a", "last_name"]
        );
    }

    #[test]
    fn loops_are_bounded() {
        let nested = |depth: usize| format!("{}x{}", "{{#each tags}}".repeat(depth), "{{/each}}".repeat(depth));
        assert!(check(&nested(3)).is_ok());
        assert_eq!(check(&nested(4)).err().unwrap().code, "too_deep");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_panic(source in "([a-z {}#/@.|\"<>=^~!&\n-]|\\{\\{|\\}\\}|each|if|else|this|first_name|\\PC){0,60}") {
            let _ = check(&source);
        }
    }
}
