//! What is said about sweeps of pictures.

use usher_ports::inbound::AvatarSweep;

/// Tells what sweeps came to; why nothing is deleted, once, and not every ten minutes.
#[derive(Default)]
pub(super) struct PictureSweeps {
    refused: bool,
}

impl PictureSweeps {
    pub(super) fn tell(&mut self, swept: AvatarSweep) {
        let first = !std::mem::replace(&mut self.refused, !matches!(swept, AvatarSweep::Swept(_)));
        match swept {
            AvatarSweep::Swept(0) => {}
            AvatarSweep::Swept(pictures) => tracing::info!(pictures, "deleted pictures that no user has"),
            AvatarSweep::Foreign(owner) if first => {
                let owner = owner.map(|id| id.to_string()).unwrap_or_default();
                tracing::warn!(
                    owner,
                    "the store of pictures belongs to another installation, so unused pictures are kept; if it is \
                     this one's now, run `usher avatars sweep`"
                );
            }
            AvatarSweep::TooMany(survey) if first => tracing::warn!(
                unused = survey.unused,
                stored = survey.stored,
                "too many pictures seem unused, so all are kept; if this is the right database, run `usher avatars \
                 sweep`"
            ),
            AvatarSweep::Foreign(_) | AvatarSweep::TooMany(_) => {}
        }
    }
}
