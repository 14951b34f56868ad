// What was typed and not sent, by person and place. It survives switching to another channel, tab or person and
// back, not a reload: files cannot be kept.

export type Draft = { text: string; files: File[] };

const drafts = new Map<string, Draft>();

export const draftPlace = (person: string, channel: string, thread?: string): string =>
  [person, channel, thread ?? ""].join("/");

export const draftAt = (place: string): Draft => drafts.get(place) ?? { text: "", files: [] };

export function keepDraft(place: string, draft: Draft): void {
  if (draft.text || draft.files.length > 0) drafts.set(place, draft);
  else drafts.delete(place);
}
