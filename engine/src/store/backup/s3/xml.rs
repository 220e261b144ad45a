//! As much of XML as a list of objects needs: elements without attributes that matter.

/// The texts between the tags of a name, in order. Elements of one name do not stand in each other here.
pub(super) fn all<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once(begin.as_str()) {
        let Some((inside, behind)) = behind.split_once(end.as_str()) else { break };
        found.push(inside);
        rest = behind;
    }
    found
}

/// The text of the first element of a name.
pub(super) fn first(text: &str, name: &str) -> Option<String> {
    all(text, name).first().map(|text| unescaped(text))
}

fn unescaped(text: &str) -> String {
    // `&amp;` last: what comes of it is no entity.
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_and_entities_are_letters() {
        let text = "<L><Contents><Key>a&amp;lt;b</Key><Size>3</Size></Contents><Contents><Key>c</Key></Contents><Contents>";
        let found = all(text, "Contents");
        assert_eq!(found.len(), 2);
        assert_eq!(first(text, "Key").as_deref(), Some("a&lt;b"));
        assert_eq!(first(found.get(1).copied().unwrap_or_default(), "Size"), None);
    }
}
