//! Files of people for tests.

use domain::{access::Role, id::ImportId};

use super::TestWorkspace;
use crate::imports::{self, Upload};

impl TestWorkspace {
    /// A file that was sent and waits for its mapping.
    pub async fn upload(&self, name: &str, text: &str) -> ImportId {
        let mut upload = Upload::begin(&self.engine, &self.user(&[Role::Admin]), name).await.expect("an upload");
        upload.push(text.as_bytes()).await.expect("a text");
        upload.finish().await.expect("a file")
    }

    /// A file that was imported, with guessed columns.
    pub async fn imported(&self, name: &str, text: &str) -> ImportId {
        let id = self.upload(name, text).await;
        let new = Default::default();
        self.act(async |tx| imports::map_and_start(&self.engine, tx, id, &new).await).await.expect("a mapping");
        imports::run_until_idle(&self.engine).await.expect("an idle worker");
        id
    }
}
