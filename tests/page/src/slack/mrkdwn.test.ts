import { expect, test } from "vitest";
import { acme } from "./acme.fixture";
import { asSpoken, asTyped } from "./mrkdwn";

test.each([
  ["<@U0LINUS> and <@U0BOT>", "@linus and @margay", "@Linus Berg and @margay"],
  ["<@U0GONE|ann>", "@U0GONE", "@U0GONE"],
  ["<#C0CLOUD|old-name> <#C0GONE|gone>", "#cloud-alerts #gone", "#cloud-alerts #gone"],
  ["<!here> <!date^1700000000^{date}|14 November>", "@here 14 November", "@here 14 November"],
  ["<https://acme.example/?a=1&amp;b=2|the page>", "https://acme.example/?a=1&b=2", "the page"],
  ["<https://acme.example>", "https://acme.example", "https://acme.example"],
  ["1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2", "1 < 2 && 3 > 2"],
  ["&amp;lt;b&amp;gt; &nbsp;", "&lt;b&gt; &nbsp;", "&lt;b&gt; &nbsp;"],
  ["*bold*\n  line", "*bold*\n  line", "*bold* line"],
])("%s was typed %s and says %s", (text, typed, spoken) => {
  expect(asTyped(acme(), text)).toBe(typed);
  expect(asSpoken(acme(), text)).toBe(spoken);
});
