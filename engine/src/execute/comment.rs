//! COMMENT ON: what is said about a block, a table or a view. It is shown to whoever may see what it is about.

use std::sync::Arc;

use smalt_model::{Block, Saved, TableDef, ViewDef};

use super::Change;
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{Comment, ObjectKind};

/// Bytes of one comment.
const LONGEST: usize = 1 << 16;

pub(super) fn comment(change: &mut Change<'_>, comment: &Comment) -> Done<String> {
    let text: Option<Arc<str>> = comment.text.as_ref().map(|text| Arc::from(text.text.as_str()));
    if let Some(written) = comment.text.as_ref().filter(|text| text.text.len() > LONGEST) {
        return Err(Fault::new(format!("a comment has at most {} KB", LONGEST >> 10)).at(written.at));
    }
    let name = &comment.name;
    let done = match &text {
        Some(_) => format!("comment on {} `{}` set", comment.kind, name.text),
        None => format!("comment on {} `{}` taken away", comment.kind, name.text),
    };
    let block = match comment.kind {
        ObjectKind::Metric => Block::Metric(look::metric(&change.seen, name)?.id),
        ObjectKind::Dimension | ObjectKind::Subset => Block::Dimension(look::dimension_or_subset(&change.seen, comment.kind, name)?.id),
        ObjectKind::List => Block::List(look::list(&change.seen, name)?.id),
        ObjectKind::Table => {
            let def = look::table(&change.seen, name)?;
            change.work.draft.schema_mut().put_saved(TableDef { comment: text, ..TableDef::clone(&def) });
            return Ok(done);
        }
        ObjectKind::View => {
            let seen = look::view(&change.seen, name)?;
            if let Some(Saved::View(def)) = change.work.draft.schema().saved(&seen.name).cloned() {
                change.work.draft.schema_mut().put_saved(ViewDef { comment: text, ..ViewDef::clone(&def) });
            }
            return Ok(done);
        }
        other => {
            return Err(Fault::new(format!("there are no comments on a {other}"))
                .at(name.at)
                .help("comments are about metrics, dimensions, subsets, lists, tables and views"));
        }
    };
    if change.is_promised(block) {
        return Err(Fault::new(format!("there is no dimension `{}`", name.text)).at(name.at));
    }
    change.allow(change.guarded().block(block))?;
    change.work.draft.schema_mut().set_comment(block, text);
    Ok(done)
}
