// The list of alerts: its first page is read again and again, older pages once.

import type { Page } from "./api";
import type { ListedAlert } from "./types";

export type Listed = {
  alerts: ListedAlert[];
  /** The cursor of what is older than all of them. */
  next: string | undefined;
};

/** What is listed once the first page was read anew. Older alerts that were read before stay. */
export function withFirst(before: Listed | undefined, first: Page<ListedAlert>): Listed {
  const oldest = first.results.at(-1);
  if (!before || !oldest || first.next === undefined) return { alerts: first.results, next: first.next };
  const isNew = new Set(first.results.map(({ id }) => id));
  const older = before.alerts.filter((alert) => !isNew.has(alert.id) && alert.createdAt < oldest.createdAt);
  return { alerts: [...first.results, ...older], next: older.length > 0 ? before.next : first.next };
}

/** What is listed once the next page was read. */
export function withNext(before: Listed, page: Page<ListedAlert>): Listed {
  const known = new Set(before.alerts.map(({ id }) => id));
  return {
    alerts: [...before.alerts, ...page.results.filter(({ id }) => !known.has(id))],
    next: page.next,
  };
}
