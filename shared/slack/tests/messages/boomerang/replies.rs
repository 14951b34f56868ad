//! The replies in the alert's thread.

use super::*;

fn seen_replies(name: &str, words: &str) -> String {
    let replies = replies(name, words);
    let all = replies.iter().map(|message| {
        assert_eq!(violations(message), [""; 0]);
        let text: String = message.text.chars().take(160).collect();
        format!("{}\n    {}", seen(&json!(message.blocks)), text.replace('\u{200b}', "·"))
    });
    all.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_reply_in_the_alerts_thread() {
    insta::assert_snapshot!(seen_replies("Robin", "Was that you?"), @"
    🪃 @U1 asked Robin:
    > Was that you?
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked Robin: Was that you? The first event was shared with them.
    🪃 @U1 asked Robin:
    > Was that you?
        🪃 Linus asked Robin: Was that you?
    🪃 Robin answered: Confirm:
    > Was that you?
        🪃 Robin answered: Confirm: Was that you?
    🪃 Robin answered late: Confirm
        🪃 Robin answered late: Confirm
    🪃 Robin answered late: Report Suspicious Activity:
    > Was that you?
    The alert was Invalid and is open again.
        🪃 Robin answered late: Report Suspicious Activity: Was that you? The alert was Invalid and is open again.
    🪃 Robin answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 Robin answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to Robin
        🪃 Linus cancelled the question to Robin
    🪃 @U1: Robin has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: Robin has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
    🪃 @U1: your question did not reach Robin. Was that you?
        🪃 Linus: your question did not reach Robin. Was that you?
    ");
}

#[test]
fn replies_at_empty_hostile_and_huge_input() {
    insta::assert_snapshot!(seen_replies("", " \n"), @"
    🪃 @U1 asked @U2
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked U2. The first event was shared with them.
    🪃 @U1 asked @U2
        🪃 Linus asked U2
    🪃 U2 answered: Confirm
        🪃 U2 answered: Confirm
    🪃 U2 answered late: Confirm
        🪃 U2 answered late: Confirm
    🪃 U2 answered late: Report Suspicious Activity
    The alert was Invalid and is open again.
        🪃 U2 answered late: Report Suspicious Activity. The alert was Invalid and is open again.
    🪃 U2 answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 U2 answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to @U2
        🪃 Linus cancelled the question to U2
    🪃 @U1: @U2 has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: U2 has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
    🪃 @U1: your question did not reach @U2. 
        🪃 Linus: your question did not reach U2.
    ");
    insta::assert_snapshot!(seen_replies(HOSTILE, HOSTILE), @"
    🪃 @U1 asked <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴
    🪃 @U1 asked <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus asked &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered: Confirm:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered: Confirm: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered late: Confirm
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered late: Confirm
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered late: Report Suspicious Activity:
    > <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
    The alert was Invalid and is open again.
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered late: Report Suspicious Activity: &lt;!channel&gt; &lt;@·U9
    🪃 <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here answered: Report Suspicious Activity. The alert was Resolved and is 
    🪃 @U1 cancelled the question to <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus cancelled the question to &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here
    🪃 @U1: <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here has not answered your question yet. Ask somebody else, or ask
    🪃 @U1: your question did not reach <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here. <!channel> <@U9> *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https://evil.example @here
        🪃 Linus: your question did not reach &lt;!channel&gt; &lt;@·U9&gt; *bold* �gnp.exe� ��[31m 🔴👩‍👩‍👧 https:·//evil.example @·here. &lt;!channel&gt; &lt;@·U9&gt; *b
    ");
    insta::assert_snapshot!(seen_replies(&"🔴".repeat(50_000), &"<ü".repeat(50_000)), @"
    🪃 @U1 asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut):
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
    The first event was shared with them.
    [Cancel]
        🪃 Linus asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut): &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 @U1 asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut):
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 Linus asked 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut): &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Confirm:
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Confirm: &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Confirm
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Confirm
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Report Suspicious Activity:
    > <ü<ü<ü<ü<ü<ü<ü<ü<ü<ü(3203 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
    The alert was Invalid and is open again.
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered late: Report Suspicious Activity: &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&
    🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Report Suspicious Activity
    The alert was Resolved and is open again.
        🪃 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) answered: Report Suspicious Activity. The alert was Resolved and is open again.
    🪃 @U1 cancelled the question to 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut)
        🪃 Linus cancelled the question to 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut)
    🪃 @U1: 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) has not answered your question yet. Ask somebody else, or ask them in another way; a late answer still counts.
        🪃 Linus: 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut) has not answered your question yet. Ask somebody else, or ask them in an
    🪃 @U1: your question did not reach 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut). <ü<ü<ü<ü<ü<ü<ü<ü<ü(245 characters)ü<ü<ü<ü<ü<ü<ü… (cut)
        🪃 Linus: your question did not reach 🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴… (cut). &lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt;ü&lt
    ");
}
