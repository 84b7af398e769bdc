//! What SES says of a domain: the names of its DKIM keys, and the domain of the envelope's sender.

use aws_sdk_sesv2::{
    error::SdkError, operation::get_email_identity::GetEmailIdentityOutput, types::DkimSigningAttributesOrigin,
};
use domain::dns::SesIdentity;

use super::{Ses, answers};

impl Ses {
    /// Asks SES about a domain; none where it does not know it. What went wrong comes in words.
    pub async fn identity(&self, domain: &str) -> Result<Option<SesIdentity>, String> {
        match self.client.get_email_identity().email_identity(domain).send().await {
            Ok(found) => Ok(Some(read(domain, &found))),
            Err(SdkError::ServiceError(refused)) if refused.err().is_not_found_exception() => Ok(None),
            Err(error) => Err(answers::outcome(&error, "").text().to_owned()),
        }
    }

    /// The region that it is in.
    pub fn region(&self) -> &str {
        &self.config.region
    }
}

fn read(domain: &str, found: &GetEmailIdentityOutput) -> SesIdentity {
    let dkim = found.dkim_attributes();
    let origin = dkim.and_then(|dkim| dkim.signing_attributes_origin());
    let mail_from = found.mail_from_attributes().map(|attributes| attributes.mail_from_domain().to_owned());
    SesIdentity {
        domain: domain.to_owned(),
        tokens: dkim.map(|dkim| dkim.tokens().to_vec()).unwrap_or_default(),
        zone: dkim.and_then(|dkim| dkim.signing_hosted_zone()).map(str::to_owned),
        has_own_key: origin == Some(&DkimSigningAttributesOrigin::External),
        mail_from: mail_from.filter(|domain| !domain.is_empty()),
    }
}
