//! Pipeline stages (SPEC 2.4): a workspace's ordered list of where a contact stands.

use serde::{Deserialize, Serialize};

use crate::{
    error::{FieldErrors, Refused},
    text,
};

/// A stage.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stage {
    /// By which contacts name it; stays when the name changes.
    pub key: String,
    /// What people call it.
    pub name: String,
}

/// The most stages that a workspace can have.
pub const MOST: usize = 30;

/// What a new workspace begins with.
pub fn defaults() -> Vec<Stage> {
    [("hook", "Hook"), ("engagement", "Engagement"), ("sales", "Sales"), ("retention", "Retention")]
        .map(|(key, name)| Stage { key: key.into(), name: name.into() })
        .to_vec()
}

/// All stages of a workspace as typed, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["stages"])))]
#[serde(default)]
pub struct NewStages {
    /// In order.
    pub stages: Vec<NewStage>,
}

/// A stage as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewStage {
    /// That of a stage that is there already; made of the name when empty.
    pub key: String,
    /// What people call it.
    pub name: String,
}

impl NewStages {
    /// The stages, each name and key once, at least one.
    pub fn parse(&self) -> Result<Vec<Stage>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut stages: Vec<Stage> = vec![];
        for (i, new) in self.stages.iter().enumerate() {
            let at = |what: &str| format!("stages.{i}.{what}");
            let name = errors.take(&at("name"), text::required_line(&new.name, 60));
            let Some(name) = name else { continue };
            let key = errors.take(&at("key"), parse_key(&new.key, &name));
            let Some(key) = key else { continue };
            let taken = |stage: &Stage| stage.key == key || stage.name.to_lowercase() == name.to_lowercase();
            if stages.iter().any(taken) {
                errors.add(&at("name"), "taken", "Another stage is called so.");
            }
            stages.push(Stage { key, name });
        }
        match stages.len() {
            0 if errors.is_empty() => errors.add("stages", "required", "A pipeline has at least one stage."),
            0..=MOST => {}
            _ => errors.add("stages", "too_many", format!("At most {MOST} stages.")),
        }
        errors.finish(Some(stages))
    }
}

fn parse_key(typed: &str, name: &str) -> Result<String, Refused> {
    let typed = if typed.trim().is_empty() { name } else { typed };
    let key = text::slug(typed);
    if key.is_empty() { Err(Refused::new("invalid", "Needs a letter from a to z or a digit.")) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(names: &[(&str, &str)]) -> NewStages {
        let stages = names.iter().map(|(key, name)| NewStage { key: (*key).into(), name: (*name).into() });
        NewStages { stages: stages.collect() }
    }

    #[test]
    fn a_stage_keeps_its_key_when_it_is_renamed() {
        let stages = typed(&[("hook", "First contact"), ("", "Big sale")]).parse().unwrap();
        assert_eq!(stages.iter().map(|stage| stage.key.as_str()).collect::<Vec<_>>(), ["hook", "big-sale"]);
    }

    #[test]
    fn a_pipeline_has_stages_each_once() {
        assert!(NewStages::default().parse().unwrap_err().message("stages").is_some());
        let errors = typed(&[("", "Sales"), ("", "sales"), ("", "")]).parse().unwrap_err();
        assert!(errors.message("stages.1.name").is_some() && errors.message("stages.2.name").is_some());
    }
}
