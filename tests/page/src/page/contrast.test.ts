// WCAG 2.2, 1.4.3: text has a contrast of 4.5 to its ground. https://www.w3.org/TR/WCAG22/#contrast-minimum

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../theme.css", import.meta.url), "utf8");
const [lightRules = "", darkRules = ""] = css.split("@media (prefers-color-scheme: dark)");
const light = colours(lightRules);
const dark = { ...light, ...colours(darkRules) };

const PAIRS = [
  ...["ground", "ground-raised", "ground-hover", "ground-chosen"].flatMap((ground) => [
    ["text", ground],
    ["text-quiet", ground],
  ]),
  ["accent", "ground"],
  ["accent-text", "accent-ground"],
  ["good", "good-ground"],
  ["warning", "warning-ground"],
  ["bad", "bad-ground"],
  ["bad", "ground"],
  ["good", "ground"],
  ["warning", "ground"],
  ["danger-text", "danger-ground"],
  ["text", "mention-ground"],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => ["avatar-text", `avatar-${number}`]),
  ["sidebar-text", "sidebar"],
  ["sidebar-quiet", "sidebar"],
  ["sidebar-text", "sidebar-hover"],
  ["sidebar-quiet", "sidebar-hover"],
  ["sidebar-chosen-text", "sidebar-chosen"],
] as [string, string][];

for (const [theme, palette] of Object.entries({ light, dark })) {
  test.each(PAIRS)(`in the ${theme} theme, %s can be read on %s`, (text, ground) => {
    expect(contrast(palette[text] ?? "", palette[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
}

function colours(rules: string): Record<string, string> {
  return Object.fromEntries(
    [...rules.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
