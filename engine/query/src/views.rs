//! What a question can name: the state in use, and others by the names of their scenarios and by their moments.

use std::fmt;
use std::sync::Arc;

use smalt_vault::MaskedView;

/// An earlier moment of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `AS OF REVISION 17`
    Revision(u64),
    /// `AS OF SNAPSHOT "Budget 2026"`
    Snapshot(String),
}

/// The states besides the one in use, each as the asker may see it.
pub trait Elsewhere: Send + Sync {
    /// The scenario of a name; `None` where there is none that the asker may read.
    fn scenario(&self, name: &str) -> Option<MaskedView>;

    /// All scenarios that the asker may read, with their names, in their order.
    fn scenarios(&self) -> Vec<(Arc<str>, MaskedView)>;

    /// A scenario as it was; `None`: the one in use.
    ///
    /// # Errors
    /// Why not, in words for the asker.
    fn at(&self, scenario: Option<&str>, moment: &Moment) -> Result<MaskedView, String>;
}

/// The states that a question can name.
#[derive(Clone)]
pub struct Views {
    here: MaskedView,
    elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl Views {
    /// The state that names without a scenario mean, and the others.
    pub fn new(here: MaskedView, elsewhere: Arc<dyn Elsewhere>) -> Views {
        Views { here, elsewhere: Some(elsewhere) }
    }

    /// The state in use.
    pub fn here(&self) -> &MaskedView {
        &self.here
    }

    pub(crate) fn elsewhere(&self) -> Option<&dyn Elsewhere> {
        self.elsewhere.as_deref()
    }
}

/// One state alone, which is that of the scenario Base.
impl From<&MaskedView> for Views {
    fn from(view: &MaskedView) -> Views {
        Views { here: view.clone(), elsewhere: None }
    }
}

impl From<&Views> for Views {
    fn from(views: &Views) -> Views {
        views.clone()
    }
}

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Views").field("here", &self.here).finish_non_exhaustive()
    }
}
