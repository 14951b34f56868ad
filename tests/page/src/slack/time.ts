// Slack's timestamps (`1700000000.000100`: seconds and microseconds) in words, in the time zone of the window.

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const instant = (ts: string): Date => new Date(Number(ts) * 1000);

/** `10:42` */
export const clock = (ts: string): string => CLOCK.format(instant(ts));

/** `Friday 21 November 2025 at 10:42:07` */
export const full = (ts: string): string => FULL.format(instant(ts));

/** The days of two timestamps are the same. */
export const sameDay = (one: string, other: string): boolean =>
  instant(one).toDateString() === instant(other).toDateString();

/** `Today`, `Yesterday`, `Monday 3 November`; with the year if it is another than now's. */
export function day(ts: string, now: Date): string {
  const at = instant(ts);
  if (at.toDateString() === now.toDateString()) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (at.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(at);
}

/** `today at 10:42`, to stand within a sentence. */
export function dayAndClock(ts: string, now: Date): string {
  const name = day(ts, now);
  return `${name === "Today" || name === "Yesterday" ? name.toLowerCase() : name} at ${clock(ts)}`;
}
