//! Tests of the rules of campaigns.

use super::*;

#[test]
fn only_the_moves_of_the_specification_exist() {
    use CampaignStatus::*;
    let moves: Vec<_> = CampaignStatus::ALL
        .iter()
        .flat_map(|from| CampaignStatus::ALL.iter().filter(|to| from.may_become(**to)).map(move |to| (*from, *to)))
        .collect();
    assert_eq!(moves.len(), 24, "{moves:?}");
    for status in CampaignStatus::ALL {
        assert!(!status.may_become(*status));
        assert_eq!(status.may_become(Cancelled), !matches!(status, Completed | Cancelled), "{status}");
    }
    assert!(!Completed.may_become(Running) && !Draft.may_become(Running) && Failed.may_become(Running));
}

#[test]
fn finished_says_who_was_not_reached() {
    let figures = |failed, in_doubt| Figures { failed, in_doubt, ..Default::default() };
    assert_eq!(CampaignStatus::Completed.shown(&figures(0, 0)), "Finished");
    assert_eq!(CampaignStatus::Completed.shown(&figures(12, 0)), "Finished, 12 not sent");
    assert_eq!(CampaignStatus::Completed.shown(&figures(12, 3)), "Finished, 3 in doubt");
    let again = Figures { waiting: 2, ..figures(12, 1) };
    assert_eq!(CampaignStatus::Completed.shown(&again), "Sending again, 2 waiting");
}

#[test]
fn how_it_comes_about_follows_from_when_it_is_sent() {
    let kind = |kind: &str, schedule| {
        let new =
            NewCampaign { name: "Spring".into(), kind: kind.into(), schedule: Some(schedule), ..Default::default() };
        new.parse().map(|parsed| parsed.kind).map_err(|errors| errors.0[0].field.clone())
    };
    let at = serde_json::json!({"at": "2030-01-01T10:00"});
    assert_eq!(kind("", serde_json::json!("now")), Ok(CampaignType::Bulk));
    assert_eq!(kind("", at.clone()), Ok(CampaignType::Scheduled));
    assert_eq!(kind("scheduled", serde_json::json!({})), Ok(CampaignType::Scheduled), "the moment may come later");
    assert_eq!(kind("bulk", at), Err("type".to_owned()));
}

#[test]
fn an_audience_names_lists_in_any_of_three_ways() {
    let id = "0190a1b2-0000-7000-8000-000000000001";
    let typed =
        vec![serde_json::json!(id), serde_json::json!({"list_id": id}), serde_json::json!({"type": "list", "id": id})];
    assert_eq!(new::parse_parts(&typed).unwrap(), [AudiencePart::List(id.parse().unwrap())]);
    assert!(new::parse_parts(&[serde_json::json!({"segment": 1})]).is_err());
    let shown = serde_json::to_value(AudiencePart::List(id.parse().unwrap())).unwrap();
    assert_eq!(shown, serde_json::json!({"type": "list", "id": id}));
}

#[test]
fn a_draft_may_be_unfinished_but_not_wrong() {
    let draft = NewCampaign { name: "Autumn".into(), ..Default::default() }.parse().unwrap();
    assert_eq!((draft.content, draft.sender_id), (ContentChoice::None, None));
    let wrong = NewCampaign {
        code: "no spaces".into(),
        kind: "magic".into(),
        channels: vec!["pigeon".into()],
        sender_id: Some("x".into()),
        description: "\u{7}".into(),
        schedule: Some(serde_json::json!({"at": "2030-01-01"})),
        content: NewContent {
            email: NewEmailContent {
                template_id: None,
                text: EmailContent { subject: "Hi".into(), ..Default::default() },
            },
        },
        ..Default::default()
    };
    let fields: Vec<_> = wrong.parse().unwrap_err().0.into_iter().map(|e| e.field).collect();
    let named = ["name", "code", "description", "type", "channels", "content.email.html", "sender_id", "schedule.at"];
    assert_eq!(fields, named);
}
